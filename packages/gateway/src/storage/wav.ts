// Reading the length of a sound from its header: WAV (RIFF) and MP3 (MPEG audio, layer III).

const riffFrame = 8;
const chunkFrame = 8;
const firstChunkAt = 12;
const bytesPerSecondAt = 8;

/** Reads a WAV's length from its chunks; undefined when its sound does not fit into the file. */
export function readWav(head: Buffer, size: number): { durationMs: number | null } | undefined {
  if (head.length < firstChunkAt || riffFrame + head.readUInt32LE(4) > size) return undefined;
  let bytesPerSecond = 0;
  for (let at = firstChunkAt; at + chunkFrame <= head.length;) {
    const name = head.toString("latin1", at, at + 4);
    const length = head.readUInt32LE(at + 4);
    const body = at + chunkFrame;
    if (name === "fmt " && body + bytesPerSecondAt + 4 <= head.length) {
      bytesPerSecond = head.readUInt32LE(body + bytesPerSecondAt);
    }
    if (name === "data") {
      if (body + length > size || bytesPerSecond === 0) return undefined;
      return { durationMs: Math.round((length / bytesPerSecond) * 1000) };
    }
    // Chunks begin at even places.
    at = body + length + (length % 2);
  }
  return undefined;
}

// Kilobits a second of MPEG 1 and of MPEG 2 and 2.5, layer III, by the header's index (ISO/IEC 11172-3, 13818-3).
const bitRates = {
  mpeg1: [0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320],
  mpeg2: [0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160],
} as const;
const id3Header = 10;

/** Estimates an MP3's length in milliseconds from its first frame; null when that cannot be found. */
export function readMp3Ms(head: Buffer, size: number): number | null {
  const frameAt = head.toString("latin1", 0, 3) === "ID3" ? id3Header + id3Bytes(head) : 0;
  const version = ((head[frameAt + 1] ?? 0) >> 3) & 0b11;
  const index = (head[frameAt + 2] ?? 0) >> 4;
  if (head[frameAt] !== 0xff) return null;
  const kilobits = (version === 0b11 ? bitRates.mpeg1 : bitRates.mpeg2)[index] ?? 0;
  return kilobits === 0 ? null : Math.round(((size - frameAt) * 8) / kilobits);
}

// The tag's length is written in four bytes of seven bits.
function id3Bytes(head: Buffer): number {
  return [6, 7, 8, 9].reduce((sum, at) => sum * 128 + ((head[at] ?? 0) & 0x7f), 0);
}
