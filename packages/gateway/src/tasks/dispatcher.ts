// Defines what runs tasks at their times, in one process (in-process-dispatcher.ts) or in a cluster (boss-dispatcher.ts).

/** The name of a task: its kind and the id of what it works on. */
export type TaskKey = `${string}:${string}`;

/** Runs the task of one id; when it throws, the task runs again after a few seconds. */
export type TaskHandler = (id: string) => Promise<void>;

/** The handlers by kind of task. */
export type TaskHandlers = Readonly<Record<string, TaskHandler>>;

/** Runs tasks at their times; one key is active at most once in the whole cluster. */
export interface Dispatcher {
  /** Schedules a task for a Unix-millisecond time; of two times for one task the earlier holds. */
  schedule(task: TaskKey, at: number): void;
  /** Schedules a task now, in this process: something that it needs is kept here. */
  scheduleHere(task: TaskKey): void;
  /** Begins to run tasks, each by the handler of its kind; a task of another kind is logged and dropped. */
  start(handlers: TaskHandlers): void;
  /** Claims no further task and waits for those that run; may be called again. */
  stop(): Promise<void>;
}

/** The time until a task whose handler threw runs again, in milliseconds. The fault is ours: a full disk, say. */
export const retryAfterFaultMs = 5000;

/** Returns the key of a task. */
export function taskKey(kind: string, id: string): TaskKey {
  return `${kind}:${id}`;
}

/** Returns the run of a task by the handler of its kind; undefined when there is no such handler. */
export function findHandler(
  handlers: TaskHandlers,
  task: string,
): (() => Promise<void>) | undefined {
  const colonAt = task.indexOf(":");
  const kind = task.slice(0, Math.max(0, colonAt));
  const handler = Object.hasOwn(handlers, kind) ? handlers[kind] : undefined;
  return handler && (() => handler(task.slice(colonAt + 1)));
}
