// Reads the gateway's metrics, and makes of two readings what happened between them.

/** One line of the metrics. */
export interface Sample {
  name: string;
  labels: Readonly<Record<string, string>>;
  value: number;
}

/** What the charts show of one moment; null where there is nothing to tell. */
export interface Point {
  /** Unix seconds. */
  at: number;
  /** The share of requests without a fault of the gateway's, 0 to 1. */
  success: number | null;
  /** The mean time of an answer in seconds. */
  latency: number | null;
  queue: number | null;
  credits: number | null;
}

/** The names of what is drawn. */
export type Figure = Exclude<keyof Point, "at">;

const line = /^(\w+)(?:\{(.*)\})? (\S+)$/;
const label = /(\w+)="((?:[^"\\]|\\.)*)"/g;
// Probes are many and quick: they would hide the rest.
const probes: ReadonlySet<string> = new Set(["/healthz", "/readyz", "/metrics", "/ping"]);

/** Reads Prometheus text; what is no sample is left out. */
export function parseMetrics(text: string): Sample[] {
  return text.split("\n").flatMap((row) => {
    const [, name, inside = "", number] = line.exec(row) ?? [];
    if (name === undefined || number === undefined) return [];
    const labels = Object.fromEntries(
      [...inside.matchAll(label)].map(([, key = "", value = ""]) => [key, value]),
    );
    return [{ name, labels, value: Number(number) }];
  });
}

/** Returns what happened between two readings; counters that were set back count from zero. */
export function toPoint(before: readonly Sample[], now: readonly Sample[], at: number): Point {
  const grown = (name: string, isMeant: (sample: Sample) => boolean = isNoProbe): number =>
    growth(sum(before, name, isMeant) ?? 0, sum(now, name, isMeant) ?? 0);
  const requests = grown("jimeng_http_requests_total");
  const faults = grown(
    "jimeng_http_requests_total",
    (sample) => isNoProbe(sample) && isFault(sample),
  );
  const answers = grown("jimeng_http_request_duration_seconds_count");
  const seconds = grown("jimeng_http_request_duration_seconds_sum");
  return {
    at,
    success: requests === 0 ? null : 1 - faults / requests,
    latency: answers === 0 ? null : seconds / answers,
    queue: sum(now, "jimeng_queue_jobs"),
    credits: sum(now, "jimeng_account_credits"),
  };
}

function growth(before: number, now: number): number {
  return now >= before ? now - before : now;
}

function sum(
  samples: readonly Sample[],
  name: string,
  isMeant: (sample: Sample) => boolean = () => true,
): number | null {
  const meant = samples.filter((sample) => sample.name === name && isMeant(sample));
  return meant.length === 0 ? null : meant.reduce((total, { value }) => total + value, 0);
}

function isNoProbe({ labels }: Sample): boolean {
  return !probes.has(labels["route"] ?? "");
}

function isFault({ labels }: Sample): boolean {
  return labels["status"]?.startsWith("5") === true;
}
