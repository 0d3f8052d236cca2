// A gateway with its studio and a headless Chromium before it, for one measurement.
import { linkSync, mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { crc32, deflateSync } from "node:zlib";
import { chromium, type Page } from "playwright-core";
import { assetKey } from "../../packages/gateway/src/storage/assets.ts";
import { updateStudio } from "../../scripts/studio-build.mjs";
import { chromiumPath, hasChromium } from "../../tests/clients/chromium.ts";
import { fillLibrary } from "../faces/library.ts";
import { notRun, type Figure } from "../figures.ts";
import { startGateway, startSimulator, withFolder, type Program } from "../programs.ts";

/** What a measurement works with. */
export interface Bench {
  gateway: Program;
  /** Opens a page of a window of its own. */
  open(options?: { width?: number; height?: number; pixelRatio?: number }): Promise<Page>;
}

/** How a measurement is prepared. */
export interface BenchOptions {
  name: string;
  /** Whether the library has 100,000 results. */
  isFull?: boolean;
  simulatorWords?: string[];
}

const flags = ["--headless", "--no-sandbox", "--disable-gpu", "--no-first-run"];

/** Prepares a gateway and a browser, measures, and ends both. */
export async function inBrowser(
  { name, isFull = false, simulatorWords = [] }: BenchOptions,
  measure: (bench: Bench) => Promise<Figure[]>,
): Promise<Figure[]> {
  if (!hasChromium) return [notRun(name, `no Chromium at ${chromiumPath}`)];
  await updateStudio();
  return await withFolder(async (folder) => {
    if (isFull) makeFiles(folder, await fillLibrary(folder, smallPng().length));
    const simulator = await startSimulator(simulatorWords);
    const gateway = await startGateway(folder, simulator.url);
    const browser = await chromium.launch({ executablePath: chromiumPath, args: flags });
    try {
      return await measure({
        gateway,
        async open({ width = 1280, height = 900, pixelRatio = 1 } = {}) {
          const context = await browser.newContext({
            viewport: { width, height },
            deviceScaleFactor: pixelRatio,
          });
          return await context.newPage();
        },
      });
    } finally {
      await browser.close();
      await gateway.stop();
      await simulator.stop();
    }
  });
}

// A file system gives one file at most 65,000 names.
const mostNames = 50_000;

/** Gives every result the same small picture as its file. */
function makeFiles(folder: string, ids: readonly string[]): void {
  const made = new Set<string>();
  for (const [at, id] of ids.entries()) {
    const source = join(folder, `picture-${Math.floor(at / mostNames)}.png`);
    if (at % mostNames === 0) writeFileSync(source, smallPng());
    const file = join(folder, assetKey({ id, contentType: "image/png" }));
    if (!made.has(dirname(file))) mkdirSync(dirname(file), { recursive: true });
    made.add(dirname(file));
    linkSync(source, file);
  }
}

const side = 64;

/** Makes a PNG of a slope of colours. */
function smallPng(): Buffer {
  const rows = Buffer.alloc(side * (side * 3 + 1));
  for (let y = 0; y < side; y++)
    for (let x = 0; x < side; x++) rows.set([x * 4, y * 4, 128], y * (side * 3 + 1) + 1 + x * 3);
  const header = Buffer.alloc(13);
  header.writeUInt32BE(side, 0);
  header.writeUInt32BE(side, 4);
  header.set([8, 2, 0, 0, 0], 8);
  return Buffer.concat([
    Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]),
    chunk("IHDR", header),
    chunk("IDAT", deflateSync(rows)),
    chunk("IEND", Buffer.alloc(0)),
  ]);
}

function chunk(type: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type, "latin1"), data]);
  const length = Buffer.alloc(4);
  length.writeUInt32BE(data.length);
  const sum = Buffer.alloc(4);
  sum.writeUInt32BE(crc32(body));
  return Buffer.concat([length, body, sum]);
}
