// Types of command-bundle.mjs, which stays JavaScript because bin/jimeng.mjs reads it on any Node.

export const unbundled: string[];
export function findBundle(): string | undefined;
export function writeBundle(folder: string, input?: Record<string, string>): Promise<Set<string>>;
