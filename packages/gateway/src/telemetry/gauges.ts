// The metrics that are read at each scrape: queue, accounts, disk, event loop, memory, build.

import { readdirSync } from "node:fs";
import { monitorEventLoopDelay } from "node:perf_hooks";
import { setTimeout as sleep } from "node:timers/promises";

import { Counter, Gauge } from "@prometheus-io/client";
import type { Registry } from "@prometheus-io/client";

import { Balances } from "./balances.ts";
import { readOpenJobs, readUncertainStarts } from "./queue.ts";
import type { OpenJobs } from "./queue.ts";
import type { MetricSources } from "./sources.ts";

const healthStates = ["ok", "expiring", "expired", "cooling_down", "blocked"] as const;
const percentiles = [50, 90, 99];
const nanosecondsPerSecond = 1e9;
const microsecondsPerSecond = 1e6;
const eventLoopResolutionMs = 20;
// A scrape must answer while the database does not.
const databaseTimeoutMs = 2000;
const maxAccounts = 100;

/** Makes the gauges. */
function define(registry: Registry) {
  const gauge = (name: string, help: string, ...labelNames: string[]) =>
    new Gauge({ name: `jimeng_${name}`, help, labelNames, registers: [registry] });
  return {
    queueJobs: gauge(
      "queue_jobs",
      "Jobs that have not ended, of all nodes on this database.",
      ...["kind", "status"],
    ),
    queueAge: gauge(
      "queue_oldest_age_seconds",
      "Age of the oldest job that has not ended, of all nodes on this database.",
      ...["kind", "status"],
    ),
    uncertain: gauge(
      "uncertain_starts",
      "Starts whose outcome is not known, those that are just being sent included, of all nodes on this database.",
    ),
    databaseUp: gauge("database_up", "1 while the database answers."),
    credits: gauge("account_credits", "Balance of credits as it was read last.", "account"),
    creditsReadAt: gauge(
      "account_credits_read_timestamp_seconds",
      "When the balance was read.",
      "account",
    ),
    creditsExpiry: gauge(
      "account_credits_next_expiry_timestamp_seconds",
      "When the next part of the balance expires, where the site tells.",
      "account",
    ),
    sessionExpiry: gauge(
      "account_session_expiry_timestamp_seconds",
      "When the account's session ends, where its cookie told.",
      "account",
    ),
    health: gauge(
      "account_health",
      "1 for the state that the account is in.",
      ...["account", "region", "state"],
    ),
    inFlight: gauge("account_jobs_in_flight", "Generations that run on the account.", "account"),
    diskFree: gauge("disk_free_bytes", "Free bytes of the data folder's disk."),
    eventLoopDelay: gauge(
      "event_loop_delay_seconds",
      "Delay of the event loop since the last scrape.",
      "statistic",
    ),
    residentMemory: gauge("process_resident_memory_bytes", "Resident memory."),
    heapUsed: gauge("process_heap_used_bytes", "Used part of the JavaScript heap."),
    externalMemory: gauge("process_external_memory_bytes", "Memory of buffers and native objects."),
    cpu: new Counter({
      name: "jimeng_process_cpu_seconds_total",
      help: "CPU time that this process has used.",
      registers: [registry],
    }),
    startedAt: gauge("process_start_time_seconds", "When this process was started."),
    openFiles: gauge("process_open_file_descriptors", "Open file descriptors, on Linux."),
    build: gauge("build_info", "1, with what runs here.", "version", "node", "database", "mode"),
  };
}

/** The gauges of one gateway. */
export class Gauges {
  readonly #gauges: ReturnType<typeof define>;
  readonly #sources: MetricSources;
  readonly #balances: Balances;
  readonly #eventLoop = monitorEventLoopDelay({ resolution: eventLoopResolutionMs });

  constructor(registry: Registry, sources: MetricSources) {
    this.#gauges = define(registry);
    this.#sources = sources;
    this.#balances = new Balances(sources);
    const { version, mode, database } = sources;
    const engine = database.postgres === null ? "sqlite" : "postgresql";
    this.#gauges.build.set({ version, node: process.version, database: engine, mode }, 1);
    this.#gauges.startedAt.set(Date.now() / 1000 - process.uptime());
    this.#eventLoop.enable();
  }

  /** Reads everything anew. */
  async update(): Promise<void> {
    this.#balances.refresh();
    await Promise.all([this.#updateQueue(), this.#updateDisk()]);
    this.#updateAccounts();
    this.#updateProcess();
  }

  async close(): Promise<void> {
    this.#eventLoop.disable();
    await this.#balances.settled();
  }

  async #updateQueue(): Promise<void> {
    const { database, accounts } = this.#sources;
    try {
      const [open, uncertain, inFlight] = await withinTimeout(
        Promise.all([readOpenJobs(database), readUncertainStarts(database), accounts.inFlight()]),
      );
      this.#setQueue(open);
      this.#gauges.uncertain.set(uncertain);
      this.#setInFlight(inFlight);
      this.#gauges.databaseUp.set(1);
    } catch {
      // What the database does not tell must not look like an empty queue.
      for (const name of ["queueJobs", "queueAge", "inFlight"] as const) this.#gauges[name].reset();
      this.#gauges.databaseUp.set(0);
    }
  }

  #setQueue(open: readonly OpenJobs[]): void {
    const { queueJobs, queueAge } = this.#gauges;
    const now = this.#sources.now();
    for (const kind of ["image", "video", "audio"]) {
      for (const status of ["queued", "in_progress"]) {
        const found = open.find((one) => one.kind === kind && one.status === status);
        queueJobs.set({ kind, status }, found?.count ?? 0);
        const ageMs = found === undefined ? 0 : Math.max(0, now - found.oldestCreatedAt);
        queueAge.set({ kind, status }, ageMs / 1000);
      }
    }
  }

  #setInFlight(counts: ReadonlyMap<string, number>): void {
    this.#gauges.inFlight.reset();
    for (const { name } of this.#configured())
      this.#gauges.inFlight.set({ account: name }, counts.get(name) ?? 0);
  }

  async #updateDisk(): Promise<void> {
    const bytes = await this.#sources.freeBytes().catch(() => null);
    if (bytes !== null) this.#gauges.diskFree.set(bytes);
  }

  #updateAccounts(): void {
    const { credits, creditsReadAt, creditsExpiry, sessionExpiry, health } = this.#gauges;
    for (const gauge of [credits, creditsReadAt, creditsExpiry, sessionExpiry, health])
      gauge.reset();
    for (const { name: account, region, sessionEndsAt } of this.#configured()) {
      const { state } = this.#sources.accounts.health(account);
      for (const one of healthStates)
        health.set({ account, region, state: one }, one === state ? 1 : 0);
      if (sessionEndsAt !== undefined) sessionExpiry.set({ account }, sessionEndsAt / 1000);
      const balance = this.#balances.of(account);
      if (balance === undefined) continue;
      credits.set({ account }, balance.total);
      creditsReadAt.set({ account }, balance.readAt / 1000);
      const expiries = balance.expiring.flatMap(({ expiresAt }) => expiresAt ?? []);
      if (expiries.length > 0) creditsExpiry.set({ account }, Math.min(...expiries) / 1000);
    }
  }

  #configured() {
    return this.#sources.accounts
      .list()
      .filter(({ adopted }) => !adopted)
      .slice(0, maxAccounts);
  }

  #updateProcess(): void {
    const { residentMemory, heapUsed, externalMemory, cpu, openFiles, eventLoopDelay } =
      this.#gauges;
    const memory = process.memoryUsage();
    residentMemory.set(memory.rss);
    heapUsed.set(memory.heapUsed);
    externalMemory.set(memory.external);
    const { user, system } = process.cpuUsage();
    cpu.reset();
    cpu.inc((user + system) / microsecondsPerSecond);
    const files = countOpenFiles();
    if (files !== undefined) openFiles.set(files);
    for (const percentile of percentiles) {
      const delay = toDelaySeconds(this.#eventLoop.percentile(percentile));
      eventLoopDelay.set({ statistic: `p${percentile}` }, delay);
    }
    eventLoopDelay.set({ statistic: "max" }, toDelaySeconds(this.#eventLoop.max));
    this.#eventLoop.reset();
  }
}

/** The monitor counts its own interval, too. */
function toDelaySeconds(nanoseconds: number): number {
  return Math.max(0, nanoseconds / nanosecondsPerSecond - eventLoopResolutionMs / 1000);
}

function countOpenFiles(): number | undefined {
  try {
    return readdirSync("/proc/self/fd").length;
  } catch {
    // Only Linux has this folder.
    return undefined;
  }
}

async function withinTimeout<Result>(work: Promise<Result>): Promise<Result> {
  const late = new AbortController();
  work.catch(() => undefined);
  try {
    return await Promise.race([
      work,
      sleep(databaseTimeoutMs, undefined, { signal: late.signal }).then(() => {
        throw new Error("The database did not answer in time.");
      }),
    ]);
  } finally {
    late.abort();
  }
}
