// Tests how reference files are received, kept, listed and removed, over a real folder and database.

import { mkdtemp, readFile, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import { crc32 } from "node:zlib";

import type { JimengError } from "@jimeng/sdk";
import { afterEach, beforeEach, describe, expect, it } from "vitest";

import { openFolderStore } from "../storage/asset-store-folder.ts";
import { openDatabase } from "../database/database.ts";
import type { GatewayDatabase } from "../database/database.ts";
import { uploadLifetimeMs } from "./upload-store.ts";
import { createFiles } from "./files.ts";
import type { Files } from "./files.ts";
import { imageRequest } from "../testing/fake-upstream.ts";
import { toFileHandle } from "./file-handles.ts";
import { silentLogger } from "../testing/job-harness.ts";
import { ManualClock } from "../testing/manual-clock.ts";
import { wav, wholeFiles, wholePng } from "../testing/reference-samples.ts";

const hour = 3600 * 1000;
const png = wholeFiles.png.bytes;

let dataDir: string;
let database: GatewayDatabase;
let clock: ManualClock;
let files: Files;
beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), "jimeng-files-"));
  database = await openDatabase({ dataDir });
  clock = new ManualClock();
  files = openFiles();
  await files.start();
});
afterEach(async () => {
  files.close();
  await database.close();
  await rm(dataDir, { recursive: true, force: true });
});

function openFiles(): Files {
  const store = openFolderStore({ root: dataDir });
  return createFiles({
    database,
    store,
    dataDir,
    logger: silentLogger,
    clock,
    uploadMegabytes: { image: 1, video: 2, audio: 2 },
    referenceLimits: { megapixels: 1, seconds: 240 },
  });
}

const pathOf = ({ sha256 }: { sha256: string }) =>
  join(dataDir, "files", sha256.slice(0, 2), sha256);
const incoming = () => readdir(join(dataDir, "files", "incoming"));
const receive = (bytes: Uint8Array, name = "a.png") =>
  files.receive(Readable.from(inPieces(bytes)), { name, declaredType: null });

function* inPieces(bytes: Uint8Array): Generator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += 5000) yield bytes.subarray(at, at + 5000);
}

async function keep(
  bytes: Uint8Array,
  expiresAt: number | null = null,
  keyId: string | null = null,
) {
  return files.keep(await receive(bytes), { keyId, purpose: "user_data", expiresAt });
}

/** Stores a job that refers to a file, as the engine does. */
async function storeJob(fileId: string, status: "queued" | "completed"): Promise<void> {
  const request = imageRequest({
    references: [{ imageUri: toFileHandle(fileId), width: 1, height: 1, format: "png" }],
  });
  const row = {
    id: `job_of_${fileId}`,
    kind: "image" as const,
    status,
    request: JSON.stringify(request),
    warnings: "[]",
    progress: 0,
    attempts: 0,
    priority: 0,
    deadline_at: 0,
    uncertain_starts: 0,
    cancel_requested: 0,
    cost: "{}",
    version: 1,
    created_at: 0,
    updated_at: 0,
    broken_downloads: 0,
    deleted_at: null,
    remix_of: null,
    url_ttl_seconds: null,
  };
  await database.tables.insertInto("jobs").values(row).execute();
}

describe("a file", () => {
  it("is received, kept under its digest, and found again", async () => {
    const file = await keep(png);
    expect(file).toMatchObject({
      kind: "image",
      contentType: "image/png",
      width: 640,
      name: "a.png",
    });
    expect(await readFile(pathOf(file))).toEqual(Buffer.from(png));
    expect(await files.get(file.id)).toEqual(file);
    expect(await incoming()).toEqual([]);
  });

  it("is kept whole when it comes in pieces that are used again, and its checksum is known for the upload", async () => {
    const bytes = wholePng(64, 64, 900_000);
    const piece = new Uint8Array(70_001);
    async function* reused(): AsyncGenerator<Uint8Array> {
      for (let at = 0; at < bytes.length; at += piece.length) {
        const part = bytes.subarray(at, at + piece.length);
        piece.set(part);
        yield await Promise.resolve(piece.subarray(0, part.length));
      }
    }
    const received = await files.receive(reused(), { name: "", declaredType: null });
    const file = await files.keep(received, { keyId: null, purpose: "", expiresAt: null });
    expect(await readFile(pathOf(file))).toEqual(Buffer.from(bytes));
    expect(file.bytes).toBe(bytes.length);
    expect(files.checksumOf(file)).toBe(crc32(bytes).toString(16).padStart(8, "0"));
    expect(openFiles().checksumOf(file)).toBeUndefined();
  });

  it("shares its bytes with an equal file; they are removed with the last one", async () => {
    const [one, other] = [await keep(png), await keep(png)];
    expect(one.sha256).toBe(other.sha256);
    expect(await files.remove(one.id)).toBe(true);
    expect(await files.get(one.id)).toBeUndefined();
    expect(await readFile(pathOf(other))).toHaveLength(png.length);
    await files.remove(other.id);
    await expect(readFile(pathOf(other))).rejects.toThrow(/ENOENT/);
  });

  it("always has its bytes when equal files are kept and removed at the same time", async () => {
    const first = await keep(png);
    const [second] = await Promise.all([keep(png), files.remove(first.id)]);
    expect(await readFile(pathOf(second))).toHaveLength(png.length);
  });

  it("is listed by owner, newest first, in pages", async () => {
    const mine = [await keep(png, null, "key_a"), await keep(png, null, "key_a")];
    await keep(png, null, "key_b");
    const page = await files.list({ keyId: "key_a", limit: 1, order: "desc" });
    expect(page).toEqual({ files: [mine[1]], hasMore: true });
    const rest = await files.list({ keyId: "key_a", limit: 5, order: "desc", after: mine[1]?.id });
    expect(rest).toEqual({ files: [mine[0]], hasMore: false });
    expect((await files.list({ limit: 9, order: "asc" })).files).toHaveLength(3);
  });

  it("that an unfinished job refers to is not removed", async () => {
    const file = await keep(png);
    await storeJob(file.id, "queued");
    expect(await files.remove(file.id)).toBe(false);
    expect(await files.get(file.id)).toEqual(file);
  });
});

describe("a file that cannot be used", () => {
  const refusalOf = (bytes: Uint8Array) =>
    receive(bytes).then(
      () => undefined,
      ({ code, detail }: JimengError) => ({ code, reason: detail.reason }),
    );

  it("leaves nothing behind", async () => {
    expect(await refusalOf(new Uint8Array())).toEqual({
      code: "reference_unusable",
      reason: "empty",
    });
    expect(await refusalOf(png.subarray(0, -3))).toMatchObject({ reason: "truncated" });
    expect(await refusalOf(Buffer.from("just some words, no picture"))).toMatchObject({
      reason: "unsupported_type",
    });
    expect(await incoming()).toEqual([]);
  });

  it("that is too large is refused before all of it has arrived", async () => {
    let sent = 0;
    async function* endless(): AsyncGenerator<Uint8Array> {
      yield png;
      for (;;) {
        sent += 65_536;
        yield await Promise.resolve(new Uint8Array(65_536));
      }
    }
    const received = files.receive(endless(), { name: "", declaredType: null });
    await expect(received).rejects.toMatchObject({ code: "payload_too_large" });
    expect(sent).toBeLessThan(2 * 1024 * 1024);
    expect(await incoming()).toEqual([]);
  });

  it("may be twice as large when it is a video or a sound", async () => {
    expect(await refusalOf(wholePng(64, 64, 1_100_000))).toMatchObject({
      code: "payload_too_large",
    });
    const sound = await receive(wav(190_000), "a.wav");
    expect(sound.bytes).toBeGreaterThan(1_400_000);
    await files.discard(sound);
    expect(await refusalOf(wav(280_000))).toMatchObject({ code: "payload_too_large" });
  });

  it("has too many pixels or lasts too long", async () => {
    expect(await refusalOf(wholePng(1001, 1000))).toEqual({
      code: "reference_unusable",
      reason: "too_many_pixels",
    });
    expect(await refusalOf(wav(250_000))).toMatchObject({ reason: "too_long" });
    expect(await incoming()).toEqual([]);
    await files.discard(await receive(wholePng(1000, 1000)));
  });

  it("whose sender stopped is refused as broken_off, and removed", async () => {
    async function* broken(): AsyncGenerator<Uint8Array> {
      yield await Promise.resolve(png);
      throw new Error("socket hang up");
    }
    const received = files.receive(broken(), { name: "", declaredType: null });
    await expect(received).rejects.toMatchObject({ detail: { reason: "broken_off" } });
    expect(await incoming()).toEqual([]);
  });
});

describe("an expired file", () => {
  it("is removed at the hour, but never while an unfinished job refers to it", async () => {
    const old = await keep(wholePng(10, 10), clock.now() + hour);
    const used = await keep(wholePng(20, 20), clock.now() + hour);
    const forever = await keep(wholePng(30, 30));
    await storeJob(used.id, "queued");
    await clock.advance(2 * hour + 1);
    await expect.poll(() => files.get(old.id)).toBeUndefined();
    expect(await files.get(used.id)).toBeDefined();
    expect(await files.get(forever.id)).toBeDefined();
    await database.tables.updateTable("jobs").set({ status: "completed" }).execute();
    const inAnHour = () => clock.advance(hour).then(() => files.get(used.id));
    await expect.poll(inAnHour).toBeUndefined();
  });

  it("is removed at the start, with what a dead process left half received", async () => {
    const old = await keep(png, clock.now() + hour);
    await writeFile(join(dataDir, "files", "incoming", "half"), "half");
    files.close();
    await clock.advance(hour + 1);
    files = openFiles();
    await files.start();
    expect(await files.get(old.id)).toBeUndefined();
    expect(await incoming()).toEqual([]);
  });

  it("or upload handle is not used any more", async () => {
    const handle = { imageUri: "uri", width: 1, height: 1, format: "png" };
    await files.addUpload("main", "abc", handle, clock.now());
    await files.addUpload("main", "abc", { ...handle, imageUri: "newer" }, clock.now());
    expect((await files.uploads("main", ["abc", "def"], clock.now())).get("abc")).toMatchObject({
      imageUri: "newer",
    });
    expect((await files.uploads("other", ["abc"], clock.now())).size).toBe(0);
    const later = clock.now() + uploadLifetimeMs;
    expect((await files.uploads("main", ["abc"], later)).size).toBe(0);
  });
});
