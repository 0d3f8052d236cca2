// Makes silent MP3 files. A frame whose side information and data are zero plays as silence, so no encoder is needed.

const frameMs = 24;
const frameBytes = 96;

/** The header of a frame by sample rate: mono, 32 kbit/s; MPEG 1 layer III at 48 kHz, MPEG 2 layer III at 24 kHz. */
const frameHeaders = {
  48_000: [0xff, 0xfb, 0x14, 0xc0],
  24_000: [0xff, 0xf3, 0x44, 0xc0],
} as const;

/** Makes a silent MP3 of a length, rounded up to whole frames of 24 ms. */
export function silentMp3(durationMs: number, sampleRate: keyof typeof frameHeaders): Buffer {
  const count = Math.max(1, Math.ceil(durationMs / frameMs));
  const file = Buffer.alloc(count * frameBytes);
  const header = Buffer.from(frameHeaders[sampleRate]);
  for (let frame = 0; frame < count; frame += 1) header.copy(file, frame * frameBytes);
  return file;
}
