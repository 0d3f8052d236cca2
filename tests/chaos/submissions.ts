// What the chaos run's clients want and how stubbornly they ask: with one Idempotency-Key per submission they repeat until
// they hold the result.
import { setTimeout as sleep } from "node:timers/promises";
import { plainPicture, toDataUrl } from "./png.ts";
import type { Random } from "./random.ts";

/** One thing that one client wants once. */
export interface Submission {
  /** Found in the job's request, or as the name of the file that a tool works on: no two submissions share one. */
  prompt: string;
  key: string;
  kind: "image" | "video" | "audio";
  path: string;
  body: Record<string, unknown>;
  /** The picture that a tool works on; sent in a form. */
  file?: Uint8Array;
  /** Waits for the pictures in the first request; otherwise the client takes the job's id and polls. */
  waits: boolean;
}

/** What a client holds in the end. */
export interface Delivery {
  jobIds: string[];
  /** Holds the files, in order; empty when the job failed. */
  files: Uint8Array[];
  error: { code: string; status: number } | null;
}

const pollMs = 300;
const retryDelayMs = 150;
// A client of the real world has a timeout too; its next try joins the first by the key.
const requestTimeoutMs = 20_000;

/** Makes a submission: mostly pictures, some videos, some with references, and tools and music. */
export function makeSubmission(number: number, random: Random): Submission {
  const prompt = `chaos submission ${number}`;
  const key = `chaos-${random.whole(0, 0xff_ffff).toString(16)}-${number}`;
  const picture = (): string => toDataUrl(plainPicture(random.whole(0, 0xff_ffff)));
  if (random.chance(0.3)) return makeToolSubmission({ prompt, key }, random);
  const draw = random.next();
  if (draw < 0.25) {
    const frame = random.chance(0.3) ? { first_frame: picture() } : {};
    const body = { prompt, ...frame };
    return { prompt, key, kind: "video", path: "/v1/videos", body, waits: false };
  }
  if (draw < 0.4) {
    const images = Array.from({ length: random.whole(1, 2) }, () => ({ image_url: picture() }));
    const body = { prompt, images };
    return { prompt, key, kind: "image", path: "/v1/images/edits", body, waits: false };
  }
  const body = { prompt, n: random.pick([1, 1, 2]), response_format: "url" };
  const waits = random.chance(0.4);
  return { prompt, key, kind: "image", path: "/v1/images/generations", body, waits };
}

function makeToolSubmission(named: Pick<Submission, "prompt" | "key">, random: Random): Submission {
  const waits = random.chance(0.4);
  const file = plainPicture(random.whole(0, 0xff_ffff));
  const tool = { ...named, kind: "image", waits, file } as const;
  switch (random.pick(["music", "hd", "smart", "outpaint"])) {
    case "hd":
      return { ...tool, path: "/v1/images/upscale", body: { mode: "hd" } };
    case "smart":
      return { ...tool, path: "/v1/images/upscale", body: { mode: "smart" } };
    case "outpaint":
      return { ...tool, path: "/v1/images/outpaint", body: { n: random.pick([1, 2]) } };
    default: {
      const { prompt } = named;
      const body = { prompt, duration: 30, ...(random.chance(0.5) ? { lyrics: "a line" } : {}) };
      return { ...named, kind: "audio", path: "/v1/audio/music", body, waits: false };
    }
  }
}

/** Asks until the submission is fulfilled or refused for good; throws when that takes longer than until `endAt`. */
export async function pursue(
  submission: Submission,
  gatewayUrl: () => string | undefined,
  endAt: number,
): Promise<Delivery> {
  let reason: unknown = "there was no gateway";
  while (Date.now() < endAt) {
    try {
      const base = gatewayUrl();
      if (base !== undefined) return await tryOnce(submission, base, endAt);
    } catch (error) {
      reason = error;
    }
    await sleep(retryDelayMs);
  }
  throw new Error(`nobody answered in time, the last try met ${String(reason)}`);
}

async function tryOnce(submission: Submission, base: string, endAt: number): Promise<Delivery> {
  const response = await fetch(`${base}${submission.path}`, {
    method: "POST",
    headers: {
      ...(submission.file === undefined ? { "content-type": "application/json" } : {}),
      "idempotency-key": submission.key,
      ...(submission.waits || submission.kind !== "image" ? {} : { prefer: "respond-async" }),
    },
    body: submission.file === undefined ? JSON.stringify(submission.body) : toForm(submission),
    signal: AbortSignal.timeout(requestTimeoutMs),
  });
  const jobIds = (response.headers.get("x-jimeng-job") ?? "").split(", ").filter((id) => id !== "");
  const body = await response.json();
  if (!response.ok) {
    // Without a job nothing was started: asked again, as any client would a moment later.
    if (jobIds.length === 0) throw new Error(`${response.status} ${JSON.stringify(body.error)}`);
    return { jobIds, files: [], error: { code: body.error.code, status: response.status } };
  }
  if (submission.waits) {
    const urls = (body.data as { url: string }[]).map(({ url }) => url);
    return { jobIds, files: await download(base, urls), error: null };
  }
  return follow(base, jobIds, endAt);
}

function toForm({ body, file = new Uint8Array(), prompt }: Submission): FormData {
  const form = new FormData();
  for (const [name, value] of Object.entries(body)) form.set(name, String(value));
  form.set("image", new Blob([new Uint8Array(file)], { type: "image/png" }), prompt);
  return form;
}

async function follow(base: string, jobIds: string[], endAt: number): Promise<Delivery> {
  const files: Uint8Array[] = [];
  for (const id of jobIds) {
    const job = await ended(base, id, endAt);
    if (job.status !== "completed") {
      return { jobIds, files: [], error: { code: job.error?.code ?? job.status, status: 200 } };
    }
    const urls = (job.result?.assets ?? []).map(({ url }) => url);
    files.push(...(await download(base, urls)));
  }
  return { jobIds, files, error: null };
}

interface EndedJob {
  status: string;
  error: { code: string } | null;
  result: { assets: { url: string }[] } | null;
}

async function ended(base: string, id: string, endAt: number): Promise<EndedJob> {
  while (Date.now() < endAt) {
    const response = await fetch(`${base}/v1/jobs/${id}`, {
      signal: AbortSignal.timeout(requestTimeoutMs),
    });
    if (!response.ok) throw new Error(`the job ${id} is not shown: ${response.status}`);
    const job = (await response.json()) as EndedJob;
    if (["completed", "failed", "cancelled"].includes(job.status)) return job;
    await sleep(pollMs);
  }
  throw new Error(`the job ${id} has not ended`);
}

// The port is another after every death, and the gateway writes its own into its answers.
async function download(base: string, urls: string[]): Promise<Uint8Array[]> {
  return Promise.all(
    urls.map(async (url) => {
      const { pathname, search } = new URL(url);
      const response = await fetch(`${base}${pathname}${search}`, {
        signal: AbortSignal.timeout(requestTimeoutMs),
      });
      if (!response.ok) throw new Error(`a result is not served: ${response.status}`);
      return new Uint8Array(await response.arrayBuffer());
    }),
  );
}
