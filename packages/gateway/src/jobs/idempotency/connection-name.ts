// The names of caller connections: the process, a slash, a number, and `+` when the caller says that it repeats.

const repeatMark = "+";

/** Builds the name of a connection. */
export function toConnectionName(process: string, number: number, isRepeating: boolean): string {
  return `${process}/${number}${isRepeating ? repeatMark : ""}`;
}

/** Tells whether a connection belongs to a caller who said that it repeats. */
export function isRepeat(name: string): boolean {
  return name.endsWith(repeatMark);
}

/** Returns the process of a connection. */
export function processOf(name: string): string {
  return name.slice(0, name.indexOf("/"));
}
