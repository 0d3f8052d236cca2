// Making small reference pictures, no two alike: equal ones would share one upload. Knows no server.
import { crc32, deflateSync } from "node:zlib";

const signature = Buffer.from([137, 80, 78, 71, 13, 10, 26, 10]);
const side = 64;
const trueColour = 2;

function chunk(type: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type, "latin1"), data]);
  const head = Buffer.alloc(4);
  head.writeUInt32BE(data.length);
  const tail = Buffer.alloc(4);
  tail.writeUInt32BE(crc32(body));
  return Buffer.concat([head, body, tail]);
}

/** Makes a square PNG of one colour, named by a number below 2^24. */
export function plainPicture(colour: number): Buffer {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(side, 0);
  header.writeUInt32BE(side, 4);
  header.set([8, trueColour], 8);
  const row = Buffer.alloc(1 + 3 * side);
  for (let at = 1; at < row.length; at += 3) row.writeUIntBE(colour, at, 3);
  const rows = Buffer.concat(Array.from({ length: side }, () => row));
  return Buffer.concat([
    signature,
    chunk("IHDR", header),
    chunk("IDAT", deflateSync(rows)),
    chunk("IEND", Buffer.alloc(0)),
  ]);
}

/** Writes a picture as a data URL. */
export function toDataUrl(png: Buffer): string {
  return `data:image/png;base64,${png.toString("base64")}`;
}
