// Lists as JSON: pages with a cursor, whole lists, and the values of their queries.

import * as z from "zod";

/** The largest `limit` of a page. */
export const maxPageSize = 100;
/** The `limit` of a page when none is given. */
export const defaultPageSize = 20;

/** The query of every list with pages. */
export const pageQuerySchema = z.object({
  after: z.string().min(1).optional(),
  limit: z.coerce.number().int().min(1).max(maxPageSize).default(defaultPageSize),
  order: z.enum(["asc", "desc"]).default("desc"),
});

/** Builds the schema of a page of these items. */
export function toPageSchema<Item extends z.ZodType>(item: Item) {
  return z.object({
    object: z.literal("list"),
    data: z.array(item),
    first_id: z.string().nullable(),
    last_id: z.string().nullable(),
    has_more: z.boolean(),
  });
}

/** Builds the schema of a list without pages. */
export function toListSchema<Item extends z.ZodType>(item: Item) {
  return z.object({ object: z.literal("list"), data: z.array(item) });
}

/** One page of a list. */
export interface ListPage<Item> {
  object: "list";
  data: Item[];
  first_id: string | null;
  last_id: string | null;
  has_more: boolean;
}

/** A list without pages. */
export interface WholeList<Item> {
  object: "list";
  data: Item[];
}

/** A query's flag, such as `fresh=true`. */
export const flagSchema = z
  .enum(["true", "false"], { error: "must be true or false" })
  .transform((text) => text === "true");
