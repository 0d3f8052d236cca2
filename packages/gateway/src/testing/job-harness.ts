// Putting an engine together for a test: a real database (database.ts), a manual clock, a fake upstream, files
// that exist in memory only. `kill` is the nearest thing to SIGKILL that one process can do. Imported by tests only.

import { JimengError } from "@jimeng/sdk";
import type { Logger, PreparedRequest } from "@jimeng/sdk";

import { createAccounts } from "../accounts/accounts.ts";
import type { AccountConfig } from "../accounts/account.ts";
import type { Accounts } from "../accounts/accounts.ts";
import type { Assets, SaveOptions, SavedFile } from "../storage/assets.ts";
import { openTasks } from "../tasks/open-tasks.ts";
import type { Tasks } from "../tasks/tasks.ts";
import type { GatewayDatabase } from "../database/database.ts";
import { FakeDisk } from "./fake-disk.ts";
import { FakeAccountClient } from "./fake-account-client.ts";
import { uploadLifetimeMs } from "../references/upload-store.ts";
import type { StoredFile } from "../references/file-store.ts";
import type { UploadHandle } from "../references/upload-store.ts";
import { makeTestDatabase } from "./database.ts";
import type { TestDatabase } from "./database.ts";
import { FakeUpstream } from "./fake-upstream.ts";
import { createJobs } from "../jobs/index.ts";
import type { JobEngine } from "../jobs/index.ts";
import type { Job } from "../jobs/job.ts";
import { ManualClock } from "./manual-clock.ts";
import type { JobRecord } from "../jobs/record.ts";
import type { JobSettings } from "../jobs/settings.ts";
import { createJobStore } from "../jobs/store.ts";
import type { JobStore } from "../jobs/store.ts";
import type { Observer } from "../observer.ts";
import type { ReferenceFiles } from "../references/reference-files.ts";

/** Says nothing. */
export const silentLogger: Logger = { debug() {}, info() {}, warn() {}, error() {} };

/** An obviously fake session. */
export const fakeSession = "fake-session-0000000000000000000";

/** Keeps files in memory; `failures` decide what the next downloads meet. */
export class FakeAssets implements Assets {
  readonly saved: string[] = [];
  readonly discarded: string[] = [];
  failures: Error[] = [];
  /** URLs that never give anything good. */
  readonly spoilt = new Map<string, Error>();
  /** URLs that give so many bytes of a file, then this error. */
  readonly cut = new Map<string, { bytes: number; error: JimengError }>();
  size: { width: number | null; height: number | null } = { width: 1024, height: 1024 };
  contentType: SavedFile["contentType"] = "image/png";
  #count = 0;

  start(): Promise<void> {
    return Promise.resolve();
  }
  /** Called with each URL before it is fetched; a download waits for it. */
  beforeSave: (url: string) => Promise<void> = () => Promise.resolve();

  async save(
    url: string,
    { keepIncompleteAbove = Infinity }: Partial<SaveOptions> = {},
  ): Promise<SavedFile> {
    await this.beforeSave(url);
    const failure = this.failures.shift() ?? this.spoilt.get(url);
    if (failure !== undefined) throw failure;
    const { bytes, error: fault } = this.cut.get(url) ?? { bytes: 10, error: null };
    if (fault !== null && bytes <= keepIncompleteAbove) throw fault;
    this.saved.push(url);
    const id = `asset_${String(this.#count++).padStart(6, "0")}_${this.saved.length}_${Math.random()}`;
    return { id, bytes, fault, contentType: this.contentType, durationMs: null, ...this.size };
  }
  /** The sizes of the bytes that were kept without a download. */
  readonly kept: number[] = [];
  /** What the next attempts to keep bytes meet. */
  keepFailures: Error[] = [];
  keep(bytes: Uint8Array): Promise<SavedFile> {
    const failure = this.keepFailures.shift();
    if (failure !== undefined) return Promise.reject(failure);
    this.kept.push(bytes.byteLength);
    const facts = { contentType: this.contentType, durationMs: 1500, width: null, height: null };
    const id = `asset_kept_${this.kept.length}_${Math.random()}`;
    return Promise.resolve({ id, bytes: bytes.byteLength, fault: null, ...facts });
  }
  check(): Promise<void> {
    return Promise.resolve();
  }
  open(): never {
    throw new Error("the fake has no files");
  }
  discard(assets: { id: string }[]): Promise<void> {
    this.discarded.push(...assets.map(({ id }) => id));
    return Promise.resolve();
  }
  close(): Promise<void> {
    return Promise.resolve();
  }
}

/** Keeps reference files and their handles in memory. */
export class FakeFiles implements ReferenceFiles {
  readonly rows = new Map<string, StoredFile>();
  readonly handles = new Map<string, { handle: UploadHandle; at: number }>();

  /** Adds a picture whose bytes are told apart by `sha256`. */
  add(id: string, sha256 = id, changes: Partial<StoredFile> = {}): StoredFile {
    const file: StoredFile = {
      id,
      sha256,
      kind: "image",
      contentType: "image/png",
      width: 640,
      height: 480,
      durationMs: null,
      bytes: 1000,
      name: `${id}.png`,
      keyId: null,
      purpose: "user_data",
      createdAt: 0,
      expiresAt: null,
      ...changes,
    };
    this.rows.set(id, file);
    return file;
  }
  get(id: string): Promise<StoredFile | undefined> {
    return Promise.resolve(this.rows.get(id));
  }
  async borrow<T>(
    { sha256 }: Pick<StoredFile, "sha256">,
    task: (path: string) => Promise<T>,
  ): Promise<{ value: T }> {
    return { value: await task(`nowhere/${sha256}`) };
  }
  checksumOf(): undefined {
    return undefined;
  }
  uploads(account: string, sha256s: string[], now: number): Promise<Map<string, UploadHandle>> {
    const found = new Map<string, UploadHandle>();
    for (const sha256 of sha256s) {
      const kept = this.handles.get(`${account} ${sha256}`);
      if (kept !== undefined && kept.at > now - uploadLifetimeMs) found.set(sha256, kept.handle);
    }
    return Promise.resolve(found);
  }
  addUpload(account: string, sha256: string, handle: UploadHandle, at: number): Promise<void> {
    this.handles.set(`${account} ${sha256}`, { handle, at });
    return Promise.resolve();
  }
  removeUpload(account: string, sha256: string, handle: UploadHandle): Promise<void> {
    const key = `${account} ${sha256}`;
    if (JSON.stringify(this.handles.get(key)?.handle) === JSON.stringify(handle))
      this.handles.delete(key);
    return Promise.resolve();
  }
}

/** An engine under test with everything around it. */
export interface Harness {
  clock: ManualClock;
  upstream: FakeUpstream;
  /** The account's own side: its credits and their history. */
  client: FakeAccountClient;
  assets: FakeAssets;
  files: FakeFiles;
  disk: FakeDisk;
  /** What was logged as a warning or an error. */
  warned: string[];
  accounts: Accounts;
  database: GatewayDatabase;
  store: JobStore;
  tasks: Tasks;
  jobs: JobEngine;
  /** Starts an engine that was made idle. */
  start(): Promise<void>;
  /** Stops the engine properly. */
  stop(): Promise<void>;
  /** Stores one job and gives it. */
  create(request: PreparedRequest, account?: string): Promise<Job>;
  /** Gives a job that must exist. */
  job(id: string): Promise<Job>;
  record(id: string): Promise<JobRecord>;
  /** Writes a row as a dead process left it. */
  leave(record: JobRecord, changes: Partial<JobRecord>): Promise<void>;
  /** Stops the engine properly and starts another on the same database. */
  reopen(settings?: Partial<JobSettings>): Promise<void>;
  /** Takes the database away from under the running engine, whatever it was doing, and starts another on it. */
  kill(): Promise<void>;
  /** Reads a row through a connection of its own: only what was committed is seen. */
  committed(id: string): Promise<Record<string, unknown> | undefined>;
  close(): Promise<void>;
}

/** Starts an engine with one account called `main` unless told otherwise. */
export async function startHarness(
  options: {
    settings?: Partial<JobSettings>;
    sessions?: AccountConfig[];
    idle?: boolean;
    /** Fills the database before it is opened. */
    prepare?: (place: TestDatabase) => Promise<void>;
    /** What the clock says at first, in Unix milliseconds. */
    startAt?: number;
    /** Told what happens; by default nobody is. */
    observer?: Observer;
  } = {},
): Promise<Harness> {
  const place = await makeTestDatabase();
  await options.prepare?.(place);
  const clock = new ManualClock(options.startAt);
  const upstream = new FakeUpstream(clock);
  const client = new FakeAccountClient();
  const assets = new FakeAssets();
  const files = new FakeFiles();
  const disk = new FakeDisk();
  const warned: string[] = [];
  const note = (_detail: unknown, message?: string) => void warned.push(message ?? "");
  const logger: Logger = { ...silentLogger, warn: note, error: note };
  const sessions = options.sessions ?? [{ name: "main", session: fakeSession }];

  async function build(settings: Partial<JobSettings> | undefined) {
    const database = await place.open();
    const tasks = await openTasks({ database, clock, logger: silentLogger, sweepEveryMs: 20_000 });
    const accounts = await createAccounts({
      sessions,
      connect: () => ({ upstream, client, allowLoopbackDownloads: false }),
      database,
      dataDir: place.dataDir,
      clock,
      logger: silentLogger,
    });
    const jobs = createJobs({
      database,
      tasks,
      accounts,
      assets,
      files,
      disk,
      clock,
      logger,
      // Half of every ceiling: waits are neither zero nor whole.
      random: () => 0.5,
      settings,
      observer: options.observer,
    });
    clock.isBusy = () => tasks.isBusy();
    return { database, tasks, accounts, jobs, store: createJobStore(database) };
  }

  const built = await build(options.settings);
  const harness: Harness = {
    ...built,
    clock,
    upstream,
    client,
    assets,
    files,
    disk,
    warned,
    async start() {
      await harness.jobs.start();
      await harness.tasks.start({ advance: harness.jobs.advance });
    },
    async stop() {
      // A killed engine still stops while another takes its place here.
      const { jobs, tasks } = harness;
      await jobs.stop();
      await tasks.close();
    },
    async create(request, account) {
      const [job] = await harness.jobs.create([{ request, warnings: [], keyId: null, account }]);
      if (job === undefined) throw new Error("nothing was created");
      return job;
    },
    async job(id) {
      const job = await harness.jobs.get(id);
      if (job === undefined) throw new Error(`no job ${id}`);
      return job;
    },
    async record(id) {
      const record = await harness.store.get(id);
      if (record === undefined) throw new Error(`no row ${id}`);
      return record;
    },
    async leave(record, changes) {
      if ((await harness.store.update(record, changes, clock.now())) === undefined)
        throw new Error("the row moved");
    },
    async reopen(settings = options.settings) {
      await harness.stop();
      await harness.database.close();
      Object.assign(harness, await build(settings));
      await harness.start();
    },
    async kill() {
      const { database } = harness;
      const cut = place.cutOff(database);
      // Whatever the old engine still tries to write fails from here on; nobody waits for it.
      void harness.stop();
      await cut;
      Object.assign(harness, await build(options.settings));
      await harness.start();
    },
    committed: (id) => place.committed(id),
    async close() {
      harness.upstream.release();
      await harness.stop();
      await harness.database.close();
      await place.remove();
    },
  };
  if (!options.idle) await harness.start();
  return harness;
}

/** Makes the error of a signed URL that has died. */
export function expiredUrl(): JimengError {
  return new JimengError("unexpected_response", "gone", { reason: "url_expired", charged: "yes" });
}
