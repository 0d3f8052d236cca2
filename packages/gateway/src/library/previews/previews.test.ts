// Tests previews: made after the storing, once, for old rows too, and given up where they cannot be had.

import { createServer } from "node:http";
import type { Server } from "node:http";
import type { AddressInfo } from "node:net";

import sharp from "sharp";
import { afterEach, beforeEach, describe, expect, test } from "vitest";

import type { GatewayDatabase } from "../../database/database.ts";
import type { AssetTable } from "../../database/migrations/schema.ts";
import { createLogger } from "../../logging.ts";
import { openFolderStore } from "../../storage/asset-store-folder.ts";
import { createAssets, posterKey } from "../../storage/assets.ts";
import { openConversions } from "../../storage/conversions/open-conversions.ts";
import type { OpenedConversions } from "../../storage/conversions/open-conversions.ts";
import { makeTestDatabase } from "../../testing/database.ts";
import type { TestDatabase } from "../../testing/database.ts";
import { ManualClock } from "../../testing/manual-clock.ts";
import { mp4 } from "../../testing/media-samples.ts";
import { createPreviews } from "./previews.ts";
import type { Previews, PreviewsOptions } from "./previews.ts";

const logger = createLogger("silent");
let place: TestDatabase;
let dataDir: string;
let database: GatewayDatabase;
let clock: ManualClock;
let opened: OpenedConversions;
let previews: Previews;
let host: Server;
let cover: () => Buffer | number;
let changed: string[];
let loopback: boolean;
beforeEach(async () => {
  place = await makeTestDatabase();
  ({ dataDir } = place);
  database = await place.open();
  clock = new ManualClock();
  changed = [];
  loopback = true;
  opened = openConversions({
    store: openFolderStore({ root: dataDir }),
    dataDir,
    sharesDataDir: false,
    cacheMegabytes: 16,
    logger,
    now: () => clock.now(),
  });
  host = createServer((_request, response) => {
    const answer = cover();
    if (typeof answer === "number") response.writeHead(answer).end();
    else response.end(answer);
  });
  await new Promise<void>((resolve) => host.listen(0, "127.0.0.1", resolve));
  await addJob();
  previews = newPreviews();
});
afterEach(async () => {
  await previews.close();
  await opened.close();
  await database.close();
  host.closeAllConnections();
  await new Promise((resolve) => host.close(resolve));
  await place.remove();
});

function newPreviews(conversions: PreviewsOptions["conversions"] = opened.conversions): Previews {
  return createPreviews({
    database,
    conversions,
    posters: opened.posters,
    accounts: { connection: () => ({ allowLoopbackDownloads: loopback }) },
    onChanged: (jobId) => changed.push(jobId),
    clock,
    logger,
  });
}

async function addJob(): Promise<void> {
  const now = clock.now();
  await database.tables
    .insertInto("jobs")
    .values({
      id: "job_1",
      kind: "image",
      status: "completed",
      request: "{}",
      warnings: "[]",
      account_id: "main",
      progress: 100,
      attempts: 0,
      priority: 0,
      deadline_at: now,
      uncertain_starts: 0,
      cancel_requested: 0,
      cost: "{}",
      version: 1,
      created_at: now,
      updated_at: now,
      broken_downloads: 0,
    } as never)
    .execute();
}

const drawing = (): Promise<Buffer> =>
  sharp({ create: { width: 60, height: 40, channels: 3, background: "#336699" } })
    .png()
    .toBuffer();

/** Stores a file and its row, which is due at once unless the facts say otherwise. */
async function keep(bytes: Uint8Array, facts: Partial<AssetTable> = {}): Promise<string> {
  const assets = createAssets({ store: openFolderStore({ root: dataDir }), dataDir, logger });
  await assets.start();
  const saved = await assets.keep(bytes);
  await assets.close();
  const rows = await database.tables.selectFrom("assets").select("id").execute();
  await database.tables
    .insertInto("assets")
    .values({
      id: saved.id,
      job_id: "job_1",
      position: rows.length,
      item_id: `item_${rows.length}`,
      content_type: saved.contentType,
      width: saved.width,
      height: saved.height,
      bytes: saved.bytes,
      upstream_url: "",
      created_at: clock.now(),
      incomplete: 0,
      preview_at: clock.now(),
      preview_attempts: 0,
      ...facts,
    })
    .execute();
  return saved.id;
}

const rowOf = (id: string) =>
  database.tables.selectFrom("assets").selectAll().where("id", "=", id).executeTakeFirstOrThrow();

/** Lets the time pass until a row is in this state: the work itself takes real time. */
async function until(id: string, isReached: (row: AssetTable) => boolean): Promise<AssetTable> {
  for (;;) {
    const row = await rowOf(id);
    if (isReached(row)) return row;
    await clock.advance(500);
  }
}

const isDone = (row: AssetTable): boolean => row.preview_at === null;
const coverUrl = (): string => `http://127.0.0.1:${(host.address() as AddressInfo).port}/cover`;
const video = (facts: Partial<AssetTable> = {}): Promise<string> =>
  keep(mp4(), { cover_url: coverUrl(), ...facts });

describe("a picture", () => {
  test("gets its placeholder some seconds after it was stored, and its job is read again", async () => {
    previews.start();
    const id = await keep(await drawing());
    expect((await rowOf(id)).thumbhash).toBeNull();
    const row = await until(id, isDone);
    expect(Buffer.from(row.thumbhash ?? "", "base64").length).toBeGreaterThan(5);
    await expect.poll(() => changed).toEqual(["job_1"]);
  });

  test("that was stored before there were previews gets one, and rests between two", async () => {
    const ids = [];
    for (let index = 0; index < 2; index++) {
      ids.push(await keep(await drawing(), { created_at: 5, preview_at: 0 }));
    }
    previews.start();
    for (const id of ids) expect((await until(id, isDone)).thumbhash).not.toBeNull();
  });

  test("that cannot be read is given up at once", async () => {
    const id = await keep(await drawing(), { content_type: "image/heic" });
    previews.start();
    expect(await until(id, isDone)).toMatchObject({ thumbhash: null, preview_attempts: 1 });
  });

  test("that killed its process again and again is left alone", async () => {
    const id = await keep(await drawing(), { preview_attempts: 10 });
    previews.start();
    expect(await until(id, isDone)).toMatchObject({ thumbhash: null, preview_attempts: 11 });
  });

  test("is begun again by the next process where one died with it, after its claim has ended", async () => {
    const id = await keep(await drawing(), { preview_at: clock.now() + 600_000 });
    previews.start();
    await clock.advance(120_000);
    expect((await rowOf(id)).thumbhash).toBeNull();
    clock.sleep(480_000);
    expect((await until(id, isDone)).thumbhash).not.toBeNull();
  });
});

describe("a video", () => {
  test("gets a poster and a placeholder of the cover that the site shows", async () => {
    const picture = await drawing();
    cover = () => picture;
    const id = await video();
    previews.start();
    const row = await until(id, isDone);
    expect(row.thumbhash).not.toBeNull();
    const bytes = await openFolderStore({ root: dataDir }).size(posterKey(id));
    expect(row.poster_bytes).toBe(bytes);
  });

  test("is tried again when the cover's host fails, and given up when its URL has expired", async () => {
    cover = () => 503;
    const id = await video();
    previews.start();
    const isPutOff = ({ preview_at: at, preview_attempts: attempts }: AssetTable): boolean =>
      attempts === 1 && at !== null && at - clock.now() <= 60_000;
    await until(id, isPutOff);
    cover = () => 403;
    expect(await until(id, isDone)).toMatchObject({ poster_bytes: null, preview_attempts: 2 });
  });

  test("has no poster from this machine's own network where the account is a real one", async () => {
    loopback = false;
    cover = () => expect.unreachable();
    const id = await video();
    previews.start();
    expect(await until(id, isDone)).toMatchObject({ poster_bytes: null });
  });
});

test("files that are stored while it waits are noticed seconds later", async () => {
  previews = newPreviews({ placeholder: () => Promise.resolve("AAAA") });
  previews.start();
  await clock.advance(10_000);
  const id = await keep(await drawing());
  previews.wake();
  const wokenAt = clock.now();
  expect(await until(id, isDone)).toMatchObject({ thumbhash: "AAAA" });
  expect(clock.now() - wokenAt).toBeLessThan(50_000);
});
