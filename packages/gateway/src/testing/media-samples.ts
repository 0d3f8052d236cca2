// The smallest files of each stored type, made from their formats' headers. Imported by tests only.

const bytes = (...values: number[]): Buffer => Buffer.from(values);

function u16(value: number): Buffer {
  const buffer = Buffer.alloc(2);
  buffer.writeUInt16BE(value);
  return buffer;
}

function u32(value: number): Buffer {
  const buffer = Buffer.alloc(4);
  buffer.writeUInt32BE(value);
  return buffer;
}

/** Makes a PNG's signature and IHDR. */
export function png(width: number, height: number): Buffer {
  const signature = bytes(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a);
  return Buffer.concat([
    signature,
    u32(13),
    Buffer.from("IHDR"),
    u32(width),
    u32(height),
    bytes(8, 2, 0, 0, 0),
    u32(0),
  ]);
}

/** Makes a JPEG's start and frame header. */
export function jpeg(width: number, height: number): Buffer {
  const app0 = Buffer.concat([bytes(0xff, 0xe0), u16(16), Buffer.from("JFIF\0"), Buffer.alloc(9)]);
  const frame = Buffer.concat([
    bytes(0xff, 0xc0),
    u16(11),
    bytes(8),
    u16(height),
    u16(width),
    bytes(1, 1, 0x11, 0),
  ]);
  return Buffer.concat([bytes(0xff, 0xd8), app0, frame, bytes(0xff, 0xd9)]);
}

/** Makes a lossless WebP's header. */
export function webp(width: number, height: number): Buffer {
  const size = Buffer.alloc(4);
  size.writeUInt32LE((width - 1) | ((height - 1) << 14));
  const data = Buffer.concat([bytes(0x2f), size, Buffer.alloc(16)]);
  const length = Buffer.alloc(4);
  length.writeUInt32LE(data.length);
  const riffLength = Buffer.alloc(4);
  riffLength.writeUInt32LE(data.length + 12);
  return Buffer.concat([Buffer.from("RIFF"), riffLength, Buffer.from("WEBPVP8L"), length, data]);
}

/** Makes a GIF's screen descriptor. */
export function gif(width: number, height: number): Buffer {
  const size = Buffer.alloc(4);
  size.writeUInt16LE(width, 0);
  size.writeUInt16LE(height, 2);
  return Buffer.concat([Buffer.from("GIF89a"), size, Buffer.alloc(8)]);
}

function box(type: string, ...body: Buffer[]): Buffer {
  const content = Buffer.concat(body);
  return Buffer.concat([u32(content.length + 8), Buffer.from(type, "latin1"), content]);
}

/** Makes an MP4 of 1280×720 and 5.042 s with a sound track before the picture's. */
export function mp4({ wide = false, moovLast = false } = {}): Buffer {
  const times = Buffer.alloc(wide ? 16 : 8);
  const duration = wide ? Buffer.concat([u32(0), u32(5042)]) : u32(5042);
  const version = bytes(wide ? 1 : 0, 0, 0, 0);
  const mvhd = box("mvhd", version, times, u32(1000), duration, Buffer.alloc(80));
  const track = (width: number, height: number) =>
    box(
      "trak",
      box(
        "tkhd",
        version,
        times,
        u32(1),
        u32(0),
        duration,
        Buffer.alloc(52),
        u32(width * 65_536),
        u32(height * 65_536),
      ),
    );
  const moov = box("moov", mvhd, track(0, 0), track(1280, 720));
  const ftyp = box("ftyp", Buffer.from("isom"), u32(512), Buffer.from("isomavc1"));
  const mdat = box("mdat", Buffer.alloc(100));
  return Buffer.concat(moovLast ? [ftyp, mdat, moov] : [ftyp, moov, mdat]);
}

/** Makes an AVIF, or a HEIC by another brand: index, then picture data. */
export function avif(width: number, height: number, brand = "avif"): Buffer {
  const size = box("ispe", u32(0), u32(width), u32(height));
  const meta = box("meta", u32(0), box("iprp", box("ipco", size)));
  return Buffer.concat([
    box("ftyp", Buffer.from(brand), u32(0), Buffer.from("mif1")),
    meta,
    box("mdat", Buffer.alloc(200)),
  ]);
}

/** Makes a BMP's headers and its pixels, 24 bits each. */
export function bmp(width: number, height: number): Buffer {
  const header = Buffer.alloc(54);
  const pixels = Buffer.alloc(Math.ceil((width * 3) / 4) * 4 * height);
  header.write("BM", 0, "latin1");
  header.writeUInt32LE(header.length + pixels.length, 2);
  header.writeUInt32LE(header.length, 10);
  header.writeUInt32LE(40, 14);
  header.writeInt32LE(width, 18);
  header.writeInt32LE(height, 22);
  header.writeUInt16LE(1, 26);
  header.writeUInt16LE(24, 28);
  return Buffer.concat([header, pixels]);
}
