// The figure of an upload: from the first byte of a 20 MB picture to the start that the upstream accepted.
import { setTimeout as sleep } from "node:timers/promises";
import { type Figure, atMost, fact, median } from "../figures.ts";
import { randomPicture } from "../pictures.ts";
import { ask } from "../requests.ts";
import { type Servers, residentMebibytes, withBareGateway, withGateway } from "./servers.ts";

const megabytes = 20;
const bytesInMegabyte = 1_000_000;
const rounds = 9;
// Longer than the gateway waits before it makes its first placeholder picture, and loads what that needs.
const settleMs = 5000;
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
  // A small one and a large one first, so that what is loaded once does not count.
  for (const side of [1, sidePixels]) await edit(gateway.url, randomPicture(side));
  await sleep(settleMs);
  const before = residentMebibytes(gateway.pid);
  const tookMs: number[] = [];
  let peak = before;
  for (let round = 0; round < rounds; round += 1) {
    const picture = randomPicture(sidePixels);
    if (Math.round(picture.size / bytesInMegabyte) !== megabytes)
      throw new Error(`the picture has ${picture.size} bytes`);
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
