// The figure of an upload: from the first byte of a 20 MB picture to the start that the upstream accepted.
import { randomBytes } from "node:crypto";
import { crc32, deflateSync } from "node:zlib";
import { type Figure, atMost, fact, median } from "../figures.ts";
import { ask } from "../requests.ts";
import { type Servers, residentMebibytes, withBareGateway, withGateway } from "./servers.ts";

const megabytes = 20;
const bytesInMegabyte = 1_000_000;
const rounds = 5;
const sidePixels = 2560;

/** Measures the route of a 20 MB picture beside the bare gateway's. */
export async function measureUpload(): Promise<Figure[]> {
  const options = { imageMs: 200 };
  const ours = await withGateway(options, routeOf);
  const bare = await withBareGateway(options, routeOf);
  const title = "20 MB picture, first byte → start accepted";
  return [
    atMost(`${title}: against the bare gateway`, ours.tookMs / bare.tookMs, 1.15, "×"),
    fact(`${title}: ours`, ours.tookMs, "ms"),
    fact(`${title}: the bare gateway`, bare.tookMs, "ms"),
    atMost(`${title}: growth of RSS`, ours.grownMebibytes, 25, "MiB"),
  ];
}

async function routeOf({ simulator, gateway }: Servers): Promise<{
  tookMs: number;
  grownMebibytes: number;
}> {
  // A small one first, so that what is loaded once does not count.
  await edit(gateway.url, randomPicture(1));
  const before = residentMebibytes(gateway.pid);
  const tookMs: number[] = [];
  let peak = before;
  for (let round = 0; round < rounds; round += 1) {
    const picture = randomPicture(sidePixels);
    await gateway.read();
    const begunAt = Date.now();
    await edit(gateway.url, picture);
    const { body } = await ask(`${simulator.url}/_simulator/records`);
    const { records } = body as { records: { accepted_at: number }[] };
    tookMs.push((records.at(-1)?.accepted_at ?? Number.NaN) - begunAt);
    peak = Math.max(peak, (await gateway.read()).peakRssMebibytes);
  }
  return { tookMs: median(tookMs), grownMebibytes: peak - before };
}

async function edit(gatewayUrl: string, picture: Blob): Promise<void> {
  const form = new FormData();
  form.append("image", picture, "picture.png");
  form.append("prompt", "bench");
  const answer = await fetch(`${gatewayUrl}/v1/images/edits`, { method: "POST", body: form });
  if (!answer.ok) throw new Error(await answer.text());
  await answer.text();
}

/** Makes a PNG of noise: 2560 pixels on a side are 20 MB; each one's bytes are new to the gateway. */
function randomPicture(side: number): Blob {
  const row = side * 3;
  const pixels = randomBytes((row + 1) * side);
  // The filter of each row: none.
  for (let at = 0; at < pixels.length; at += row + 1) pixels[at] = 0;
  const header = Buffer.alloc(13);
  header.writeUInt32BE(side, 0);
  header.writeUInt32BE(side, 4);
  header.set([8, 2, 0, 0, 0], 8);
  const chunks = [chunk("IHDR", header), chunk("IDAT", deflateSync(pixels, { level: 0 }))];
  const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
  const file = Buffer.concat([signature, ...chunks, chunk("IEND", Buffer.alloc(0))]);
  if (side === sidePixels && Math.round(file.length / bytesInMegabyte) !== megabytes)
    throw new Error(`the picture has ${file.length} bytes`);
  return new Blob([file], { type: "image/png" });
}

function chunk(type: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type, "latin1"), data]);
  const frame = Buffer.alloc(4);
  frame.writeUInt32BE(data.length);
  const sum = Buffer.alloc(4);
  sum.writeUInt32BE(crc32(body));
  return Buffer.concat([frame, body, sum]);
}
