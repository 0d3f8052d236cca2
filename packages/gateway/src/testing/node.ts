// One of several engines on one database, in real time. Imported by tests only.

import { createAccounts } from "../accounts/accounts.ts";
import type { Accounts } from "../accounts/accounts.ts";
import type { GatewayDatabase } from "../database/database.ts";
import { FakeDisk } from "./fake-disk.ts";
import { FakeAccountClient } from "./fake-account-client.ts";
import { systemClock } from "../clock.ts";
import type { FakeUpstream } from "./fake-upstream.ts";
import { FakeAssets, FakeFiles, fakeSession, silentLogger } from "./job-harness.ts";
import { createJobs } from "../jobs/index.ts";
import type { Jobs } from "../jobs/job.ts";
import type { JobSettings } from "../jobs/settings.ts";
import type { TestDatabase } from "./database.ts";
import { openTasks } from "../tasks/open-tasks.ts";

/** A running engine with the account `main`. */
export interface TestNode {
  jobs: Jobs;
  accounts: Accounts;
  assets: FakeAssets;
  /** The account's own side: its credits and their history. */
  client: FakeAccountClient;
  database: GatewayDatabase;
  close(): Promise<void>;
}

/** Starts one; `concurrency` is how many tasks it runs at one moment. */
export async function startNode(
  place: TestDatabase,
  upstream: FakeUpstream,
  { concurrency, ...settings }: Partial<JobSettings> & { concurrency?: number } = {},
): Promise<TestNode> {
  const database = await place.open();
  const parts = { database, clock: systemClock, logger: silentLogger };
  const client = new FakeAccountClient();
  const accounts = await createAccounts({
    ...parts,
    sessions: [{ name: "main", session: fakeSession }],
    connect: () => ({ upstream, client, allowLoopbackDownloads: false }),
    dataDir: place.dataDir,
    secretKey: "obviously-fake-secret",
    previousSecretKey: null,
  });
  const assets = new FakeAssets();
  const tasks = await openTasks({ ...parts, concurrency });
  const jobs = createJobs({
    ...parts,
    tasks,
    accounts,
    assets,
    files: new FakeFiles(),
    disk: new FakeDisk(),
    settings: { pollIntervalMs: 100, ...settings },
  });
  await jobs.start();
  await tasks.start({ advance: jobs.advance });
  return {
    jobs,
    accounts,
    assets,
    client,
    database,
    async close() {
      await jobs.stop();
      await tasks.close();
      await database.close();
    },
  };
}
