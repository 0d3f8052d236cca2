// The figure of edits: what ten pictures of 8 MB at once cost in memory while they stream to disk.
import { type Figure, atMost, fact } from "../figures.ts";
import { randomPicture } from "../pictures.ts";
import { residentMebibytes, withGateway } from "../speed/servers.ts";

const atOnce = 10;
const rounds = 5;
// Three bytes a pixel: 8 MB.
const sidePixels = 1632;

/** Measures the growth of memory while ten edits upload their pictures at once. */
export function measureEdits(): Promise<Figure[]> {
  return withGateway({ imageMs: 200 }, async ({ gateway }) => {
    const edit = async (picture: Blob): Promise<void> => {
      const form = new FormData();
      form.append("image", picture, "picture.png");
      form.append("prompt", "bench");
      const answer = await fetch(`${gateway.url}/v1/images/edits`, { method: "POST", body: form });
      if (!answer.ok) throw new Error(await answer.text());
      await answer.text();
    };
    // Small ones first, so that what is loaded once does not count.
    await Promise.all(Array.from({ length: atOnce }, () => edit(randomPicture(1))));
    const before = residentMebibytes(gateway.pid);
    await gateway.read();
    let peak = before;
    const begunAt = performance.now();
    for (let round = 0; round < rounds; round += 1) {
      await Promise.all(Array.from({ length: atOnce }, () => edit(randomPicture(sidePixels))));
      peak = Math.max(peak, (await gateway.read()).peakRssMebibytes);
    }
    const tookMs = (performance.now() - begunAt) / rounds;
    const title = `${atOnce} edits with a picture of 8 MB at once`;
    return [
      atMost(`${title}: growth of RSS`, peak - before, 64, "MiB"),
      fact(`${title}: a round, with its pictures made`, tookMs, "ms"),
    ];
  });
}
