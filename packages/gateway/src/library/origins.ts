// Finds the results that a job worked from: a result that is used as a reference becomes a file with the result's id as its
// name, and the site's own tools name results by the site's ids.

import type { Kysely } from "kysely";

import type { JobTable, Schema } from "../database/migrations/schema.ts";

const resultName = /^asset_[a-z0-9-]+$/;

/** Returns the ids of the results that a job was made from, each once, as far as they are known. */
export async function originsOf(
  tables: Kysely<Schema>,
  job: Pick<JobTable, "request">,
  filesIn: (request: string) => string[],
): Promise<string[]> {
  const origins = new Set<string>();
  const fileIds = filesIn(job.request);
  if (fileIds.length > 0) {
    const files = await tables
      .selectFrom("files")
      .select(["id", "name"])
      .where("id", "in", fileIds)
      .execute();
    const names = new Map(files.map(({ id, name }) => [id, name]));
    for (const id of fileIds) {
      const name = names.get(id) ?? "";
      if (resultName.test(name)) origins.add(name);
    }
  }
  const product = await productOf(tables, job.request);
  if (product !== undefined) origins.add(product);
  return [...origins];
}

/** Returns the result that a tool of the site worked on. */
async function productOf(tables: Kysely<Schema>, request: string): Promise<string | undefined> {
  const product = productIn(request);
  if (product === undefined) return undefined;
  const found = await tables
    .selectFrom("jobs")
    .innerJoin("assets", "assets.job_id", "jobs.id")
    .select("assets.id")
    .where("jobs.submit_id", "=", product.submitId)
    .where("assets.item_id", "=", product.itemId)
    .executeTakeFirst();
  return found?.id;
}

function productIn(request: string): { submitId: string; itemId: string } | undefined {
  try {
    const { product } = JSON.parse(request) as { product?: Record<string, unknown> };
    const { submitId, itemId } = product ?? {};
    return typeof submitId === "string" && typeof itemId === "string"
      ? { submitId, itemId }
      : undefined;
  } catch {
    // A row that no version can have written; it names nothing.
    return undefined;
  }
}
