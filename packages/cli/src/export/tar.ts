// The parts of a tar file (POSIX ustar) with plain files of short names: header, padding, end.

const blockBytes = 512;
const fileMode = 0o600;
const maxNameBytes = 100;
// Eleven octal digits.
const maxBytes = 8 ** 11 - 1;

// Where the fields of a header begin, and how long they are.
const fields = {
  name: [0, maxNameBytes],
  mode: [100, 8],
  owner: [108, 8],
  group: [116, 8],
  size: [124, 12],
  modifiedAt: [136, 12],
  checksum: [148, 8],
  type: [156, 1],
  magic: [257, 8],
} as const;

/** A file in a tar file. */
export interface TarEntry {
  /** A relative path with slashes. */
  name: string;
  bytes: number;
  /** Unix milliseconds. */
  modifiedAt: number;
}

/** Returns the header of a file. Throws a RangeError for a name or a length that the format cannot hold. */
export function tarHeader({ name, bytes, modifiedAt }: TarEntry): Uint8Array {
  if (Buffer.byteLength(name) > maxNameBytes || bytes > maxBytes) {
    throw new RangeError(`${name} with ${bytes} bytes does not fit into a tar file`);
  }
  const header = Buffer.alloc(blockBytes);
  const put = (field: keyof typeof fields, text: string) => header.write(text, fields[field][0]);
  put("name", name);
  put("mode", octal("mode", fileMode));
  put("owner", octal("owner", 0));
  put("group", octal("group", 0));
  put("size", octal("size", bytes));
  put("modifiedAt", octal("modifiedAt", Math.floor(modifiedAt / 1000)));
  // Its own field counts as spaces in the sum.
  put("checksum", " ".repeat(fields.checksum[1]));
  put("type", "0");
  put("magic", "ustar\u000000");
  const sum = header.reduce((total, byte) => total + byte, 0);
  put("checksum", `${sum.toString(8).padStart(6, "0")}\0 `);
  return header;
}

/** Returns the zeros after a file, which fill its last block. */
export function tarPadding(bytes: number): Uint8Array {
  return new Uint8Array((blockBytes - (bytes % blockBytes)) % blockBytes);
}

/** Returns the two empty blocks at the end. */
export function tarEnd(): Uint8Array {
  return new Uint8Array(2 * blockBytes);
}

function octal(field: keyof typeof fields, value: number): string {
  return value.toString(8).padStart(fields[field][1] - 1, "0");
}
