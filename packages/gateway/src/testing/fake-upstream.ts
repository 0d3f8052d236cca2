// An in-memory upstream for the engine's tests: it counts paid starts and does as the test says. Imported by tests
// only; it knows nothing of the real wire.

import { JimengError } from "@jimeng/sdk";
import type {
  AuditDecision,
  Forecast,
  Generation,
  GenerationOutput,
  ImageOutput,
  JimengErrorDetail,
  MediaReference,
  Operation,
  PreparedImageRequest,
  PreparedRequest,
  PreparedVideoRequest,
  UploadOptions,
} from "@jimeng/sdk";

import type { Clock } from "../clock.ts";
import type { Upstream } from "../accounts/upstream.ts";

/** What the fake does with one start: take it, lose the answer after taking it, refuse, or keep the answer back. */
export type StartBehaviour =
  | { kind: "accept" }
  | { kind: "accept-then-fail"; error: JimengError }
  | { kind: "fail"; error: Error }
  | { kind: "hang" };

interface Kept {
  generation: Generation;
  visibleAt: number;
}

/** Counts and remembers; every start is one charge. */
export class FakeUpstream implements Upstream {
  readonly region = "cn" as const;
  /** The submit ids of all posts that reached the upstream, in order, refused ones included. */
  readonly posts: string[] = [];
  /** The submit ids that were taken and charged; a second post of an id is charged again: the worst case. */
  readonly charged: string[] = [];
  readonly polls: { at: number; by: "check" | "find"; ids: string[] }[] = [];
  behaviours: StartBehaviour[] = [];
  forecast: Forecast | null = { queueSeconds: 0, generateSeconds: 10 };
  visibleAfterMs = 0;
  /** Called when a post arrives, before anything is decided about it. */
  onPost: (submitId: string) => unknown = () => {};
  /** Makes every generation finish so long after its start; null waits for `finish`. */
  finishAfterMs: number | null = null;
  /** Makes polls by history id find nothing, as on a site that answers by submit id only. */
  answersHistoryIds = true;
  /** How many generations it runs at one moment; more are refused as ret 1310 is. */
  maxRunning = Number.POSITIVE_INFINITY;
  refusedAsFull = 0;
  /** Makes the next polls fail with these errors. */
  pollFailures: Error[] = [];
  readonly #kept = new Map<string, Kept>();
  readonly #clock: Clock;
  readonly #releases: (() => void)[] = [];

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** The paths of all uploads that were begun, in order. */
  readonly uploaded: string[] = [];
  /** Makes the next uploads of a path fail with these errors. */
  readonly uploadFailures = new Map<string, Error[]>();
  /** Keeps the answers of all uploads back until `release`, or until their caller gives up. */
  uploadsHang = false;

  readonly uploads: Upstream["uploads"] = {
    create: (async (source: string, options: UploadOptions) => {
      this.uploaded.push(source);
      const failure = this.uploadFailures.get(source)?.shift();
      if (failure !== undefined) throw failure;
      if (this.uploadsHang) await this.#hang(options.signal);
      const { kind = "image", name = "" } = options;
      const id = `${kind}-${this.uploaded.length}`;
      if (kind === "video") return { videoId: id, width: 0, height: 0, durationMs: 0, name };
      if (kind === "audio") return { audioId: id, durationMs: 0, name };
      return { imageUri: id, width: 0, height: 0, format: "" };
      // One body serves the three kinds that the sdk's own signatures tell apart.
    }) as Upstream["uploads"]["create"],
  };

  /** All audits of materials that were asked for, in order. */
  readonly audits: { model: string; materials: readonly MediaReference[] }[] = [];
  /** What the next audits answer or throw; every material passes otherwise. */
  auditAnswers: (AuditDecision[] | Error)[] = [];
  /** Keeps the answers of all audits back until their caller gives up. */
  auditHangs = false;

  /** The requests of all posts, in order. */
  readonly requests: PreparedRequest[] = [];

  #hang(signal: AbortSignal | undefined): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#releases.push(resolve);
      signal?.addEventListener("abort", () => reject(new Error("the caller gave up")));
    });
  }

  /** The texts of all speeches that were asked for, in order. */
  readonly spoken: string[] = [];
  /** What the next speeches answer or throw; others answer with `speechBytes`. */
  speechAnswers: (Uint8Array | Error)[] = [];
  speechBytes: Uint8Array = new Uint8Array();
  /** Keeps the answers of all speeches back until `release`. */
  speechHangs = false;
  readonly audio: Upstream["audio"] = {
    speech: async ({ prompt }) => {
      this.spoken.push(prompt);
      if (this.speechHangs) await this.#hang(undefined);
      const answer = this.speechAnswers.shift() ?? this.speechBytes;
      if (answer instanceof Error) throw answer;
      return { bytes: answer, warnings: [] };
    },
  };

  readonly generations: Upstream["generations"] = {
    start: async (request, { submitId }) => {
      this.posts.push(submitId);
      this.requests.push(request);
      await this.onPost(submitId);
      if (this.#running() >= this.maxRunning) {
        this.refusedAsFull += 1;
        throw startError("concurrency_limited", "refused");
      }
      const behaviour = this.behaviours.shift() ?? { kind: "accept" };
      if (behaviour.kind === "fail") throw behaviour.error;
      const operation = this.#accept(request, submitId);
      if (behaviour.kind === "hang") {
        await new Promise<void>((resolve) => this.#releases.push(resolve));
      }
      if (behaviour.kind === "accept-then-fail") throw behaviour.error;
      return operation;
    },
    check: (operations) =>
      this.#poll(
        "check",
        operations.map((operation) => operation.submitId),
      ),
    find: async (submitIds, { kinds }) => {
      const found = await this.#poll("find", submitIds);
      // A record need not tell what it is; the caller who knows and does not say so takes a video for a picture.
      for (const [submitId, generation] of found) {
        const operation = { ...generation.operation, kind: kinds?.get(submitId) ?? "image" };
        found.set(submitId, { ...generation, operation });
      }
      return found;
    },
    cancel: async ({ submitId }) => {
      this.cancelled.push(submitId);
      await Promise.resolve();
      const failure = this.cancelFailures.shift();
      if (failure !== undefined) throw failure;
    },
    audit: async (model, materials, { signal }) => {
      this.audits.push({ model, materials });
      if (this.auditHangs) await this.#hang(signal);
      await Promise.resolve();
      const answer = this.auditAnswers.shift();
      if (answer instanceof Error) throw answer;
      return answer ?? materials.map(() => "passed");
    },
    continue: async ({ submitId }) => {
      this.continued.push(submitId);
      await Promise.resolve();
      const failure = this.continueFailures.shift();
      if (failure !== undefined) throw failure;
    },
    fullQuality: async (generation) => {
      await Promise.resolve();
      return this.fullQuality(generation);
    },
  };

  /** The submit ids that cancelling was asked of, and that were continued, in order. */
  readonly cancelled: string[] = [];
  readonly continued: string[] = [];
  cancelFailures: Error[] = [];
  continueFailures: Error[] = [];
  /** Gives the full files; by default each is found. */
  fullQuality = ({
    outputs,
  }: Pick<Generation, "operation" | "outputs" | "reservedItemIds">): GenerationOutput[] =>
    outputs.map((output) => ({ ...output, url: `${output.url}?full` }));

  /** Lets the starts that hang go on. */
  release(): void {
    for (const release of this.#releases.splice(0)) release();
  }

  /** Takes a start as if another process had sent it. */
  plant(request: PreparedRequest, submitId: string): Operation {
    return this.#accept(request, submitId);
  }

  /** Ends a generation with these results. */
  finish(submitId: string, outputs: GenerationOutput[] = [imageOutput(submitId, 0)]): void {
    this.#change(submitId, { status: "completed", outputs, upstreamStatus: 50 });
  }

  /** Shows a generation from now on. */
  show(submitId: string): void {
    const kept = this.#kept.get(submitId);
    if (kept !== undefined) kept.visibleAt = 0;
  }

  fail(submitId: string, error: JimengError): void {
    this.#change(submitId, { status: "failed", error, upstreamStatus: 30 });
  }

  change(submitId: string, changes: Partial<Generation>): void {
    this.#change(submitId, changes);
  }

  #change(submitId: string, changes: Partial<Generation>): void {
    const kept = this.#kept.get(submitId);
    if (kept === undefined) throw new Error(`the fake knows no generation ${submitId}`);
    kept.generation = { ...kept.generation, ...changes };
  }

  #accept(request: PreparedRequest, submitId: string): Operation {
    const now = this.#clock.now();
    const operation: Operation = {
      version: 1,
      region: "cn",
      kind: request.kind,
      model: request.model,
      submitId,
      historyId: `history-${submitId}`,
      startedAt: now,
      forecast: this.forecast,
      logid: "log-start",
    };
    this.charged.push(submitId);
    const generation: Generation = {
      operation,
      status: "pending",
      outputs: [],
      partial: false,
      expectedCount: null,
      finishedCount: null,
      queue: { state: "generating", position: 0, length: 0 },
      forecast: this.forecast,
      error: null,
      createdAt: now,
      finishedAt: null,
      upstreamStatus: 20,
      logid: "log-record",
    };
    this.#kept.set(submitId, { generation, visibleAt: now + this.visibleAfterMs });
    return operation;
  }

  #running(): number {
    return [...this.#kept.values()].filter(({ generation }) => generation.status === "pending")
      .length;
  }

  #finishInTime(submitId: string, { generation }: Kept): void {
    if (this.finishAfterMs === null || generation.status !== "pending") return;
    if (this.#clock.now() >= (generation.createdAt ?? 0) + this.finishAfterMs)
      this.finish(submitId);
  }

  async #poll(by: "check" | "find", ids: string[]): Promise<Map<string, Generation>> {
    this.polls.push({ at: this.#clock.now(), by, ids });
    await Promise.resolve();
    const failure = this.pollFailures.shift();
    if (failure !== undefined) throw failure;
    const found = new Map<string, Generation>();
    for (const id of ids) {
      const kept = this.#kept.get(id);
      if (kept === undefined || kept.visibleAt > this.#clock.now()) continue;
      if (by === "check" && !this.answersHistoryIds) continue;
      this.#finishInTime(id, kept);
      found.set(id, kept.generation);
    }
    return found;
  }
}

/** Makes a picture's result on a host that never exists. */
export function imageOutput(
  submitId: string,
  index: number,
  changes: Partial<ImageOutput> = {},
): ImageOutput {
  return {
    kind: "image",
    itemId: `item-${submitId}-${index}`,
    url: `https://results.invalid/${submitId}/${index}.png`,
    width: 1024,
    height: 1024,
    format: "png",
    expiresAt: null,
    ...changes,
  };
}

/** Makes a prepared image request. */
export function imageRequest(changes: Partial<PreparedImageRequest> = {}): PreparedImageRequest {
  return {
    kind: "image",
    model: "jimeng-4.0",
    prompt: "a cat in a garden",
    ratio: "1:1",
    resolution: "1k",
    width: 1024,
    height: 1024,
    count: 1,
    seed: 7,
    sampleStrength: 0.5,
    referenceStrength: 0.5,
    intelligentRatio: false,
    upstreamCount: 1,
    ...changes,
  };
}

/** Makes a prepared video request. */
export function videoRequest(changes: Partial<PreparedVideoRequest> = {}): PreparedVideoRequest {
  return {
    kind: "video",
    model: "jimeng-video-3.0",
    prompt: "waves at sunset",
    ratio: "16:9",
    resolution: "720p",
    durationSeconds: 5,
    seed: 7,
    ...changes,
  };
}

/** Makes an error as the sdk's start throws it. */
export function startError(
  code: JimengError["code"],
  acceptance: "refused" | "unknown",
  detail: JimengErrorDetail = {},
): JimengError {
  return new JimengError(code, `the fake upstream says ${code}`, { acceptance, ...detail });
}
