// The page of the gateway: nothing is built yet.
export {};
