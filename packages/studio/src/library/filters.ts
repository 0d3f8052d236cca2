// What the library shows, as its address says it: every view can be kept as a bookmark, and back goes back.

/** The sizes of the cells, the smallest first. */
export const cellSizes = ["s", "m", "l", "xl"] as const;

/** A size of the cells. */
export type CellSize = (typeof cellSizes)[number];

/** The kinds of results. */
export const resultKinds = ["image", "video", "audio"] as const;

/** What is shown. Days are as in 2026-11-29. */
export interface LibraryView {
  q: string;
  kind: (typeof resultKinds)[number] | null;
  model: string;
  account: string;
  /** The id of the key that made them. */
  key: string;
  tag: string;
  starred: boolean;
  trashed: boolean;
  /** The first day and the last one, both shown. */
  from: string;
  to: string;
  size: CellSize;
}

/** What is shown where the address says nothing. */
export const usualView: LibraryView = {
  q: "",
  kind: null,
  model: "",
  account: "",
  key: "",
  tag: "",
  starred: false,
  trashed: false,
  from: "",
  to: "",
  size: "m",
};

const dayPattern = /^\d{4}-\d{2}-\d{2}$/;
const texts = ["q", "model", "account", "key", "tag"] as const;
const maxText = 200;

/** Reads a view from the search of an address; what cannot be read is as usual. */
export function parseView(search: string): LibraryView {
  const given = new URLSearchParams(search);
  const view = { ...usualView };
  for (const name of texts) view[name] = (given.get(name) ?? "").slice(0, maxText);
  view.kind = resultKinds.find((kind) => kind === given.get("kind")) ?? null;
  view.size = cellSizes.find((size) => size === given.get("size")) ?? usualView.size;
  view.starred = given.get("starred") === "true";
  view.trashed = given.get("trashed") === "true";
  for (const name of ["from", "to"] as const) {
    const day = given.get(name) ?? "";
    view[name] = dayPattern.test(day) && !Number.isNaN(Date.parse(day)) ? day : "";
  }
  return view;
}

/** Writes a view into the search of an address, beside what other parts of the page keep there. */
export function formatView(view: LibraryView, search = ""): string {
  const parameters = new URLSearchParams(search);
  for (const [name, value] of Object.entries(view)) {
    const usual = usualView[name as keyof LibraryView];
    if (value === usual || value === null) parameters.delete(name);
    else parameters.set(name, String(value));
  }
  return parameters.toString();
}

/** What the gateway is asked for. */
export interface AssetQuery {
  q?: string;
  kind?: "image" | "video" | "audio";
  model?: string;
  account?: string;
  key?: string;
  tag?: string;
  starred?: boolean;
  trashed?: boolean;
  from?: number;
  to?: number;
}

/** Returns what a view asks the gateway for; a search without letters and digits is none. */
export function toAssetQuery(view: LibraryView): AssetQuery {
  const query: AssetQuery = {};
  for (const name of texts) if (view[name].trim() !== "") query[name] = view[name].trim();
  if (view.kind !== null) query.kind = view.kind;
  if (view.starred) query.starred = true;
  if (view.trashed) query.trashed = true;
  if (view.from !== "") query.from = dayStart(view.from);
  if (view.to !== "") query.to = dayEnd(view.to);
  return query;
}

/** Returns whether a view shows less than everything that is not in the trash. */
export function isNarrowed(view: LibraryView): boolean {
  return Object.keys(toAssetQuery({ ...view, trashed: false })).length > 0;
}

/** Returns when a day begins on this machine, in Unix seconds. */
export function dayStart(day: string): number {
  return startOfDay(day, 0);
}

/** Returns when the day after it begins, in Unix seconds. */
export function dayEnd(day: string): number {
  return startOfDay(day, 1);
}

function startOfDay(day: string, later: number): number {
  const [year = 1970, month = 1, date = 1] = day.split("-").map(Number);
  return Math.floor(new Date(year, month - 1, date + later).getTime() / 1000);
}

/** Returns the day of a time in Unix seconds on this machine. */
export function dayOf(at: number): string {
  const date = new Date(at * 1000);
  const digits = (value: number): string => String(value).padStart(2, "0");
  return `${date.getFullYear()}-${digits(date.getMonth() + 1)}-${digits(date.getDate())}`;
}
