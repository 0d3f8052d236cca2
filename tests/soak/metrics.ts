// What a gateway's own metrics say of it.

/** One look at a gateway. */
export interface Sample {
  memoryMiB: number;
  /** Open files and sockets; 0 where the machine does not tell. */
  handles: number;
  /** All of its metrics. */
  text: string;
}

const bytesPerMiB = 1024 * 1024;

/** Scrapes a gateway. */
export async function readMetrics(gateway: { url: string }): Promise<Sample> {
  const text = await (await fetch(`${gateway.url}/metrics`)).text();
  return {
    memoryMiB: sumOf(text, "jimeng_process_resident_memory_bytes") / bytesPerMiB,
    handles: sumOf(text, "jimeng_process_open_file_descriptors"),
    text,
  };
}

/** Returns the sum of a metric's series. */
export function sumOf(text: string, name: string): number {
  const lines = text
    .split("\n")
    .filter((line) => /^[{ ]/.test(line.slice(name.length)) && line.startsWith(name));
  return lines.reduce((total, line) => total + Number(line.split(" ").at(-1)), 0);
}

/** Returns the median; NaN of nothing. */
export function median(values: readonly number[]): number {
  return values.toSorted((one, other) => one - other)[Math.floor(values.length / 2)] ?? Number.NaN;
}
