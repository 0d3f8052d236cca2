// Defines tasks as the owners of work see them: scheduling, kinds of tasks, and the cluster where there is one.

import { noObserver } from "../observer.ts";
import type { Observer } from "../observer.ts";
import type { Channel } from "./channel.ts";
import type { Dispatcher, TaskHandler, TaskHandlers } from "./dispatcher.ts";

/** Narrows the search for overdue tasks. */
export interface OverdueQuery {
  /** How long the time of a task must have passed, in milliseconds. */
  lateMs: number;
  limit: number;
  /** True about once a minute: then tasks are wanted, too, that wait here for something and are not forgotten. */
  isThorough: boolean;
}

/** One kind of task. */
export interface TaskKind {
  run: TaskHandler;
  /** Returns the ids of tasks whose time has passed, the latest first; only asked where several nodes work. */
  overdue: (query: OverdueQuery) => Promise<string[]>;
}

/** The kinds of tasks by name; a task `kind:id` is run by the kind of that name. */
export type TaskKinds = Readonly<Record<string, TaskKind>>;

/** This process's part in a cluster. */
export interface ClusterNode {
  /** The name of this node; every process is a new one, whatever ran here before. */
  readonly id: string;
  readonly channel: Channel;
}

/** Runs tasks of several kinds, in this process alone or together with other nodes. */
export interface Tasks extends Pick<Dispatcher, "schedule" | "scheduleHere" | "stop"> {
  /** Null where this process works alone. */
  readonly cluster: ClusterNode | null;
  /** Begins to run tasks and to take up those that other nodes left. */
  start(kinds: TaskKinds): Promise<void>;
  /** Returns true from the start of the tasks until they are stopped. */
  isRunning(): boolean;
  /** Returns true while this node waits for the database (tests with a clock of their own ask). */
  isBusy(): boolean;
  /** Stops and leaves the cluster; may be called again. */
  close(): Promise<void>;
}

/** Returns the handlers that a dispatcher needs; each run is told to the observer. */
export function toHandlers(kinds: TaskKinds, observer: Observer = noObserver): TaskHandlers {
  const handlers = Object.entries(kinds).map(([kind, { run }]): [string, TaskHandler] => [
    kind,
    (id) => (observer.isActive ? observed(observer, kind, () => run(id)) : run(id)),
  ]);
  return Object.fromEntries(handlers);
}

async function observed(observer: Observer, kind: string, run: () => Promise<void>): Promise<void> {
  const startedAt = performance.now();
  let failed = true;
  try {
    // What no job asked for belongs to no trace.
    await observer.tracing.work({ name: kind, account: null, jobs: [] }, run);
    failed = false;
  } finally {
    observer.taskRan({ kind, failed, durationMs: performance.now() - startedAt });
  }
}
