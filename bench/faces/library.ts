// Searching, listing and counting in a library of 100,000 results, on both databases.
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { systemClock } from "../../packages/gateway/src/clock.ts";
import { openDatabase } from "../../packages/gateway/src/database/database.ts";
import type { GatewayDatabase } from "../../packages/gateway/src/database/database.ts";
import { createLibrary } from "../../packages/gateway/src/library/library.ts";
import type { Library } from "../../packages/gateway/src/library/library.ts";
import type { LibraryFilter } from "../../packages/gateway/src/library/listing.ts";
import { atMost, fact, percentile } from "../figures.ts";
import type { Figure } from "../figures.ts";
import { onPostgres } from "../on-postgres.ts";

const assets = 100_000;
const rowsPerInsert = 500;
const runs = 20;
const share = 0.95;
const searchBoundMs = 80;
const pageBoundMs = 30;
const timelineBoundMs = 40;
const gridSize = 1000;

/** Measures the library on SQLite and on PostgreSQL. */
export async function measureLibrary(): Promise<Figure[]> {
  const dataDir = await mkdtemp(join(tmpdir(), "jimeng-bench-library-"));
  try {
    const embedded = await measureOn("SQLite", await openDatabase({ dataDir }));
    const shared = await onPostgres("library on PostgreSQL", async (databaseUrl) =>
      measureOn("PostgreSQL", await openDatabase({ dataDir, databaseUrl })),
    );
    return [...embedded, ...shared];
  } finally {
    await rm(dataDir, { recursive: true, force: true });
  }
}

/** Searches that are hard in different ways: rare and common words, words that never meet, and filters beside them. */
const searches: readonly (readonly [string, LibraryFilter])[] = [
  ["a rare word", { q: "zeppelin" }],
  ["one Chinese character", { q: "光" }],
  ["two Chinese characters", { q: "小猫" }],
  ["a beginning that half of them have", { q: "ca" }],
  ["two common words that never meet", { q: "older newer" }],
  ["a word of the oldest only", { q: "ancient" }],
  ["a word, with key, kind and model", { q: "cat", keyId: "key_1", kind: "image", model: "m3" }],
  ["a word, starred", { q: "ancient", starred: true }],
];

/** Makes the library over a database, with nothing beside it. */
function libraryOver(database: GatewayDatabase): Library {
  return createLibrary({
    database,
    assets: { discard: () => Promise.resolve() },
    tasks: { schedule: () => undefined },
    clock: systemClock,
    logger: { debug() {}, info() {}, warn() {}, error() {} },
    retention: { days: null, gigabytes: null },
    filesIn: () => [],
    hintEvents: () => undefined,
    onChanged: () => undefined,
  });
}

/** Puts 100,000 results into the database of a folder; returns their ids. Their files have so many bytes, and are not made. */
export async function fillLibrary(dataDir: string, bytes: number): Promise<string[]> {
  const database = await openDatabase({ dataDir });
  try {
    await fill(database, libraryOver(database));
    await database.tables.updateTable("assets").set({ bytes }).execute();
  } finally {
    await database.close();
  }
  return Array.from({ length: assets }, (_, index) => assetId(index));
}

async function measureOn(engine: string, database: GatewayDatabase): Promise<Figure[]> {
  const library = libraryOver(database);
  try {
    const filledMs = await fill(database, library);
    const figures: Figure[] = [];
    for (const [name, filter] of searches) {
      const first = await time(() => library.list({ ...filter, limit: 100, order: "desc" }));
      const deep = await deepPage(library, filter);
      const worst = Math.max(first, deep);
      figures.push(
        atMost(`search of 100,000, ${name}, ${engine} (p95)`, worst, searchBoundMs, "ms"),
      );
    }
    const grid = await time(() => library.list({ limit: gridSize, order: "desc" }));
    figures.push(atMost(`page of 1,000 of 100,000, ${engine} (p95)`, grid, pageBoundMs, "ms"));
    const timeline = await time(() => library.timeline({}, "Asia/Shanghai"));
    figures.push(atMost(`timeline of 100,000, ${engine} (p95)`, timeline, timelineBoundMs, "ms"));
    figures.push(fact(`bringing 100,000 results in, ${engine}`, filledMs, "ms"));
    return figures;
  } finally {
    await database.close();
  }
}

async function time(work: () => Promise<unknown>): Promise<number> {
  const took: number[] = [];
  for (let run = 0; run < runs; run++) {
    const startedAt = performance.now();
    await work();
    took.push(performance.now() - startedAt);
  }
  return percentile(took, share);
}

/** Measures a page in the middle: its cursor lies 50,000 results deep. */
async function deepPage(library: Library, filter: LibraryFilter): Promise<number> {
  const after = await library.get(assetId(assets / 2));
  return await time(() => library.list({ ...filter, after, limit: 100, order: "desc" }));
}

const assetId = (index: number): string => `asset_${String(index).padStart(12, "0")}`;

async function fill(database: GatewayDatabase, library: Library): Promise<number> {
  const now = Date.now();
  for (let from = 0; from < assets; from += rowsPerInsert) {
    const indexes = Array.from({ length: rowsPerInsert }, (_, at) => from + at);
    await database.tables
      .insertInto("jobs")
      .values(indexes.map((index) => jobRow(index, now)))
      .execute();
    await database.tables
      .insertInto("assets")
      .values(indexes.map((index) => assetRow(index, now)))
      .execute();
  }
  const startedAt = performance.now();
  while ((await library.task.overdue({ isThorough: false })).length > 0)
    await library.task.run("fill");
  const filledMs = performance.now() - startedAt;
  for (let index = 0; index < assets; index += assets / 500)
    await library.update([assetId(index)], { starred: true });
  // As autovacuum does within a minute.
  await database.postgres?.pool.query("vacuum analyze");
  return filledMs;
}

const madeAt = (index: number, now: number): number => now - (assets - index) * 300_000;

function jobRow(index: number, now: number) {
  const at = madeAt(index, now);
  return {
    id: `job_${String(index).padStart(12, "0")}`,
    kind: "image" as const,
    status: "completed" as const,
    request: JSON.stringify({ kind: "image", model: `m${index % 7}`, prompt: promptOf(index) }),
    model: `m${index % 7}`,
    key_id: `key_${index % 3}`,
    account_id: "bench",
    warnings: "[]",
    cost: "{}",
    progress: 100,
    attempts: 0,
    priority: 0,
    deadline_at: at,
    uncertain_starts: 0,
    cancel_requested: 0,
    version: 1,
    created_at: at,
    updated_at: at,
    completed_at: at,
    broken_downloads: 0,
  };
}

function assetRow(index: number, now: number) {
  return {
    id: assetId(index),
    job_id: `job_${String(index).padStart(12, "0")}`,
    position: 0,
    item_id: "1",
    content_type: "image/png",
    width: 2048,
    height: 2048,
    duration_ms: null,
    bytes: 3_000_000,
    upstream_url: `https://results.invalid/${"x".repeat(200)}`,
    upstream_expires_at: null,
    created_at: madeAt(index, now),
    incomplete: 0,
    preview_attempts: 0,
  };
}

const english =
  "a cat dog in the street at night neon rain city portrait of an old man golden hour cinematic lighting highly detailed photograph wide lens soft light watercolor ink style forest elf snow mountain lake sunset beach wheat field robot ship galaxy stars moon bamboo lotus river bridge castle dragon knight candle".split(
    " ",
  );
const chinese =
  "一只小猫在窗边晒太阳水墨画风格赛博朋克城市夜景霓虹灯雨后街道古风少女山水云雾竹林荷花月光星空宇宙飞船机器人森林精灵雪山湖泊日落海滩金色麦田老人肖像电影质感细节丰富高清摄影广角镜头柔和光线";

/** Makes a prompt that is always the same for the same index. */
function promptOf(index: number): string {
  let state = index * 2_654_435_761 + 1;
  const next = (below: number): number => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
    return Math.floor((state / 2_147_483_648) * below);
  };
  const marks = [
    index < assets / 2 ? "older" : "newer",
    ...(index < (assets * 3) / 10 ? ["ancient"] : []),
    ...(index % 5000 === 7 ? ["zeppelin"] : []),
  ];
  const words =
    index % 2 === 0
      ? Array.from({ length: 3 }, () => chinese.slice(next(80)).slice(0, 12))
      : Array.from({ length: 30 }, () => english[next(english.length)] ?? "");
  return [...marks, ...words].join(" ");
}
