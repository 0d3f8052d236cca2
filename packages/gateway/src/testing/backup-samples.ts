// Rows of a gateway's database with the files that they speak of, for tests of backups. Imported by tests only.

import { createHash } from "node:crypto";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";

import type { Insertable } from "kysely";

import type { GatewayDatabase } from "../database/database.ts";
import type { Schema } from "../database/migrations/schema.ts";
import type { AssetStore } from "../storage/asset-store.ts";

/** The files of the sample: a reference, a picture, and a video with its poster. */
export const sampleFiles: Readonly<Record<string, string>> = {
  [`files/${digestOf("reference").slice(0, 2)}/${digestOf("reference")}`]: "reference",
  "assets/4f/asset_0000004f.png": "a picture",
  "assets/50/asset_00000050.mp4": "a video",
  "assets/50/asset_00000050.poster.webp": "a poster",
};

/** Returns the SHA-256 of a text. */
export function digestOf(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}

/** Makes a row of `jobs`. */
export function sampleJob(id: string, change: Partial<Insertable<Schema["jobs"]>> = {}) {
  return {
    id,
    kind: "image",
    status: "completed",
    request: `{"prompt":"猫 ${id}"}`,
    warnings: "[]",
    progress: 100,
    attempts: 0,
    priority: 0,
    deadline_at: 1_795_165_167_070,
    uncertain_starts: 0,
    cancel_requested: 0,
    cost: "{}",
    version: 3,
    created_at: 1,
    updated_at: 2,
    broken_downloads: 0,
    ...change,
  } as Insertable<Schema["jobs"]>;
}

function sampleAsset(id: string, change: Partial<Insertable<Schema["assets"]>>) {
  return {
    id,
    job_id: "job_done",
    position: 0,
    item_id: id,
    content_type: "image/png",
    bytes: 0,
    upstream_url: "https://results.invalid/1.png",
    created_at: 1_795_165_167_070,
    incomplete: 0,
    preview_attempts: 0,
    indexed: 1,
    sort_key: null,
    ...change,
  } as Insertable<Schema["assets"]>;
}

/** Stores jobs that have ended, run and wait, a batch at work, events, and the rows of `sampleFiles`. */
export async function fillSample({ tables }: Pick<GatewayDatabase, "tables">): Promise<void> {
  const waiting = sampleJob("job_waits", { status: "queued", progress: 0 });
  const running = sampleJob("job_runs", {
    status: "in_progress",
    account_id: "mine",
    submit_id: "submit-1",
  });
  const done = sampleJob("job_done", { charged: 2 });
  await tables.insertInto("jobs").values([done, running, waiting]).execute();
  const assets = [
    sampleAsset("asset_0000004f", { bytes: "a picture".length, tags: '["猫"]', sort_key: 7 }),
    sampleAsset("asset_00000050", {
      content_type: "video/mp4",
      bytes: "a video".length,
      poster_bytes: "a poster".length,
    }),
    sampleAsset("asset_00000051", { bytes: 9, trashed_at: 5, deleted_at: 6 }),
  ];
  for (const asset of assets) await tables.insertInto("assets").values(asset).execute();
  const file = {
    sha256: digestOf("reference"),
    kind: "image" as const,
    content_type: "image/png",
    bytes: "reference".length,
    name: "猫.png",
    purpose: "vision",
    created_at: 1,
  };
  for (const id of ["file_1", "file_2"]) {
    const row = { ...file, id, width: 1, height: 1, duration_ms: null, key_id: null };
    await tables
      .insertInto("files")
      .values({ ...row, expires_at: null })
      .execute();
  }
  await addBatch(tables);
  await tables.insertInto("event_cursors").values({ name: "pruned", position: 900 }).execute();
}

async function addBatch(tables: GatewayDatabase["tables"]): Promise<void> {
  const batch = {
    id: "batch_1",
    owner: "",
    status: "in_progress",
    endpoint: "/v1/jobs",
    own_base: "http://127.0.0.1",
    upload: "u",
    content_hash: "h",
    sees_everything: 1,
    confirmed: 0,
    received_lines: 2,
    unpriced_lines: 0,
    lines_total: 2,
    lines_open: 0,
    lines_completed: 0,
    lines_failed: 0,
    lines_cancelled: 0,
    estimated_credits: 1,
    committed_credits: 0,
    created_at: 1,
    run_at: 1,
  };
  await tables.insertInto("batches").values(batch).execute();
  for (const number of [1, 2]) {
    const line = { batch_id: "batch_1", number, content: "{}", state: "pending", state_at: 1 };
    await tables.insertInto("batch_lines").values(line).execute();
  }
}

/** Keeps the files of the sample, and one that no row speaks of. */
export async function keepSampleFiles(store: AssetStore, folder: string): Promise<void> {
  const files = { ...sampleFiles, "assets/ff/asset_orphan.png": "nobody's" };
  for (const [key, text] of Object.entries(files)) {
    const path = join(folder, "on-its-way");
    await writeFile(path, text);
    await store.put(key, { path, bytes: text.length, contentType: "image/png" });
  }
}
