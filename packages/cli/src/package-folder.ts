// Finds the folder of this package: one above this file, in src as in a bundle, whose files all stand in one folder.

/** The folder of the package `jimeng`. */
export const packageFolder: URL = new URL("..", import.meta.url);
