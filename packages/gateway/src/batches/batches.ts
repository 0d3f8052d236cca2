// Batches: many requests that come in one call, kept as lines, and become jobs as the queue allows.

import { JimengError } from "@jimeng/sdk";

import { ServiceError } from "../errors.ts";
import type { Caller } from "../keys/caller.ts";
import { taskKey } from "../tasks/dispatcher.ts";
import type { TaskKind } from "../tasks/tasks.ts";
import { createAdvance } from "./advance.ts";
import { createBatchStore } from "./batch-store.ts";
import type { BatchFilter } from "./batch-queries.ts";
import { isActive } from "./batch.ts";
import type { Batch, BatchLine } from "./batch.ts";
import { BatchCallers } from "./callers.ts";
import { estimateBatch } from "./estimate.ts";
import type { BatchEstimate, IncomingEstimate } from "./estimate.ts";
import type { BatchParts, BatchesOptions } from "./parts.ts";
import { keyLifetimeMs, receiveBatch } from "./receive.ts";
import type { IncomingBatch, ReceivedBatch } from "./receive.ts";
import { readLines, waitFor } from "./results.ts";
import type { LineResult, ResultQuery } from "./results.ts";

/** Batches as the routes use them. */
export interface Batches {
  /** Receives a batch and lets its lines become jobs; throws as `receiveBatch` does. */
  create(incoming: IncomingBatch): Promise<ReceivedBatch>;
  /** Tells what a batch would cost; nothing is stored. */
  estimate(incoming: IncomingEstimate): Promise<BatchEstimate>;
  /** Returns the caller's batch; throws `not_found`. */
  retrieve(caller: Caller, id: string): Promise<Batch>;
  list(filter: BatchFilter): Promise<{ batches: Batch[]; hasMore: boolean }>;
  /** Stops what was not started; returns the batch as it is then. Throws `not_found`, `conflict` once it has ended. */
  cancel(caller: Caller, id: string): Promise<Batch>;
  /** Returns the first lines that were refused, in their order. */
  refused(batch: Batch): Promise<BatchLine[]>;
  /** Yields the lines of a batch in their order with their jobs. */
  results(batch: Batch, query: ResultQuery): AsyncGenerator<LineResult>;
  /** Returns the text of a line. */
  content(batch: Batch, number: number): Promise<string>;
  /** Finds the batch that an earlier call made of a file, of which the caller says that it repeats it. */
  repeated(caller: Caller, fileId: string): Promise<Batch | undefined>;
  /** Notes that the answer about a batch went out. */
  answered(id: string): Promise<void>;
  /** Belongs into the table of tasks as `batch`. */
  readonly task: TaskKind;
  /** Goes on with all batches, and removes uploads that broke off. */
  start(): Promise<void>;
}

const batchKind = "batch";
const joinWindowMs = 15 * 60_000;
const shownRefusals = 20;
// Far longer than the server waits for one request.
const longestUploadMs = 3_600_000;

/** Makes the batches of a gateway; nothing is worked on before `start`. */
export function createBatches(options: BatchesOptions): Batches {
  const { clock, logger } = options;
  const store = createBatchStore(options.database);
  const callers = new BatchCallers(options.callerOf);

  function schedule(id: string, at: number): void {
    const { tasks, services } = options;
    const task = taskKey(batchKind, id);
    if (tasks.cluster === null || !callers.hasSession(id)) return tasks.schedule(task, at);
    // Only this node has the caller's session.
    void waitFor(clock, Math.max(0, at - clock.now()), services.closing.signal).then(() => {
      if (!services.closing.signal.aborted) tasks.scheduleHere(task);
    });
  }

  const parts: BatchParts = {
    ...options,
    store,
    callers,
    onFailpoint: options.onFailpoint ?? (() => undefined),
    schedule,
  };
  const advance = createAdvance(parts);

  /** Remembers who asks, whose batch may have waited for it. */
  function note(batch: Batch, caller: Caller): void {
    if (isActive(batch) && callers.remember(batch, caller)) parts.schedule(batch.id, clock.now());
  }

  async function retrieve(caller: Caller, id: string): Promise<Batch> {
    const batch = await store.get(id);
    if (batch === undefined || !caller.maySee(batch.owner.keyId)) throw unknownBatch();
    if (batch.owner.keyId === caller.keyId) note(batch, caller);
    return batch;
  }

  return {
    async create(incoming) {
      const received = await receiveBatch(parts, incoming);
      const { batch } = received;
      note(batch, incoming.caller);
      if (isActive(batch)) parts.schedule(batch.id, clock.now());
      return received;
    },
    estimate: (incoming) => estimateBatch(parts, incoming),
    retrieve,
    list: (filter) => store.list(filter),

    async cancel(caller, id) {
      const batch = await retrieve(caller, id);
      if (batch.status === "validating") {
        await store.remove(id);
        return { ...batch, status: "cancelled", endedAt: clock.now() };
      }
      if (await store.cancel(id, clock.now())) parts.schedule(id, clock.now());
      const now = (await store.get(id)) ?? batch;
      if (isActive(now)) return now;
      throw new ServiceError("conflict", `The batch has ended: it is ${now.status}.`, {
        fix: "Its results stay: GET /v1/batches/{id}/results.",
      });
    },

    refused: ({ id }) => store.refused(id, shownRefusals),
    results: (batch, query) => readLines(parts, batch, query),
    content: ({ id }, number) => store.content(id, number),
    repeated: ({ keyId }, fileId) => store.ofFile(keyId, fileId, clock.now() - joinWindowMs),
    answered: (id) => store.answered(id, clock.now()),

    task: {
      async run(id) {
        await advance(id);
        const batch = await store.get(id);
        if (batch === undefined || !isActive(batch)) callers.forget(id);
      },
      overdue: ({ lateMs, limit }) => store.overdue(clock.now() - lateMs, limit),
    },

    async start() {
      const now = clock.now();
      // Another node may be receiving one just now.
      const keyless = options.tasks.cluster === null ? now : now - longestUploadMs;
      for (const id of await store.brokenOff({ keyless, keyed: now - keyLifetimeMs })) {
        logger.info({ batch: id }, "Removing a batch whose upload broke off");
        await store.remove(id);
      }
      for (const id of await store.active()) parts.schedule(id, now);
    },
  };
}

function unknownBatch(): JimengError {
  return new JimengError("not_found", "There is no batch of this id.", {
    param: "id",
    fix: "Check the id; batches sent with another key or session are not shown.",
  });
}
