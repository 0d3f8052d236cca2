// Makes words of the search index that stand for properties of an asset, so that filters and words are looked up in one
// index. They begin with "=", which no word of a prompt does.

import type { AssetRow } from "../database/migrations/schema.ts";

/** Found in the library. */
export const inLibrary = "=live";
/** In the trash. */
export const inTrash = "=trash";
/** Starred. */
export const isStarred = "=star";

const letters = { kind: "k", model: "m", owner: "o", account: "a", tag: "t", origin: "r" } as const;
// Far longer than any name; a database limits the length of an index entry.
const maxValueLength = 200;

/** Returns the word that stands for a value of a property; an owner of null is the local user. */
export function facet(name: keyof typeof letters, value: string | null): string {
  const text = (value ?? "").slice(0, maxValueLength);
  return `=${letters[name]}${Buffer.from(text, "utf8").toString("hex")}`;
}

/** Returns the word of a tag; upper and lower case are the same tag. */
export function tagFacet(tag: string): string {
  return facet("tag", tag.toLowerCase());
}

/** The columns that facets are made of. */
export type FacetColumns = Pick<
  AssetRow,
  "kind" | "model" | "key_id" | "account_id" | "starred" | "tags" | "made_from" | "trashed_at"
>;

/** Returns the words that stand for the properties of a row. */
export function facetsOf(row: FacetColumns): string[] {
  return [
    row.trashed_at === null ? inLibrary : inTrash,
    facet("owner", row.key_id),
    ...(row.kind === null ? [] : [facet("kind", row.kind)]),
    ...(row.model === null ? [] : [facet("model", row.model)]),
    ...(row.account_id === null ? [] : [facet("account", row.account_id)]),
    ...(row.starred === 0 ? [] : [isStarred]),
    ...parseNames(row.tags).map(tagFacet),
    ...parseNames(row.made_from).map((id) => facet("origin", id)),
  ];
}

/** Reads a column of names, such as that of tags. */
export function parseNames(text: string | null): string[] {
  return text === null ? [] : (JSON.parse(text) as string[]);
}
