// How an address names what the viewer shows: `asset=` for one result, `compare=` for two to four.

/** Returns the id of the result that is shown; null for none. */
export function openedAsset(search: string): string | null {
  const id = new URLSearchParams(search).get("asset");
  return id === null || id === "" ? null : id;
}

/** Returns the ids of the results that are compared; empty for none. */
export function comparedAssets(search: string): string[] {
  const ids = (new URLSearchParams(search).get("compare") ?? "")
    .split(",")
    .filter((id) => id !== "");
  return ids.length < 2 ? [] : ids.slice(0, 4);
}

function withParameter(
  path: string,
  search: string,
  changes: Record<string, string | null>,
): string {
  const parameters = new URLSearchParams(search);
  for (const [name, value] of Object.entries(changes)) {
    if (value === null) parameters.delete(name);
    else parameters.set(name, value);
  }
  const text = parameters.toString();
  return text === "" ? path : `${path}?${text}`;
}

/** Returns the address of a result over a path of the page. */
export function showAsset(path: string, search: string, id: string): string {
  return withParameter(path, search, { asset: id, compare: null, remix: null });
}

/** Returns the address of a result whose remix is open. */
export function showRemix(path: string, search: string, id: string): string {
  return withParameter(path, search, { asset: id, compare: null, remix: "true" });
}

/** Returns whether the remix is open. */
export function isRemixOpen(search: string): boolean {
  return new URLSearchParams(search).get("remix") === "true";
}

/** Returns the address of a comparison. */
export function showCompared(path: string, search: string, ids: readonly string[]): string {
  return withParameter(path, search, { compare: ids.join(), asset: null, remix: null });
}

/** Returns the address with the viewer closed. */
export function closed(path: string, search: string): string {
  return withParameter(path, search, { asset: null, compare: null, remix: null });
}
