// The verdict over a run: the starts that the upstream accepted against our jobs against what the clients hold.
import { setTimeout as sleep } from "node:timers/promises";
import type { GenerationOutput } from "@jimeng/sdk";
import type { AcceptedStart, Simulator } from "@jimeng/simulator";
import { nameOfResult, readOutputs } from "./upstream-view.ts";

/** What one client asked for and what it says it holds. */
export interface Claim {
  prompt: string;
  /** Null when it asked to the end and got no answer, `gone` when it was killed and asks no more. */
  held: { files: Uint8Array[]; error: { code: string } | null } | "gone" | null;
  /** Says what its tries met, for whoever must find out why. */
  story?: string[];
}

/** The verdict; the three lists must be empty. */
export interface Verdict {
  starts: number;
  completed: number;
  /** Counts the jobs that ended otherwise, by code. */
  ended: Record<string, number>;
  /** Names submissions without an end, results of the upstream that no job has, and starts that no job knows. */
  lost: string[];
  /** Names submissions with more than one start. */
  startedTwice: string[];
  /** Names submissions whose client does not hold the bytes that the upstream made. */
  undelivered: string[];
}

/** The part of a job's JSON that the judges look at. */
export interface JobView {
  id: string;
  status: string;
  account: string | null;
  /** The prompt; for a tool without one the name of the file that it works on. */
  request: { prompt: string; references?: { file_id: string }[] };
  upstream: { submit_id: string | null };
  error: { code: string } | null;
  cost: {
    charged: number | null;
    refunded: number | null;
    state: string;
    settled_at: number | null;
  };
  result: { assets: { url: string; upstream_url: string; bytes: number }[] } | null;
}

const success = 50;
const pageSize = 100;
const lookMs = 200;

/** Compares; the gateway and the simulator must still run, with no fault in force. */
export async function judge(
  claims: Claim[],
  simulator: Simulator,
  gatewayUrl: string,
  sessions: ReadonlyMap<string, string>,
): Promise<Verdict> {
  const jobs = await listJobs(gatewayUrl);
  const starts = simulator.acceptedStarts();
  const outputs = await readAllOutputs(jobs, simulator, sessions);
  const verdict: Verdict = {
    starts: starts.length,
    completed: 0,
    ended: {},
    lost: [],
    startedTwice: [],
    undelivered: [],
  };
  judgeStarts(verdict, jobs, starts, claims);
  const statuses = new Map(
    simulator.records().map(({ submit_id, status }) => [submit_id, status as number]),
  );
  for (const job of jobs) {
    const made = statuses.get(job.upstream.submit_id ?? "") === success;
    if (job.status === "completed") verdict.completed += 1;
    else count(verdict.ended, job.error?.code ?? job.status);
    if (job.status === "queued" || job.status === "in_progress") {
      verdict.lost.push(`${job.id} (${job.request.prompt}) has not ended: ${job.status}`);
    } else if (made && job.status !== "completed") {
      verdict.lost.push(`${job.id} (${job.request.prompt}) was made and is ${job.error?.code}`);
    } else if (!made && job.status === "completed") {
      verdict.lost.push(`${job.id} (${job.request.prompt}) is completed, and nothing was made`);
    }
  }
  await judgeFiles(verdict, jobs, claims, outputs, gatewayUrl);
  return verdict;
}

/** Waits until every job has ended; what has not by then is for the verdict. */
export async function allEnded(gatewayUrl: string, patienceMs: number): Promise<void> {
  const end = Date.now() + patienceMs;
  while (Date.now() < end) {
    const open = await Promise.all(
      ["queued", "in_progress"].map(async (status) => {
        const response = await fetch(`${gatewayUrl}/v1/jobs?status=${status}&limit=1`);
        return ((await response.json()) as { data: unknown[] }).data.length;
      }),
    );
    if (open.every((count) => count === 0)) return;
    await sleep(lookMs);
  }
}

/** Returns all jobs of a gateway. */
export async function listJobs(gatewayUrl: string): Promise<JobView[]> {
  const jobs: JobView[] = [];
  for (let after = ""; ;) {
    const query = after === "" ? "" : `&after=${after}`;
    const response = await fetch(`${gatewayUrl}/v1/jobs?limit=${pageSize}${query}`);
    const page = (await response.json()) as { data: JobView[]; has_more: boolean };
    for (const job of page.data) {
      const [file] = job.request.references ?? [];
      if (job.request.prompt === "" && file !== undefined) {
        job.request.prompt = await nameOfFile(gatewayUrl, file.file_id);
      }
      jobs.push(job);
    }
    const last = page.data.at(-1);
    if (!page.has_more || last === undefined) return jobs;
    after = last.id;
  }
}

async function nameOfFile(gatewayUrl: string, id: string): Promise<string> {
  const response = await fetch(`${gatewayUrl}/v1/files/${id}`);
  return ((await response.json()) as { filename: string }).filename;
}

async function readAllOutputs(
  jobs: JobView[],
  simulator: Simulator,
  sessions: ReadonlyMap<string, string>,
): Promise<Map<string, GenerationOutput[]>> {
  const all = new Map<string, GenerationOutput[]>();
  for (const [account, session] of sessions) {
    const own = jobs.filter((job) => job.account === account);
    const submitIds = own.flatMap(({ upstream }) => upstream.submit_id ?? []);
    for (const entry of await readOutputs(simulator.url, session, submitIds)) all.set(...entry);
  }
  return all;
}

function judgeStarts(
  verdict: Verdict,
  jobs: JobView[],
  starts: AcceptedStart[],
  claims: Claim[],
): void {
  const startsOf = new Map<string, number>();
  for (const { submit_id } of starts) {
    startsOf.set(submit_id, (startsOf.get(submit_id) ?? 0) + 1);
  }
  for (const { prompt, held, story } of claims) {
    const own = jobs.filter(({ request }) => request.prompt === prompt);
    if (own.length === 0 && held !== "gone") verdict.lost.push(`"${prompt}" has no job`);
    if (held === null) verdict.undelivered.push(`"${prompt}" was never answered${toldBy(story)}`);
    let starts = 0;
    for (const { upstream } of own) {
      starts += startsOf.get(upstream.submit_id ?? "") ?? 0;
      startsOf.delete(upstream.submit_id ?? "");
    }
    if (starts > 1) {
      verdict.startedTwice.push(
        `"${prompt}" was started ${starts} times in ${own.length} jobs: ${own.map(({ id }) => id).join(", ")}${toldBy(story)}`,
      );
    }
  }
  for (const submitId of startsOf.keys()) verdict.lost.push(`no job knows the start ${submitId}`);
}

function toldBy(story: string[] = []): string {
  return story.map((line) => `\n    ${line}`).join("");
}

async function judgeFiles(
  verdict: Verdict,
  jobs: JobView[],
  claims: Claim[],
  outputs: ReadonlyMap<string, GenerationOutput[]>,
  gatewayUrl: string,
): Promise<void> {
  const heldBy = new Map(claims.map(({ prompt, held }) => [prompt, held]));
  for (const job of jobs.filter(({ status }) => status === "completed")) {
    const assets = job.result?.assets ?? [];
    const made = outputs.get(job.upstream.submit_id ?? "") ?? [];
    const names = assets.map(({ upstream_url }) => nameOfResult(upstream_url));
    const expected = made.map(({ url }) => nameOfResult(url));
    const complain = (text: string): void => {
      verdict.undelivered.push(`${job.id} (${job.request.prompt}) ${text}`);
    };
    if (names.length === 0 || names.join() !== expected.join()) {
      complain(`holds [${names.join()}], the upstream made [${expected.join()}]`);
      continue;
    }
    const upstreamFiles = await Promise.all(
      assets.map(({ upstream_url }) => fetchBytes(upstream_url)),
    );
    const stored = await Promise.all(
      assets.map(({ url }) => fetchBytes(`${gatewayUrl}${new URL(url).pathname}`)),
    );
    if (!areEqual(upstreamFiles, stored)) complain("is stored with other bytes");
    const held = heldBy.get(job.request.prompt);
    // A client that asked for n pictures holds n of them; what was made beyond that stays with the job.
    if (
      held != null &&
      held !== "gone" &&
      !areEqual(stored.slice(0, held.files.length || 1), held.files)
    ) {
      complain(`reached its client as ${held.error?.code ?? "other bytes"}`);
    }
  }
}

async function fetchBytes(url: string): Promise<Uint8Array> {
  const response = await fetch(url);
  if (!response.ok) return new Uint8Array();
  return new Uint8Array(await response.arrayBuffer());
}

function areEqual(some: Uint8Array[], others: Uint8Array[]): boolean {
  return (
    some.length === others.length &&
    some.every((bytes, at) => bytes.length > 0 && Buffer.compare(bytes, others[at] ?? bytes) === 0)
  );
}

function count(counts: Record<string, number>, name: string): void {
  counts[name] = (counts[name] ?? 0) + 1;
}
