// The types of studio-words.mjs, for tests.

export declare function compileWords(): Promise<Record<string, string>>;
