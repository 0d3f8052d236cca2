// Carries the events of jobs across nodes: each node sends what it did to a job, and reports what others did to its
// listeners.

import type { Clock, Timer } from "../clock.ts";
import type { Channel, Topic } from "../tasks/channel.ts";
import type { EmitToNodes, Engine } from "./engine.ts";
import { stateEvent } from "./events.ts";
import type { JobEventName } from "../api/job-words.ts";
import { toJob } from "./record.ts";
import type { JobRecord } from "./record.ts";

/** Something that happened to a job. */
interface JobMessage {
  jobId: string;
  name: JobEventName;
  /** The ids of the pictures that landed with it. */
  assets?: string[];
}

const jobMessages: Topic<JobMessage> = { name: "job" };

// A node may die between writing a job's end and sending it, and a message may be lost.
const readEndsEveryMs = 5000;

/** Returns the way to send events to the other nodes. */
export function emitOver(channel: Channel): EmitToNodes {
  return ({ id }, name, images) => {
    const assets = images.length === 0 ? {} : { assets: images.map((image) => image.id) };
    channel.emit(jobMessages, { jobId: id, name, ...assets });
  };
}

/** Reports other nodes' events to this node's listeners until it is stopped. */
export class ClusterEvents {
  readonly #engine: Engine;
  readonly #clock: Clock;
  /** What was reported of each job while messages could not be heard. */
  readonly #reported = new Map<string, string>();
  #timer: Timer | undefined;
  #isStopped = false;

  /** `clock` gives real time: callers wait in it, whatever the engine's clock says. */
  constructor(engine: Engine, channel: Channel, clock: Clock) {
    this.#engine = engine;
    this.#clock = clock;
    channel.onMessage(jobMessages, (message) => {
      this.#onMessage(message).catch((error: unknown) => this.#logFailure(error));
    });
    channel.onGap(() => {
      this.#readListened().catch((error: unknown) => this.#logFailure(error));
    });
    this.#setTimer();
  }

  stop(): void {
    this.#isStopped = true;
    this.#timer?.cancel();
  }

  async #onMessage({ jobId, name, assets: landedIds = [] }: JobMessage): Promise<void> {
    const { events, store } = this.#engine;
    if (!events.hasListeners(jobId)) return;
    const record = await store.get(jobId);
    if (record === undefined) return;
    const assets = (await store.assetsOf([jobId])).get(jobId) ?? [];
    const landed = assets.filter(({ id }) => landedIds.includes(id));
    await this.#engine.emitHere(record, nameNow(record, name), landed);
  }

  /** Reads the rows of all jobs that are listened to, since messages may have been missed. */
  async #readListened(): Promise<void> {
    const { events, store } = this.#engine;
    for (const id of this.#reported.keys()) if (!events.hasListeners(id)) this.#reported.delete(id);
    for (const id of events.listened()) {
      const record = await store.get(id);
      if (record === undefined) continue;
      const assets = (await store.assetsOf([id])).get(id) ?? [];
      // A picture that landed before its siblings does not change the row.
      const state = `${record.version} ${assets.length}`;
      if (this.#reported.get(id) === state) continue;
      this.#reported.set(id, state);
      await this.#engine.emitHere(record, nameNow(record, "job.progress"), assets);
    }
  }

  /** Reports the ends of jobs of which no message came. */
  async #readEnds(): Promise<void> {
    const { events, store } = this.#engine;
    if (events.size === 0) return;
    for (const record of await store.ended(events.listened())) {
      const assets = (await store.assetsOf([record.id])).get(record.id) ?? [];
      await this.#engine.emitHere(record, nameNow(record, "job.progress"), assets);
    }
  }

  #setTimer(): void {
    if (this.#isStopped) return;
    this.#timer = this.#clock.setTimer(() => {
      void this.#readEnds()
        .catch((error: unknown) => this.#logFailure(error))
        .then(() => this.#setTimer());
    }, readEndsEveryMs);
  }

  #logFailure(error: unknown): void {
    this.#engine.logger.warn({ error }, "Failed to read what other nodes did");
  }
}

/** Returns the name of the event as of now: the row may have moved on since the message was sent. */
function nameNow(record: JobRecord, name: JobEventName): JobEventName {
  return record.completedAt === null ? name : stateEvent(toJob(record, [], 0)).name;
}
