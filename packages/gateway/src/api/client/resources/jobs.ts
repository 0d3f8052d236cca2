// The client's calls about jobs, in our own names.

import type { EstimateObject } from "../../batches/estimate.ts";
import type { JobBodyInput, JobEventMessage, JobObject } from "../../jobs.ts";
import type { ListPage } from "../../lists.ts";
import { readJobEvents } from "../job-events.ts";
import type { JobEventOptions } from "../job-events.ts";
import { toPost } from "../options.ts";
import type { CallOptions, CreateOptions, PageOptions } from "../options.ts";
import type { Transport } from "../transport.ts";

/** Narrows and pages the list of jobs. */
export interface JobListOptions extends PageOptions {
  status?: JobObject["status"];
  kind?: JobObject["kind"];
  account?: string;
  /** The id of the key that made them; only the owner may ask for another's. */
  key?: string;
  /** Unix seconds. */
  createdAfter?: number;
  /** Unix seconds. */
  createdBefore?: number;
}

/** Whether an answer counts as one that showed a result. */
export interface SeenOption {
  /**
   * False where whoever asks passes the answer on, and it may get lost on the way: an equal request with
   * `join: "until_result"` still joins the job. Default true.
   */
  seen?: boolean;
}

/** Starts, reads and steers jobs. */
export class Jobs {
  readonly #transport: Transport;

  constructor(transport: Transport) {
    this.#transport = transport;
  }

  /** Makes jobs and returns them at once: one, or several when one start cannot make as many. */
  async create(body: JobBodyInput, options: CreateOptions = {}): Promise<JobObject[]> {
    return (await this.submit(body, options)).jobs;
  }

  /** Makes jobs as `create` does, and tells whether they are those of an earlier equal request. */
  async submit(
    body: JobBodyInput,
    options: CreateOptions & SeenOption = {},
  ): Promise<{ jobs: JobObject[]; outcome: "created" | "replayed" | "joined" }> {
    const response = await this.#transport.send("/v1/jobs", {
      ...toPost(body, options),
      query: toSeenQuery(options),
    });
    const answer = await this.#transport.read<JobObject | ListPage<JobObject>>(response, options);
    const isReplayed = response.headers.get("idempotent-replayed") === "true";
    const isJoined = response.headers.get("x-jimeng-joined") !== null;
    return {
      jobs: answer.object === "list" ? answer.data : [answer],
      outcome: isReplayed ? "replayed" : isJoined ? "joined" : "created",
    };
  }

  /** Estimates what a body would make and cost; starts nothing. */
  estimate(body: JobBodyInput, options: CallOptions = {}): Promise<EstimateObject> {
    return this.#transport.json("/v1/estimate", { method: "POST", body, ...options });
  }

  /** Lists jobs, newest first. */
  list(options: JobListOptions = {}): Promise<ListPage<JobObject>> {
    const { signal, createdAfter, createdBefore, ...same } = options;
    const query = { ...same, created_after: createdAfter, created_before: createdBefore };
    return this.#transport.json("/v1/jobs", { query, signal });
  }

  /** Retrieves one job. */
  retrieve(id: string, options: CallOptions & SeenOption = {}): Promise<JobObject> {
    const { signal } = options;
    return this.#transport.json(pathOf(id), { signal, query: toSeenQuery(options) });
  }

  /**
   * Cancels a job: at once and free before its start; afterwards the upstream is asked, and the job ends as its
   * record says. Throws `conflict` once it has ended.
   */
  cancel(id: string, options: CallOptions = {}): Promise<JobObject> {
    return this.#transport.json(`${pathOf(id)}/cancel`, { method: "POST", ...options });
  }

  /** Makes a new job of an ended one's request; `force` also where the first may still be paid for. */
  retry(id: string, options: CreateOptions & { force?: boolean } = {}): Promise<JobObject> {
    const { force, ...call } = options;
    const body = force === undefined ? {} : { force };
    return this.#transport.json(`${pathOf(id)}/retry`, toPost(body, call));
  }

  /** Asks the upstream again for a job that ended as generation_timeout or outcome_unknown; `conflict` for others. */
  recheck(id: string, options: CallOptions = {}): Promise<JobObject> {
    return this.#transport.json(`${pathOf(id)}/recheck`, { method: "POST", ...options });
  }

  /** Yields the job as it stands, then every change until it has ended; reconnects when the connection breaks. */
  events(id: string, options: JobEventOptions & SeenOption = {}): AsyncGenerator<JobEventMessage> {
    const { seen, ...reading } = options;
    return readJobEvents(this.#transport, { id, query: toSeenQuery({ seen }) }, reading);
  }

  /** Waits until the job has ended and returns it, whatever its end. */
  async wait(
    id: string,
    options: JobEventOptions & SeenOption & { onEvent?: (event: JobEventMessage) => void } = {},
  ): Promise<JobObject> {
    const { onEvent, ...reading } = options;
    let last: JobObject | undefined;
    for await (const event of this.events(id, reading)) {
      onEvent?.(event);
      last = event.job;
    }
    return last ?? this.retrieve(id, { signal: options.signal });
  }
}

function pathOf(id: string): string {
  return `/v1/jobs/${encodeURIComponent(id)}`;
}

function toSeenQuery({ seen }: SeenOption): Record<string, string | undefined> {
  return { seen: seen === undefined ? undefined : String(seen) };
}
