// A whole gateway over scripted accounts, asked without a port. Imported by tests only.

import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Writable } from "node:stream";

import type { LightMyRequestResponse } from "fastify";

import { loadConfig } from "../config/config.ts";
import type { Config } from "../config/config.ts";
import { DatabaseSync, databaseFile } from "../database/sqlite.ts";
import { FakeAccountClient } from "./fake-account-client.ts";
import { createGateway } from "../gateway.ts";
import type { Gateway } from "../gateway.ts";
import type { MeasureFreeSpace } from "../storage/disk.ts";
import { FakeUpstream } from "./fake-upstream.ts";
import { ManualClock } from "./manual-clock.ts";
import { createLogger } from "../logging.ts";
import type { JobResponseTable, JobTable } from "../database/migrations/schema.ts";

/** Obviously fake sessions; tests look for them everywhere they must not be. */
export const fakeSessions = {
  one: "fake-session-one-0000000000000000",
  two: "fake-session-two-0000000000000000",
} as const;

/** A gateway whose accounts do as a test says. */
export interface GatewayWithAccounts {
  gateway: Gateway;
  clock: ManualClock;
  /** Every client that was made, by the session it was made for. */
  clients: Map<string, FakeAccountClient>;
  /** Gives the client of a session; fails when none was made. */
  client(session: string): FakeAccountClient;
  upstream: FakeUpstream;
  /** Asks with this bearer, the local admin key unless another is given; null sends none. */
  ask(
    method: "GET" | "POST" | "PATCH" | "DELETE",
    url: string,
    body?: unknown,
    bearer?: string | null,
  ): Promise<LightMyRequestResponse>;
  /** The file of the embedded database. */
  databasePath: string;
  /** Reads all rows of jobs, oldest first, through a connection of its own. */
  database(): Promise<JobTable[]>;
  /** Reads the table of answers through a connection of its own. */
  responses(): Promise<JobResponseTable[]>;
  /** Everything that was logged and answered so far. */
  said(): string;
  close(): Promise<void>;
}

/** Opens a gateway with these environment variables; jobs are not advanced until `gateway.jobs.start()`. */
export async function openGatewayWithAccounts(
  environment: Record<string, string>,
  {
    onClient,
    measureFreeSpace,
    onHandOver,
    prepare = () => Promise.resolve(),
    startAt,
    studioFolder,
    readSessions,
  }: {
    readSessions?: () => Config["sessions"];
    studioFolder?: string;
    onClient?: (session: string, client: FakeAccountClient) => void;
    measureFreeSpace?: MeasureFreeSpace;
    onHandOver?: () => void;
    /** Fills the data folder before the gateway opens it. */
    prepare?: (folder: string) => Promise<void>;
    /** The time of the clock, in Unix milliseconds. */
    startAt?: number;
  } = {},
): Promise<GatewayWithAccounts> {
  const folder = await mkdtemp(join(tmpdir(), "jimeng-accounts-"));
  await prepare(folder);
  const clock = new ManualClock(startAt);
  const upstream = new FakeUpstream(clock);
  const clients = new Map<string, FakeAccountClient>();
  let said = "";
  const log = new Writable({
    write(chunk, _encoding, done) {
      said += String(chunk);
      done();
    },
  });
  const gateway = await createGateway({
    config: loadConfig({ JIMENG_DATA_DIR: folder, ...environment }),
    clock,
    measureFreeSpace,
    onHandOver,
    studioFolder,
    readSessions,
    logger: createLogger("trace", log),
    connect: ({ session }) => {
      const known = clients.get(session);
      const client = known ?? new FakeAccountClient();
      clients.set(session, client);
      if (known === undefined) onClient?.(session, client);
      return { upstream, client, allowLoopbackDownloads: false };
    },
  });
  return {
    gateway,
    clock,
    clients,
    client(session) {
      const client = clients.get(session);
      if (client === undefined) throw new Error("no client was made for this session");
      return client;
    },
    upstream,
    async ask(method, url, body, bearer = gateway.adminKey) {
      const response = await gateway.app.inject({
        method,
        url,
        headers: bearer === null ? {} : { authorization: `Bearer ${bearer}` },
        ...(body === undefined ? {} : { payload: body as object }),
      });
      said += JSON.stringify(response.headers) + response.body;
      return response;
    },
    responses() {
      const connection = new DatabaseSync(join(folder, databaseFile), { readOnly: true });
      const rows = connection.prepare("SELECT * FROM job_responses ORDER BY job_id").all();
      connection.close();
      return Promise.resolve(rows as unknown as JobResponseTable[]);
    },
    database() {
      const connection = new DatabaseSync(join(folder, databaseFile), { readOnly: true });
      const rows = connection.prepare("SELECT * FROM jobs ORDER BY id").all();
      connection.close();
      return Promise.resolve(rows as unknown as JobTable[]);
    },
    databasePath: join(folder, databaseFile),
    said: () => said,
    async close() {
      await gateway.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
