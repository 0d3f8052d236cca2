// Types of installation.mjs, which stays JavaScript because it runs on any Node from 18.

export type LockedPackages = Record<string, object>;
export function readPackages(file: string): LockedPackages;
