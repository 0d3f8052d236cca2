// Builds and reads the names of caller connections: the process, a slash, a number, and `+` when the caller says that it
// repeats an earlier request.

const repeatMark = "+";

/** Builds the name of a connection. */
export function toConnectionName(process: string, number: number, isRepeating: boolean): string {
  return `${process}/${number}${isRepeating ? repeatMark : ""}`;
}

/** Returns whether the caller of a connection said that it repeats an earlier request. */
export function isRepeat(name: string): boolean {
  return name.endsWith(repeatMark);
}

/** Returns the id of a connection's process. */
export function processOf(name: string): string {
  return name.slice(0, name.indexOf("/"));
}
