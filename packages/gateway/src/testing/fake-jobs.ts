// A job engine that only does what a test tells it. Imported by tests only.

import { EventEmitter, on, once } from "node:events";

import { JimengError, toErrorRecord } from "@jimeng/sdk";
import type { GenerationKind } from "@jimeng/sdk";

import type { GatewayErrorCode } from "../api/errors.ts";
import type { JobEventName } from "../api/job-words.ts";
import { ServiceError } from "../errors.ts";
import { hasEnded } from "../jobs/job.ts";
import type {
  Adoption,
  Asset,
  Charge,
  Job,
  JobEvent,
  JobFilter,
  JobOwner,
  Jobs,
  NewJob,
  OwnProduct,
  SubmittedJobs,
  IdempotencyContext,
} from "../jobs/job.ts";

const createdAt = 1_700_000_000_000;

/** Makes a queued job of a request. */
export function toQueuedJob(id: string, newJob: NewJob): Job {
  const { request, warnings, keyId, account, groupId, priority } = newJob;
  const { retryOf, remixOf, urlTtlSeconds, expectedCredits, requestId, metadata } = newJob;
  return {
    id,
    kind: request.kind,
    status: "queued",
    phase: null,
    waiting: null,
    progress: 0,
    request,
    warnings,
    account: account ?? null,
    submitId: null,
    operation: null,
    forecast: null,
    queue: null,
    outputs: null,
    assets: [],
    error: null,
    cost: { estimated: expectedCredits ?? null, charged: null, refunded: null },
    reserved: expectedCredits ?? null,
    requestId: requestId ?? null,
    metadata: metadata ?? {},
    costState: "not_settled",
    settledAt: null,
    keyId,
    groupId: groupId ?? null,
    retryOf: retryOf ?? null,
    remixOf: remixOf ?? null,
    urlTtlSeconds: urlTtlSeconds ?? null,
    webhookUrl: newJob.webhookUrl ?? null,
    deletedAt: null,
    priority: priority ?? 0,
    cancelRequested: false,
    logid: null,
    attempts: 0,
    version: 1,
    createdAt,
    updatedAt: createdAt,
    submittedAt: null,
    startedAt: null,
    completedAt: null,
    deadlineAt: createdAt + 900_000,
  };
}

/** Makes an asset of a job. */
export function toAsset(jobId: string, index: number, facts: Partial<Asset> = {}): Asset {
  return {
    id: `asset_${jobId}_${index}`,
    jobId,
    index,
    contentType: "image/png",
    width: 2048,
    height: 2048,
    durationMs: null,
    bytes: 4,
    upstreamUrl: "https://results.example/picture.png",
    upstreamExpiresAt: null,
    createdAt,
    incomplete: false,
    thumbhash: null,
    posterBytes: null,
    trashedAt: null,
    deletedAt: null,
    ...facts,
  };
}

/** Keeps jobs in memory; `onCreate` decides what becomes of each, by default it completes at once. */
export class FakeJobs implements Jobs {
  readonly rows = new Map<string, Job>();
  readonly created: NewJob[][] = [];
  readonly filters: JobFilter[] = [];
  readonly #emitter = new EventEmitter();
  onCreate: (job: Job) => Partial<Job> = complete;

  create(newJobs: NewJob[]): Promise<Job[]> {
    this.created.push(newJobs);
    return Promise.resolve(
      newJobs.map((newJob) => {
        const job = toQueuedJob(`job_${this.rows.size + 1}`, newJob);
        this.rows.set(job.id, { ...job, ...this.onCreate(job) });
        return job;
      }),
    );
  }

  /** The contexts of all submissions, and what was said of their answers, in order. */
  readonly contexts: IdempotencyContext[] = [];
  readonly told: ("answered" | "responseLost" | "discarded")[] = [];

  async createOrReplay(newJobs: NewJob[], idempotency: IdempotencyContext): Promise<SubmittedJobs> {
    this.contexts.push(idempotency);
    const [first, ...others] = await this.create(newJobs);
    if (first === undefined) throw new Error("nothing was ordered");
    let isTold = false;
    const tell = (what: "answered" | "responseLost") => () => {
      if (!isTold) this.told.push(what);
      isTold = true;
      return Promise.resolve();
    };
    return {
      jobs: [first, ...others],
      outcome: "created",
      answered: tell("answered"),
      isFoundAgain: true,
      responseLost: tell("responseLost"),
      discarded: () => Promise.resolve(void this.told.push("discarded")),
    };
  }

  /** What accounts were charged, as a test says. */
  charged: Charge[] = [];

  charges(_accounts: readonly string[], model: string): Promise<Charge[]> {
    return Promise.resolve(this.charged.filter(({ request }) => request.model === model));
  }

  find(): Promise<undefined> {
    return Promise.resolve(undefined);
  }

  recheck(id: string): Promise<Job> {
    return Promise.resolve(this.#require(id));
  }

  async adopt(adoptions: Adoption[]): Promise<Job[]> {
    const known = new Set([...this.rows.values()].map(({ submitId }) => submitId));
    const news = adoptions.filter(({ generation }) => !known.has(generation.operation.submitId));
    const jobs = await this.create(news);
    return jobs.map(({ id }, index) =>
      this.change(id, { submitId: news[index]?.generation.operation.submitId }, "job.progress"),
    );
  }

  async ownerOf(id: string): Promise<JobOwner | undefined> {
    return await this.get(id);
  }

  get(id: string): Promise<Job | undefined> {
    return Promise.resolve(this.rows.get(id));
  }

  list(filter: JobFilter): Promise<{ jobs: Job[]; hasMore: boolean }> {
    this.filters.push(filter);
    const all = [...this.rows.values()].filter(
      (job) =>
        (filter.keyId === undefined || job.keyId === filter.keyId) &&
        (filter.kind ?? job.kind) === job.kind &&
        (filter.status ?? job.status) === job.status &&
        (filter.withoutDeleted !== true || job.deletedAt === null),
    );
    const jobs = all.slice(0, filter.limit);
    return Promise.resolve({ jobs, hasMore: jobs.length < all.length });
  }

  getMany(ids: readonly string[]): Promise<Map<string, Job>> {
    const found = ids.flatMap((id) => this.rows.get(id) ?? []);
    return Promise.resolve(new Map(found.map((job) => [job.id, job])));
  }

  async endings(ids: readonly string[]): Promise<Map<string, Job["status"]>> {
    const ended = [...(await this.getMany(ids)).values()].filter(hasEnded);
    return new Map(ended.map(({ id, status }) => [id, status]));
  }

  cancel(id: string): Promise<Job> {
    const job = this.#require(id);
    if (job.status !== "queued") {
      return Promise.reject(new ServiceError("conflict", "It was submitted already."));
    }
    return Promise.resolve(this.change(id, { status: "cancelled" }, "job.cancelled"));
  }

  remove(id: string): Promise<Job> {
    const job = this.#require(id);
    if (job.status === "in_progress") {
      return Promise.reject(new ServiceError("conflict", "It is being made."));
    }
    const status = job.status === "queued" ? "cancelled" : job.status;
    return Promise.resolve(this.change(id, { status, deletedAt: createdAt }, `job.${status}`));
  }

  concurrencyLimits(): { model: string; limit: number }[] {
    return [];
  }

  /** The ids of the jobs that were shown, in order. */
  readonly shown: string[] = [];

  noteShown({ id }: Job): void {
    this.shown.push(id);
  }

  async wait(id: string, options: { timeoutMs?: number; signal?: AbortSignal } = {}): Promise<Job> {
    if (options.timeoutMs !== undefined) return this.#require(id);
    while (!hasEnded(this.#require(id)) && !options.signal?.aborted) {
      await once(this.#emitter, id, { signal: options.signal }).catch(() => undefined);
    }
    return this.#require(id);
  }

  async *events(id: string, options: { signal?: AbortSignal } = {}): AsyncGenerator<JobEvent> {
    const changes = on(this.#emitter, id, { signal: options.signal });
    const job = this.#require(id);
    for (const asset of job.assets) yield { name: "job.image", job, asset };
    yield { name: standing(job), job };
    if (hasEnded(job)) return;
    for await (const [event] of changes as AsyncIterable<[JobEvent]>) {
      yield event;
      if (hasEnded(event.job)) return;
    }
  }

  /** Counts those who wait for or follow a job. */
  listeners(id: string): number {
    return this.#emitter.listenerCount(id);
  }

  asset(id: string): Promise<Asset | undefined> {
    const all = [...this.rows.values()].flatMap(({ assets }) => assets);
    return Promise.resolve(all.find((asset) => asset.id === id));
  }

  assetsChanged(): void {
    // Nothing is cached here.
  }

  async product(assetId: string): Promise<OwnProduct | undefined> {
    const asset = await this.asset(assetId);
    const job = asset && this.rows.get(asset.jobId);
    if (asset === undefined || job?.account == null || job.operation === null) return undefined;
    const { historyId, submitId } = job.operation;
    return { product: { itemId: `7${asset.index}`, historyId, submitId }, account: job.account };
  }

  /** Changes a job and tells those who wait. */
  change(id: string, changes: Partial<Job>, name: JobEventName): Job {
    const before = this.#require(id);
    const job = { ...before, ...changes, version: before.version + 1 };
    this.rows.set(id, job);
    const landed = job.assets.filter(({ id: one }) => !before.assets.some(({ id }) => id === one));
    for (const asset of landed) this.#emitter.emit(id, { name: "job.image", job, asset });
    this.#emitter.emit(id, { name, job } satisfies JobEvent);
    return job;
  }

  start(): Promise<void> {
    return Promise.resolve();
  }

  stop(): Promise<void> {
    return Promise.resolve();
  }

  #require(id: string): Job {
    const job = this.rows.get(id);
    if (job === undefined) throw new JimengError("not_found", "No such job.", { what: "job" });
    return job;
  }
}

/** What a job looks like once it has all its files. */
export function complete(job: Job): Partial<Job> {
  const count = job.request.kind === "image" ? job.request.upstreamCount : 1;
  const facts: Partial<Asset> =
    job.request.kind === "video"
      ? { contentType: "video/mp4", width: 1280, height: 720, durationMs: 5000 }
      : { width: job.request.width, height: job.request.height };
  return {
    status: "completed",
    progress: 100,
    submitId: `submit-${job.id}`,
    startedAt: createdAt + 1000,
    completedAt: createdAt + 20_000,
    assets: Array.from({ length: count }, (_, index) => toAsset(job.id, index, facts)),
  };
}

/** What a job looks like after a failure with this code. */
export function failWith(
  code: GatewayErrorCode,
  kind: GenerationKind = "image",
): (job: Job) => Partial<Job> {
  return () => ({
    kind,
    status: "failed",
    submitId: "submit-of-a-failure",
    error: toErrorRecord(
      new ServiceError(code, "The upstream said no.", { retryAfterMs: 4200, charged: "unknown" }),
    ),
  });
}

function standing(job: Job): JobEventName {
  if (job.status === "queued") return "job.queued";
  return job.status === "in_progress" ? "job.progress" : `job.${job.status}`;
}
