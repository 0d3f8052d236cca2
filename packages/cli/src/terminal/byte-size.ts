// Formats sizes for people.

const step = 1024;
const units = ["B", "KiB", "MiB", "GiB", "TiB"];

/** Shows bytes in the largest unit that leaves one digit before the point, as `1.5 MiB`. */
export function byteSize(bytes: number): string {
  const power = bytes < 1 ? 0 : Math.min(Math.floor(Math.log2(bytes) / 10), units.length - 1);
  const value = bytes / step ** power;
  return `${power === 0 ? value : value.toFixed(1)} ${units[power]}`;
}
