// The small fetch client that the CLI, MCP and the studio use: one method per route.

import { accountCalls, creditCalls, historyCalls } from "./account-calls.ts";
import { fileCalls } from "./file-calls.ts";
import { followJob } from "./follow.ts";
import type { FollowOptions, JobEventMessage } from "./follow.ts";
import type { ImageBodyInput, JobBodyInput, VideoBodyInput } from "./requests.ts";
import type {
  ImagesAnswer,
  JobObject,
  ListPage,
  ModelList,
  ModelObject,
  VideoObject,
} from "./schemas.ts";
import { Transport } from "./transport.ts";
import type { Exchange, GatewayClientOptions } from "./transport.ts";

/** Lets the caller give up; the job goes on. */
export interface CallOptions {
  signal?: AbortSignal;
}

/** Says of a call that makes jobs which one it is. */
export interface CreateOptions extends CallOptions {
  /** Makes the call safe to repeat for 24 hours: the same key and body give the first one's jobs. */
  idempotencyKey?: string;
}

/** Chooses a page of a list. */
export interface PageOptions {
  after?: string;
  /** 1 to 100, default 20. */
  limit?: number;
  order?: "asc" | "desc";
}

/** Narrows and pages the list of jobs. */
export interface JobListOptions extends PageOptions {
  status?: JobObject["status"];
  kind?: JobObject["kind"];
  account?: string;
  /** The id of the key that made them (the owner's to ask). */
  key?: string;
  /** Unix seconds. */
  created_after?: number;
  created_before?: number;
}

/** A stored file on its way. */
export interface AssetDownload {
  contentType: string;
  /** Null when the gateway did not say. */
  bytes: number | null;
  body: ReadableStream<Uint8Array>;
}

const terminalStatuses: ReadonlySet<string> = new Set(["completed", "failed", "cancelled"]);

/** Tells whether a job will not change any more. */
export function hasJobEnded(job: JobObject): boolean {
  return terminalStatuses.has(job.status);
}

/** Speaks to one gateway. Every method throws GatewayError, or the signal's reason when aborted. */
export class GatewayClient {
  readonly #transport: Transport;
  readonly credits: ReturnType<typeof creditCalls>;
  readonly accounts: ReturnType<typeof accountCalls>;
  readonly history: ReturnType<typeof historyCalls>;
  readonly files: ReturnType<typeof fileCalls>;

  constructor(options: GatewayClientOptions) {
    this.#transport = new Transport(options);
    this.credits = creditCalls(this.#transport);
    this.accounts = accountCalls(this.#transport);
    this.history = historyCalls(this.#transport);
    this.files = fileCalls(this.#transport);
  }

  /** Makes pictures and waits for them; a failure after the start carries `jobId`. */
  createImages(body: ImageBodyInput, options: CreateOptions = {}): Promise<ImagesAnswer> {
    return this.#transport.json("/v1/images/generations", toPost(body, options));
  }

  /** Makes pictures from pictures (`image`: URLs, data URLs or file ids) and waits for them. */
  createImageEdit(body: ImageBodyInput, options: CreateOptions = {}): Promise<ImagesAnswer> {
    return this.#transport.json("/v1/images/edits", toPost(body, options));
  }

  /** Orders pictures and gives their jobs at once: one, or several when one start cannot make as many. */
  async startImages(body: ImageBodyInput, options: CreateOptions = {}): Promise<JobObject[]> {
    const answer = await this.#transport.json<JobObject | ListPage<JobObject>>(
      "/v1/images/generations",
      toPost(body, options, { prefer: "respond-async" }),
    );
    return answer.object === "list" ? answer.data : [answer];
  }

  /** Orders a video; its id is the job's id. */
  createVideo(body: VideoBodyInput, options: CreateOptions = {}): Promise<VideoObject> {
    return this.#transport.json("/v1/videos", toPost(body, options));
  }

  readonly videos = {
    /** Lists videos, newest first. */
    list: (options: PageOptions & CallOptions = {}): Promise<ListPage<VideoObject>> => {
      const { signal, ...query } = options;
      return this.#transport.json("/v1/videos", { query, signal });
    },
    /** Retrieves one video. */
    retrieve: (id: string, options: CallOptions = {}): Promise<VideoObject> =>
      this.#transport.json(`/v1/videos/${encodeURIComponent(id)}`, options),
  };

  readonly jobs = {
    /** Lists jobs, newest first. */
    list: (options: JobListOptions & CallOptions = {}): Promise<ListPage<JobObject>> => {
      const { signal, ...query } = options;
      return this.#transport.json("/v1/jobs", { query, signal });
    },
    /** Retrieves one job. */
    get: (id: string, options: CallOptions = {}): Promise<JobObject> =>
      this.#transport.json(`/v1/jobs/${encodeURIComponent(id)}`, options),
    /** Makes jobs of our own words and gives them at once: one, or several when one start cannot make as many. */
    create: async (body: JobBodyInput, options: CreateOptions = {}): Promise<JobObject[]> => {
      const answer = await this.#transport.json<JobObject | ListPage<JobObject>>(
        "/v1/jobs",
        toPost(body, options),
      );
      return answer.object === "list" ? answer.data : [answer];
    },
    /**
     * Cancels a job: at once and free before its start; afterwards the upstream is asked, and the job ends as its
     * record says. Throws `conflict` once it has ended.
     */
    cancel: (id: string, options: CallOptions = {}): Promise<JobObject> =>
      this.#transport.json(`/v1/jobs/${encodeURIComponent(id)}/cancel`, {
        method: "POST",
        ...options,
      }),
    /** Asks once more for what an ended job asked for; `force` also where the first may still be paid for. */
    retry: (id: string, options: CreateOptions & { force?: boolean } = {}): Promise<JobObject> => {
      const { force, ...call } = options;
      const body = force === undefined ? {} : { force };
      return this.#transport.json(`/v1/jobs/${encodeURIComponent(id)}/retry`, toPost(body, call));
    },
    /** Looks again for a job that ended as generation_timeout or outcome_unknown; `conflict` for others. */
    recheck: (id: string, options: CallOptions = {}): Promise<JobObject> =>
      this.#transport.json(`/v1/jobs/${encodeURIComponent(id)}/recheck`, {
        method: "POST",
        ...options,
      }),
    /** Yields the job as it stands, then every change until it has ended; reconnects when cut off. */
    events: (id: string, options: FollowOptions = {}): AsyncGenerator<JobEventMessage> =>
      followJob(this.#transport, id, options),
    /** Waits until the job has ended and gives it, whatever became of it. */
    wait: async (
      id: string,
      options: FollowOptions & { onEvent?: (event: JobEventMessage) => void } = {},
    ): Promise<JobObject> => {
      const { onEvent, ...follow } = options;
      let last: JobObject | undefined;
      for await (const event of followJob(this.#transport, id, follow)) {
        onEvent?.(event);
        last = event.job;
      }
      return last ?? this.jobs.get(id, { signal: options.signal });
    },
  };

  readonly models = {
    /** Lists every model with what it can do. */
    list: (options: CallOptions = {}): Promise<ModelList> =>
      this.#transport.json("/v1/models", options),
    /** Retrieves one model by its id or alias. */
    retrieve: (id: string, options: CallOptions = {}): Promise<ModelObject> =>
      this.#transport.json(`/v1/models/${encodeURIComponent(id)}`, options),
  };

  readonly assets = {
    /** Downloads a stored file by its asset id; the caller reads `body` to its end or cancels it. */
    download: async (id: string, options: CallOptions = {}): Promise<AssetDownload> => {
      const response = await this.#transport.send(`/v1/assets/${encodeURIComponent(id)}`, {
        headers: { accept: "*/*" },
        ...options,
      });
      const length = response.headers.get("content-length");
      return {
        contentType: response.headers.get("content-type") ?? "application/octet-stream",
        bytes: length === null ? null : Number(length),
        body: response.body ?? new ReadableStream({ start: (controller) => controller.close() }),
      };
    },
  };

  /** Tells whether a jimeng gateway answers at this address. */
  async isHealthy(options: CallOptions = {}): Promise<boolean> {
    try {
      const answer = await this.#transport.json<{ name?: unknown }>("/healthz", options);
      return answer.name === "jimeng";
    } catch {
      // Whatever went wrong, nothing healthy is there: that is the answer.
      return false;
    }
  }
}

function toPost(
  body: unknown,
  { idempotencyKey, signal }: CreateOptions,
  headers: Record<string, string> = {},
): Exchange {
  const sent = { ...headers };
  if (idempotencyKey !== undefined) sent["idempotency-key"] = idempotencyKey;
  return { method: "POST", body, headers: sent, signal };
}
