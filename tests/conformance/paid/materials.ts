// The files that a walk uploads, made here: a picture, a film and a sound that show and say nothing.
import { crc32, deflateSync } from "node:zlib";
import { Jimeng } from "@jimeng/sdk";
import { createSimulator } from "@jimeng/simulator";

/** The files of a walk. */
export interface Files {
  picture: Uint8Array;
  video: Uint8Array;
  /** The same film, longer than one part of an upload in parts. */
  largeVideo: Uint8Array;
  sound: Uint8Array;
}

/** The sides of the square picture, in pixels. */
export const pictureSide = 768;
/** More than one part of 5 MiB. */
const largeBytes = 6 * 1024 * 1024;

/** Makes the files; film and sound are those of a simulator of its own. */
export async function makeFiles(): Promise<Files> {
  const simulator = await createSimulator({
    media: "blank",
    timing: { videoMs: 20, visibleAfterMs: 0, jitter: false },
  });
  const { url } = simulator;
  try {
    const jimeng = new Jimeng({
      session: "conformance0materials0conformance",
      baseUrls: { mweb: url, commerce: url, passport: url, imagex: url, vod: url },
    });
    const { video } = await jimeng.videos.generate(
      { model: "jimeng-video-3.0", prompt: "clip" },
      { pollIntervalMs: 20 },
    );
    const film = new Uint8Array(await (await fetch(video.url)).arrayBuffer());
    const voice = (await jimeng.audio.voices())[0]!.id;
    const { bytes } = await jimeng.audio.speech({ prompt: "one two three four", voice });
    return { picture: gradient(), video: film, largeVideo: lengthen(film), sound: bytes };
  } finally {
    await simulator.close();
  }
}

/** Makes a PNG of a soft gradient: nobody is on it, and its ratio is not that of a usual video. */
function gradient(): Uint8Array {
  const rows = Buffer.alloc(pictureSide * (1 + pictureSide * 3));
  for (let y = 0; y < pictureSide; y += 1) {
    for (let x = 0; x < pictureSide; x += 1) {
      const at = y * (1 + pictureSide * 3) + 1 + x * 3;
      rows[at] = (x * 255) / pictureSide;
      rows[at + 1] = (y * 255) / pictureSide;
      rows[at + 2] = 160;
    }
  }
  const header = Buffer.alloc(13);
  header.writeUInt32BE(pictureSide, 0);
  header.writeUInt32BE(pictureSide, 4);
  // 8 bits, red, green and blue.
  header.set([8, 2], 8);
  return Buffer.concat([
    Buffer.from("\x89PNG\r\n\x1a\n", "latin1"),
    chunk("IHDR", header),
    chunk("IDAT", deflateSync(rows)),
    chunk("IEND", Buffer.alloc(0)),
  ]);
}

function chunk(type: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type, "latin1"), data]);
  const length = Buffer.alloc(4);
  length.writeUInt32BE(data.length);
  const check = Buffer.alloc(4);
  check.writeUInt32BE(crc32(body));
  return Buffer.concat([length, body, check]);
}

/** Adds a box that players skip. */
function lengthen(film: Uint8Array): Uint8Array {
  const box = Buffer.alloc(Math.max(8, largeBytes - film.length));
  box.writeUInt32BE(box.length);
  box.write("free", 4, "latin1");
  return Buffer.concat([film, box]);
}
