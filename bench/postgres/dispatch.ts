// The comparison of pg-boss with a plain claim on our own table, for this load: short steps, each key once.
import { setTimeout as sleep } from "node:timers/promises";

import { openBossDispatcher } from "../../packages/gateway/src/tasks/boss-dispatcher.ts";
import { taskKey } from "../../packages/gateway/src/tasks/dispatcher.ts";
import { systemClock } from "../../packages/gateway/src/clock.ts";
import { percentile } from "../figures.ts";
import { openSkipLocked } from "./skip-locked.ts";

/** What one dispatcher showed. */
export interface Dispatch {
  kind: "pg-boss" | "skip-locked";
  tasksPerSecond: number;
  twoNodesPerSecond: number;
  latencyP50Ms: number;
  latencyP95Ms: number;
}

interface Measured {
  schedule(task: string): void;
  start(handler: (task: string) => Promise<void>): void;
  stop(): Promise<void>;
}

const tasks = 4000;
const singles = 100;
const silent = { debug() {}, info() {}, warn() {}, error() {} };

async function open(url: string, kind: Dispatch["kind"], node: string): Promise<Measured> {
  if (kind === "skip-locked") return openSkipLocked(url, node);
  const dispatcher = await openBossDispatcher({ url, clock: systemClock, logger: silent });
  return {
    schedule: (task) => dispatcher.schedule(taskKey("advance", task), Date.now()),
    start: (handler) => dispatcher.start({ advance: handler }),
    stop: () => dispatcher.stop(),
  };
}

/** Measures one dispatcher on an empty database: in bulk on one node and two, and one task at a time. */
export async function measureDispatch(url: string, kind: Dispatch["kind"]): Promise<Dispatch> {
  const tasksPerSecond = await bulk(url, kind, 1);
  const twoNodesPerSecond = await bulk(url, kind, 2);
  const node = await open(url, kind, "one");
  const began = new Map<string, number>();
  let finish = (): void => undefined;
  node.start((task) => {
    began.set(task, performance.now());
    finish();
    return Promise.resolve();
  });
  const waits: number[] = [];
  for (let index = 0; index < singles; index++) {
    const task = `single_${index}`;
    const ran = new Promise<void>((resolve) => (finish = resolve));
    const asked = performance.now();
    node.schedule(task);
    await ran;
    waits.push((began.get(task) ?? Number.NaN) - asked);
    await sleep(20);
  }
  await node.stop();
  return {
    kind,
    tasksPerSecond,
    twoNodesPerSecond,
    latencyP50Ms: percentile(waits, 0.5),
    latencyP95Ms: percentile(waits, 0.95),
  };
}

async function bulk(url: string, kind: Dispatch["kind"], nodes: number): Promise<number> {
  const opened = await Promise.all(
    Array.from({ length: nodes }, (_, index) => open(url, kind, `node_${index}`)),
  );
  let ran = 0;
  let finish = (): void => undefined;
  const all = new Promise<void>((resolve) => (finish = resolve));
  const handler = (): Promise<void> => {
    if (++ran === tasks) finish();
    return Promise.resolve();
  };
  const begin = performance.now();
  opened.forEach((node, index) => {
    node.start(handler);
    for (let at = index; at < tasks; at += nodes) node.schedule(`${nodes}_${at}`);
  });
  await all;
  const seconds = (performance.now() - begin) / 1000;
  await Promise.all(opened.map((node) => node.stop()));
  return Math.round(tasks / seconds);
}
