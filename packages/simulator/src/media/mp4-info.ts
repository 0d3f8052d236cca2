// Reads size and length from the header of an MP4 file.

/** The facts in a video's header; sizes in pixels, 0 without a picture track. */
export interface Mp4Info {
  width: number;
  height: number;
  durationMs: number;
}

const containerTypes: ReadonlySet<string> = new Set(["moov", "trak"]);
const fixedPoint = 65_536;

interface Box {
  type: string;
  body: Buffer;
}

function* boxesIn(data: Buffer): Generator<Box> {
  let offset = 0;
  while (offset + 8 <= data.length) {
    let size = data.readUInt32BE(offset);
    const type = data.toString("latin1", offset + 4, offset + 8);
    let head = 8;
    if (size === 1 && offset + 16 <= data.length) {
      size = Number(data.readBigUInt64BE(offset + 8));
      head = 16;
    } else if (size === 0) {
      size = data.length - offset;
    }
    if (size < head || offset + size > data.length) return;
    yield { type, body: data.subarray(offset + head, offset + size) };
    offset += size;
  }
}

function readMovieHeader(body: Buffer): number {
  const isLong = body[0] === 1;
  if (body.length < (isLong ? 32 : 20)) return 0;
  const scale = body.readUInt32BE(isLong ? 20 : 12);
  const length = isLong ? Number(body.readBigUInt64BE(24)) : body.readUInt32BE(16);
  return scale === 0 ? 0 : Math.round((length / scale) * 1000);
}

function readTrackHeader(body: Buffer): { width: number; height: number } {
  if (body.length < 8) return { width: 0, height: 0 };
  return {
    width: Math.round(body.readUInt32BE(body.length - 8) / fixedPoint),
    height: Math.round(body.readUInt32BE(body.length - 4) / fixedPoint),
  };
}

/** Reads the header of an MP4 file; undefined when the bytes have no movie header. */
export function readMp4(data: Buffer): Mp4Info | undefined {
  let isMovie = false;
  const info: Mp4Info = { width: 0, height: 0, durationMs: 0 };
  const visit = (part: Buffer) => {
    for (const box of boxesIn(part)) {
      if (containerTypes.has(box.type)) visit(box.body);
      if (box.type === "mvhd") {
        isMovie = true;
        info.durationMs = readMovieHeader(box.body);
      }
      if (box.type === "tkhd") {
        const size = readTrackHeader(box.body);
        info.width = Math.max(info.width, size.width);
        info.height = Math.max(info.height, size.height);
      }
    }
  };
  visit(data);
  return isMovie ? info : undefined;
}
