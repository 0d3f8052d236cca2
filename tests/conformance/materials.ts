// Materials for starts: pictures made here, and a film of the simulator.
import { crc32, deflateSync } from "node:zlib";
import type { Jimeng } from "@jimeng/sdk";

/** Makes a small valid PNG; the pixel's colour keeps the files apart. */
export function png(shade: number): Uint8Array {
  const chunk = (type: string, data: Buffer): Buffer => {
    const body = Buffer.concat([Buffer.from(type, "latin1"), data]);
    const length = Buffer.alloc(4);
    length.writeUInt32BE(data.length);
    const check = Buffer.alloc(4);
    check.writeUInt32BE(crc32(body));
    return Buffer.concat([length, body, check]);
  };
  const header = Buffer.from([0, 0, 0, 1, 0, 0, 0, 1, 8, 0, 0, 0, 0]);
  return Buffer.concat([
    Buffer.from("\x89PNG\r\n\x1a\n", "latin1"),
    chunk("IHDR", header),
    chunk("IDAT", deflateSync(Buffer.from([0, shade]))),
    chunk("IEND", Buffer.alloc(0)),
  ]);
}

/** Takes a real MP4 from the simulator itself: a finished video is the simplest source of one. */
export async function clip(jimeng: Jimeng): Promise<Uint8Array> {
  const { video } = await jimeng.videos.generate(
    { model: "jimeng-video-3.0", prompt: "clip" },
    { pollIntervalMs: 50 },
  );
  return new Uint8Array(await (await fetch(video.url)).arrayBuffer());
}
