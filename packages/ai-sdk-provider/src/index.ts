// The provider for the AI SDK: nothing is built yet.
export {};
