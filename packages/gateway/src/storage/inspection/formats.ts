// Tells a file's format from its first bytes, also of formats that are only known by name.

/** A format that can be read here. */
export type KnownFormat =
  | "png"
  | "jpeg"
  | "webp"
  | "gif"
  | "avif"
  | "heic"
  | "mp4"
  | "mov"
  | "m4a"
  | "webm"
  | "wav"
  | "mp3";

/** A format that is recognized, so that an answer can name it. */
export type NamedFormat = "bmp" | "tiff" | "jxl" | "svg" | "pdf" | "html" | "ogg" | "flac" | "avi";

/** How many bytes of a file's beginning tell its format. */
export const magicBytes = 64;

// HEIF and AVIF pictures live in the same boxes as MP4 does; the first brand tells them apart.
const avifBrands = /^(avif|avis)/;
const heicBrands = /^(heic|heix|heim|heis|hevc|hevx|mif1|msf1)/;
const soundBrands = /^(M4A |M4B )/;

/** Returns the format, or undefined when the bytes are none that is known. */
export function formatOf(head: Uint8Array): KnownFormat | NamedFormat | undefined {
  const text = Buffer.from(head.subarray(0, magicBytes)).toString("latin1");
  if (text.slice(4, 8) === "ftyp") return formatOfBrand(text.slice(8, 12));
  if (text.startsWith("RIFF")) return formatOfRiff(text.slice(8, 12));
  for (const [format, starts] of Object.entries(prefixes)) {
    if (starts.some((start) => text.startsWith(start))) return format as KnownFormat | NamedFormat;
  }
  const [first = 0, second = 0] = head;
  // An MPEG audio frame of layer III without a tag.
  return first === 0xff && (second & 0xe6) === 0xe2 ? "mp3" : formatOfText(text);
}

const prefixes: Readonly<Partial<Record<KnownFormat | NamedFormat, readonly string[]>>> = {
  png: ["\x89PNG\r\n\x1a\n"],
  jpeg: ["\xff\xd8\xff"],
  gif: ["GIF87a", "GIF89a"],
  webm: ["\x1a\x45\xdf\xa3"],
  mp3: ["ID3"],
  bmp: ["BM"],
  tiff: ["II*\0", "MM\0*", "II+\0", "MM\0+"],
  jxl: ["\xff\x0a", "\0\0\0\x0cJXL \r\n\x87\n"],
  pdf: ["%PDF-"],
  ogg: ["OggS"],
  flac: ["fLaC"],
};
const svgStart = /^\s*(<\?xml[^>]*>\s*)?(<!--[^>]*-->\s*)?<svg\b/i;
const htmlStart = /^\s*<(!doctype html|html|head|body)\b/i;
const byteOrderMark = "\xef\xbb\xbf";

function formatOfText(text: string): NamedFormat | undefined {
  const start = text.startsWith(byteOrderMark) ? text.slice(byteOrderMark.length) : text;
  if (svgStart.test(start)) return "svg";
  return htmlStart.test(start) ? "html" : undefined;
}

function formatOfBrand(brand: string): KnownFormat {
  if (avifBrands.test(brand)) return "avif";
  if (heicBrands.test(brand)) return "heic";
  if (soundBrands.test(brand)) return "m4a";
  return brand === "qt  " ? "mov" : "mp4";
}

function formatOfRiff(form: string): KnownFormat | NamedFormat | undefined {
  if (form === "WEBP") return "webp";
  if (form === "WAVE") return "wav";
  return form === "AVI " ? "avi" : undefined;
}
