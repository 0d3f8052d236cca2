// Telling whether bytes are a real picture or a playable video, with decoders that are not ours.
import { spawnSync } from "node:child_process";
import { chmodSync, copyFileSync, existsSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { loadImage } from "@napi-rs/canvas";
import { root } from "./processes.ts";

/** Decodes a picture wholly and gives its pixel size; throws when it is not one. */
export async function decodePicture(bytes: Uint8Array): Promise<{ width: number; height: number }> {
  const image = await loadImage(Buffer.from(bytes));
  return { width: image.width, height: image.height };
}

/** Finds an ffmpeg: the npm package's, else the machine's, else none. */
export function findFfmpeg(): string | undefined {
  try {
    const { path } = createRequire(import.meta.url)("@ffmpeg-installer/ffmpeg") as { path: string };
    if (existsSync(path)) {
      // npm may have been told to run no install scripts, and this package's only one sets the x bit.
      const copy = join(tmpdir(), "jimeng-test-ffmpeg");
      if (!existsSync(copy)) {
        copyFileSync(path, copy);
        chmodSync(copy, 0o755);
      }
      return copy;
    }
  } catch {
    // The package has no binary for this platform.
  }
  return spawnSync("ffmpeg", ["-version"]).status === 0 ? "ffmpeg" : undefined;
}

/** Decodes every frame of a video file; gives its size, duration and frame count, or throws with the decoder's words. */
export function decodeVideo(
  ffmpeg: string,
  file: string,
): { codec: string; width: number; height: number; seconds: number; frames: number } {
  const result = spawnSync(ffmpeg, ["-v", "info", "-i", file, "-f", "null", "-"], {
    encoding: "utf8",
  });
  const text = result.stderr;
  if (result.status !== 0 || /error|invalid/i.test(text.replace(/Invalid .*timescale.*/g, ""))) {
    throw new Error(text);
  }
  const stream = /Video: (\w+).*?, (\d+)x(\d+)/.exec(text);
  const duration = /Duration: (\d+):(\d+):([\d.]+)/.exec(text);
  const frames = [...text.matchAll(/frame=\s*(\d+)/g)].at(-1);
  return {
    codec: stream?.[1] ?? "",
    width: Number(stream?.[2]),
    height: Number(stream?.[3]),
    seconds: Number(duration?.[1]) * 3600 + Number(duration?.[2]) * 60 + Number(duration?.[3]),
    frames: Number(frames?.[1]),
  };
}

/** Makes a playable video large: a box that readers skip, with these bytes, follows a small one. */
export function largeMp4(bytes: Buffer): Buffer {
  const head = Buffer.alloc(8);
  head.writeUInt32BE(head.length + bytes.length);
  head.write("free", 4, "latin1");
  return Buffer.concat([readFileSync(join(root, "examples/material/waves.mp4")), head, bytes]);
}
