/** The folders of the packages that are published. */
export const publishedFolders: readonly string[];

/** Returns the bill of materials (CycloneDX); the same lockfile gives the same text. */
export function makeSbom(): { components: unknown[] };

/** Writes the bill of materials into a file. */
export function writeSbom(file: string): void;
