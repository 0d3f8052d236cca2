// The types of studio-build.mjs, for tests.

export declare function isStudioCurrent(): boolean;
export declare function buildStudio(folder?: string): Promise<Set<string>>;
export declare function updateStudio(): Promise<void>;
