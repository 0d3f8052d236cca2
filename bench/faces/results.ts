// The figures of stored results: converting a large picture on read, and sending a large file.
import { mkdir, writeFile } from "node:fs/promises";
import { get } from "node:http";
import { connect } from "node:net";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { type Figure, atLeast, atMost, fact, median } from "../figures.ts";
import { fillWithFinishedJobs } from "../finished-jobs.ts";
import { gradientPicture } from "../pictures.ts";
import { startGateway, withFolder } from "../programs.ts";
import { residentMebibytes } from "../speed/servers.ts";

const sidePixels = 4096;
const fileBytes = 50_000_000;
const conversions = 7;
const reads = 12;
const warmUps = 4;
const bytesPerMegabyte = 1_000_000;
const receiveBytes = 1024 * 1024;
// No upstream is asked for anything.
const nowhere = "http://127.0.0.1:9";

/** Measures both with one gateway whose folder has a picture and a video. */
export function measureResults(): Promise<Figure[]> {
  return withFolder(async (folder) => {
    const dataDir = join(folder, "data");
    // A first start makes the tables.
    await (await startGateway(dataDir, nowhere)).stop();
    fillWithFinishedJobs(dataDir, 2);
    const picture = Buffer.from(await gradientPicture(sidePixels).arrayBuffer());
    await replaceFile(dataDir, 0, { type: "image/png", ending: "png", bytes: picture });
    const video = Buffer.alloc(fileBytes, "video");
    await replaceFile(dataDir, 1, { type: "video/mp4", ending: "mp4", bytes: video });
    const gateway = await startGateway(dataDir, nowhere, { gauged: true });
    try {
      const at = (index: number): string => `${gateway.url}/v1/assets/${idOf(index)}`;
      return [
        ...(await measureReads(at(1), gateway)),
        ...(await measureConversions(at(0), gateway)),
      ];
    } finally {
      await gateway.stop();
    }
  });
}

type Gateway = Awaited<ReturnType<typeof startGateway>>;

async function measureConversions(url: string, gateway: Gateway): Promise<Figure[]> {
  const took: number[] = [];
  const convert = async (quality: number): Promise<number> => {
    const begunAt = performance.now();
    await read(`${url}?format=webp&width=512&quality=${quality}`);
    return performance.now() - begunAt;
  };
  // The first one loads the library.
  const first = await convert(50);
  await gateway.read();
  for (let index = 1; index <= conversions; index += 1) took.push(await convert(50 + index));
  const { loopMaxMs } = await gateway.read();
  const again = await convert(50);
  const title = `a PNG of ${sidePixels} × ${sidePixels} as a WebP of 512`;
  return [
    atMost(`${title}, request → answer, p50`, median(took), 400, "ms"),
    atMost("the same: the longest delay of the event loop", loopMaxMs, 30, "ms"),
    fact("the same: the first one, which loads the library", first, "ms"),
    fact("the same, from the cache", again, "ms"),
  ];
}

async function measureReads(url: string, gateway: Gateway): Promise<Figure[]> {
  for (let index = 0; index < warmUps; index += 1) await receive(url);
  const before = residentMebibytes(gateway.pid);
  await gateway.read();
  const rates: number[] = [];
  for (let index = 0; index < reads; index += 1) {
    const begunAt = performance.now();
    const bytes = await receive(url);
    const seconds = (performance.now() - begunAt) / 1000;
    if (bytes < fileBytes) throw new Error(`${bytes} bytes came instead of ${fileBytes}`);
    rates.push(fileBytes / bytesPerMegabyte / seconds);
  }
  const { peakRssMebibytes } = await gateway.read();
  const title = "a stored file of 50 MB";
  return [
    atLeast(`${title}, read over HTTP, p50`, median(rates), 500, "MB/s"),
    atMost(`${title}: growth of RSS`, peakRssMebibytes - before, 48, "MiB"),
  ];
}

/**
 * Receives an answer with its headers and returns the number of bytes. All of them go through one buffer, so that the
 * reader takes as little of the machine as it can.
 */
function receive(url: string): Promise<number> {
  const { hostname, port, pathname } = new URL(url);
  return new Promise((resolve, reject) => {
    let bytes = 0;
    const socket = connect({
      host: hostname,
      port: Number(port),
      onread: {
        buffer: Buffer.alloc(receiveBytes),
        callback: (count) => {
          bytes += count;
          return true;
        },
      },
    });
    socket.on("error", reject).on("close", () => resolve(bytes));
    socket.write(`GET ${pathname} HTTP/1.1\r\nhost: ${hostname}\r\nconnection: close\r\n\r\n`);
  });
}

/** Reads an answer to its end and returns its length; the bytes are thrown away. */
function read(url: string): Promise<number> {
  return new Promise((resolve, reject) => {
    get(url, (response) => {
      if (response.statusCode !== 200) reject(new Error(`${url} answered ${response.statusCode}`));
      let bytes = 0;
      response.on("data", (chunk: Buffer) => (bytes += chunk.length));
      response.on("end", () => resolve(bytes));
      response.on("error", reject);
    }).on("error", reject);
  });
}

const idOf = (index: number): string => `asset_${String(index).padStart(12, "0")}`;

/** Gives one of the filled rows a file. */
async function replaceFile(
  dataDir: string,
  index: number,
  { type, ending, bytes }: { type: string; ending: string; bytes: Buffer },
): Promise<void> {
  const id = idOf(index);
  const folder = join(dataDir, "assets", id.slice(-2));
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, `${id}.${ending}`), bytes);
  const database = new DatabaseSync(join(dataDir, "jimeng.db"));
  const change = database.prepare(
    "UPDATE assets SET content_type = ?, bytes = ?, width = ?, height = ? WHERE id = ?",
  );
  change.run(type, bytes.length, sidePixels, sidePixels, id);
  database.close();
}
