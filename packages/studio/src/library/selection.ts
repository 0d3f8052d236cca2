// Which results are selected: some of them, or all of what is shown but some.

/** A selection. `anchor` is the result from which a range begins. */
export interface Selection {
  /** Whether `ids` are the ones that are left out. */
  isAll: boolean;
  ids: ReadonlySet<string>;
  anchor: number | null;
}

/** Nothing is selected. */
export const nothing: Selection = { isAll: false, ids: new Set(), anchor: null };

/** Everything is selected. */
export const everything: Selection = { isAll: true, ids: new Set(), anchor: null };

/** Returns whether a result is selected. */
export function isSelected({ isAll, ids }: Selection, id: string): boolean {
  return isAll !== ids.has(id);
}

/** Returns how many of so many results are selected. */
export function countSelected({ isAll, ids }: Selection, total: number): number {
  return isAll ? Math.max(0, total - ids.size) : ids.size;
}

/** Selects a result, or takes it out; it becomes the anchor. */
export function toggle(selection: Selection, id: string, index: number): Selection {
  const ids = new Set(selection.ids);
  if (!ids.delete(id)) ids.add(id);
  return { ...selection, ids, anchor: index };
}

/** Selects results beside those that are; the anchor stays. */
export function add(selection: Selection, added: Iterable<string>): Selection {
  const ids = new Set(selection.ids);
  for (const id of added) {
    if (selection.isAll) ids.delete(id);
    else ids.add(id);
  }
  return { ...selection, ids };
}

/** Takes results out of a selection, such as those that are gone. */
export function without(selection: Selection, removed: Iterable<string>): Selection {
  const ids = new Set(selection.ids);
  for (const id of removed) {
    if (selection.isAll) ids.add(id);
    else ids.delete(id);
  }
  return { ...selection, ids };
}

/** Returns the range from the anchor to a result, the smaller index first. */
export function rangeTo({ anchor }: Selection, index: number): [number, number] {
  const from = anchor ?? index;
  return from <= index ? [from, index] : [index, from];
}
