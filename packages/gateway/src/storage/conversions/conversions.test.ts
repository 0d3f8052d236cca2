// Tests conversions over a folder and over S3: once for each variant, from the cache afterwards, within its bytes.

import { mkdtemp, readFile, readdir, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import sharp from "sharp";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";

import { createLogger } from "../../logging.ts";
import { s3Credentials, startS3Server } from "../../testing/s3-server.ts";
import { openFolderStore } from "../asset-store-folder.ts";
import type { AssetStore } from "../asset-store.ts";
import { createAssets } from "../assets.ts";
import { openAssetStore } from "../open-asset-store.ts";
import { parseAssetsUrl } from "../../config/assets.ts";
import { createConversions } from "./conversions.ts";
import type { Conversions, ConvertedPicture } from "./conversions.ts";
import { PictureEncoder } from "./encoder.ts";
import { chooseVariant, thumbnail } from "./variant.ts";
import type { Picture, Variant } from "./variant.ts";
import { WorkLine } from "./work-line.ts";

const logger = createLogger("silent");
const small: Variant = { format: "webp", maxWidth: 40, maxHeight: null, quality: null };

// Noise of 300 by 300 pixels has more bytes as a PNG than are kept in memory.
const noisy = {
  width: 300,
  height: 300,
  channels: 3,
  noise: { type: "gaussian", mean: 128, sigma: 60 },
} as const;

let dataDir: string;
let store: AssetStore;
let encoder: CountingEncoder;
let conversions: Conversions;
beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), "jimeng-conversions-"));
  store = openFolderStore({ root: dataDir });
  encoder = new CountingEncoder();
  conversions = open();
});
afterEach(() => rm(dataDir, { recursive: true, force: true }));

class CountingEncoder extends PictureEncoder {
  runs = 0;
  running = 0;
  mostAtOnce = 0;

  override async encode(...given: Parameters<PictureEncoder["encode"]>): Promise<Buffer> {
    this.runs += 1;
    this.running += 1;
    this.mostAtOnce = Math.max(this.mostAtOnce, this.running);
    try {
      return await super.encode(...given);
    } finally {
      this.running -= 1;
    }
  }
}

const folder = (): string => join(dataDir, "conversions");

function open({ maxCacheBytes = 10_000_000, maxWaiting = 32, files = store } = {}): Conversions {
  const workLine = new WorkLine({ atOnce: 2, maxWaiting });
  const work = { store: files, encoder, workLine, logger };
  return createConversions({ ...work, folder: folder(), maxCacheBytes, now: () => Date.now() });
}

function drawing(width: number, height: number, channels: 3 | 4 = 3): Promise<Buffer> {
  const background = { r: 200, g: 40, b: 40, alpha: channels === 4 ? 0 : 1 };
  return sharp({ create: { width, height, channels, background } }).png().toBuffer();
}

async function keep(bytes: Buffer, files = store): Promise<Picture> {
  const assets = createAssets({ store: files, dataDir, logger });
  await assets.start();
  const saved = await assets.keep(bytes);
  await assets.close();
  return { ...saved, incomplete: false };
}

async function bytesOf(converted: ConvertedPicture, from = conversions): Promise<Buffer> {
  const pieces: Buffer[] = [];
  for await (const piece of await from.open(converted)) pieces.push(piece as Buffer);
  return Buffer.concat(pieces);
}

async function keptFiles(): Promise<string[]> {
  const names = await readdir(folder(), { recursive: true, withFileTypes: true });
  return names.filter((entry) => entry.isFile()).map(({ name }) => name);
}

describe("a variant", () => {
  test("has the wanted format, width and ratio, and is never enlarged", async () => {
    const picture = await keep(await drawing(80, 60));
    const converted = await conversions.prepare(picture, small);
    const bytes = await bytesOf(converted);
    expect(bytes.length).toBe(converted.bytes);
    expect(converted.contentType).toBe("image/webp");
    expect(await sharp(bytes).metadata()).toMatchObject({ format: "webp", width: 40, height: 30 });
    const large = await conversions.prepare(picture, { ...small, format: "jpeg", maxWidth: 4000 });
    const { width, format } = await sharp(await bytesOf(large)).metadata();
    expect({ width, format }).toEqual({ width: 80, format: "jpeg" });
  });

  test("shows what was transparent as white in a JPEG", async () => {
    const picture = await keep(await drawing(8, 8, 4));
    const wanted: Variant = { format: "jpeg", maxWidth: null, maxHeight: null, quality: 90 };
    const bytes = await bytesOf(await conversions.prepare(picture, wanted));
    const { dominant } = await sharp(bytes).stats();
    expect(Math.min(dominant.r, dominant.g, dominant.b)).toBeGreaterThan(240);
  });

  test("is made once for all who want it at the same moment, and found afterwards", async () => {
    const picture = await keep(await drawing(80, 60));
    const all = await Promise.all([1, 2, 3].map(() => conversions.prepare(picture, small)));
    expect(new Set(all.map(({ etag }) => etag)).size).toBe(1);
    const again = open();
    expect(await again.prepare(picture, small)).toEqual(all[0]);
    expect(encoder.runs).toBe(1);
  });

  test("that is small is read from the disk once, and one that is large whenever it is sent", async () => {
    const picture = await keep(await drawing(80, 60));
    await conversions.prepare(picture, small);
    const another = open();
    const { content, bytes } = await another.prepare(picture, small);
    expect(content?.byteLength).toBe(bytes);
    await rm(folder(), { recursive: true });
    expect((await another.prepare(picture, small)).content).toEqual(content);
    expect(encoder.runs).toBe(1);
    const noise = { create: { ...noisy, background: "#000" } } as const;
    const large = await keep(await sharp(noise).png().toBuffer());
    const asPng: Variant = { ...small, format: "png", maxWidth: 300 };
    for (const from of [another, open()])
      expect(await from.prepare(large, asPng)).toMatchObject({ content: null });
    expect(encoder.runs).toBe(2);
  });

  test("that was used last is removed last, also beside those that an earlier process made", async () => {
    const picture = await keep(await drawing(400, 300));
    const widths = [10, 20, 30].map((maxWidth) => ({ ...small, maxWidth }));
    const [first, second, third] = widths as [Variant, Variant, Variant];
    await conversions.prepare(picture, first);
    await conversions.prepare(picture, second);
    const { bytes } = await conversions.prepare(picture, first);
    const tight = open({ maxCacheBytes: bytes * 2.5 });
    await tight.prepare(picture, first);
    await tight.prepare(picture, third);
    const names = await keptFiles();
    expect(names.filter((name) => name.includes("w20"))).toEqual([]);
    expect(names).toHaveLength(2);
    expect(encoder.runs).toBe(3);
  });

  test("is kept privately, and no half-written file is left", async () => {
    await conversions.prepare(await keep(await drawing(8, 8)), small);
    const [name, ...others] = await keptFiles();
    expect(others).toEqual([]);
    const file = await stat(join(folder(), name!.split(".")[0]!.slice(-2), name!));
    expect(file.mode & 0o777).toBe(0o600);
  });

  test("is made again where it was removed between two reads", async () => {
    const picture = await keep(await drawing(80, 60));
    const converted = await conversions.prepare(picture, small);
    await conversions.remove([picture.id]);
    expect(await keptFiles()).toEqual([]);
    expect((await bytesOf(converted)).length).toBe(converted.bytes);
    await conversions.remove([picture.id]);
    await conversions.prepare(picture, small);
    expect(encoder.runs).toBe(3);
  });

  test("is made again where a loss of power left it empty", async () => {
    const picture = await keep(await drawing(80, 60));
    const { bytes } = await conversions.prepare(picture, small);
    const [name] = await keptFiles();
    await writeFile(join(folder(), name!.split(".")[0]!.slice(-2), name!), "");
    const again = await open().prepare(picture, small);
    expect((await bytesOf(again)).length).toBe(bytes);
    expect(encoder.runs).toBe(2);
  });

  test("of a file that is no readable picture is refused, and of a missing file is not found", async () => {
    const picture = await keep(await drawing(8, 8));
    const heic = { ...picture, contentType: "image/heic" };
    const refused = { code: "invalid_request", detail: { param: "format" } };
    await expect(conversions.prepare(heic, small)).rejects.toMatchObject(refused);
    const broken = await keep(Buffer.concat([await drawing(8, 8)]));
    await writeFile(
      join(dataDir, "assets", broken.id.slice(-2), `${broken.id}.png`),
      Buffer.alloc(broken.bytes),
    );
    await expect(conversions.prepare(broken, small)).rejects.toMatchObject(refused);
    await store.remove([`assets/${picture.id.slice(-2)}/${picture.id}.png`]);
    await expect(conversions.prepare(picture, small)).rejects.toMatchObject({ code: "not_found" });
  });
});

describe("many conversions", () => {
  test("run two at a time; what would wait too long is told to come back, except what was paid for", async () => {
    const picture = await keep(await drawing(400, 300));
    const narrow = open({ maxWaiting: 1 });
    const widths = [10, 20, 30, 40, 50];
    const results = await Promise.allSettled(
      widths.map((maxWidth) => narrow.prepare(picture, { ...small, maxWidth })),
    );
    const refused = results.filter(({ status }) => status === "rejected");
    expect(refused).toHaveLength(2);
    expect(refused[0]).toMatchObject({ reason: { code: "overloaded", retryable: true } });
    const patient = await Promise.all(
      widths.map((maxWidth) =>
        narrow.prepare(picture, { ...small, maxWidth }, { isPatient: true }),
      ),
    );
    expect(patient).toHaveLength(widths.length);
    expect(encoder.mostAtOnce).toBe(2);
  });

  test("keep the cache within its bytes: those not used for longest go first", async () => {
    const picture = await keep(await drawing(400, 300));
    const wanted = [10, 20, 30].map((maxWidth) => ({ ...small, maxWidth }));
    const [first, second, third] = wanted as [Variant, Variant, Variant];
    const two = await conversions.prepare(picture, second);
    const tight = open({ maxCacheBytes: two.bytes * 2 });
    await tight.prepare(picture, first);
    await tight.prepare(picture, second);
    await tight.prepare(picture, third);
    const names = await keptFiles();
    expect(names.some((name) => name.includes("w30"))).toBe(true);
    expect(names.some((name) => name.includes("w10"))).toBe(false);
  });
});

test("the placeholder of a picture is a short text, and its thumbnail is there with it", async () => {
  const picture = await keep(await drawing(800, 600));
  const placeholder = await conversions.placeholder(picture);
  expect(Buffer.from(placeholder, "base64").length).toBeLessThan(30);
  expect(encoder.runs).toBe(1);
  const shown = await conversions.prepare(picture, thumbnail);
  expect(encoder.runs).toBe(1);
  expect(await sharp(await bytesOf(shown)).metadata()).toMatchObject({ width: 512, height: 384 });
});

test("the stored file is what a caller gets who asks for nothing that it is not", () => {
  const picture = { id: "asset_1", contentType: "image/png", width: 800, height: 600, bytes: 1 };
  const stored = { ...picture, incomplete: false };
  const nothing = { format: null, width: null, quality: null };
  expect(chooseVariant(stored, nothing)).toBeNull();
  expect(chooseVariant(stored, { ...nothing, format: "png", width: 800 })).toBeNull();
  expect(chooseVariant(stored, { ...nothing, width: 799 })).toMatchObject({ format: "png" });
  const jpeg = { format: "jpeg", maxWidth: null };
  expect(chooseVariant(stored, { ...nothing, format: "jpeg", width: 800 })).toMatchObject(jpeg);
});

test("an asset that is discarded takes what was made of it along", async () => {
  const picture = await keep(await drawing(80, 60));
  await conversions.prepare(picture, small);
  const assets = createAssets({ store, dataDir, logger, derived: conversions });
  await assets.discard([picture]);
  await assets.close();
  expect(await keptFiles()).toEqual([]);
});

test("pictures in S3-compatible storage are converted from a copy, which is removed", async () => {
  const server = await startS3Server();
  for (const [name, value] of Object.entries(s3Credentials)) vi.stubEnv(name, value);
  try {
    const place = parseAssetsUrl(server.url(), {});
    const remote = await openAssetStore({ place, dataDir, logger });
    const picture = await keep(await drawing(80, 60), remote);
    const converting = open({ files: remote });
    const bytes = await bytesOf(await converting.prepare(picture, small), converting);
    expect(await sharp(bytes).metadata()).toMatchObject({ width: 40 });
    expect(await readdir(join(dataDir, "assets", "incoming"))).toEqual([]);
    remote.close();
  } finally {
    vi.unstubAllEnvs();
    await server.remove();
  }
});

test("a damaged picture is converted as far as it goes", async () => {
  const whole = await sharp({
    create: { width: 64, height: 64, channels: 3, background: "#336699" },
  })
    .jpeg()
    .toBuffer();
  const picture = await keep(whole);
  const path = join(dataDir, "assets", picture.id.slice(-2), `${picture.id}.jpg`);
  const cut = (await readFile(path)).subarray(0, whole.length - 20);
  await writeFile(path, cut);
  const damaged = { ...picture, bytes: cut.length, incomplete: true };
  const converted = await conversions.prepare(damaged, small);
  expect(await sharp(await bytesOf(converted)).metadata()).toMatchObject({ width: 40 });
});
