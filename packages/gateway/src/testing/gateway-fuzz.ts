// Fuzzes a whole gateway on a database. Imported by tests only.

import pg from "pg";

import { DatabaseSync } from "../database/sqlite.ts";
import { fuzz } from "./fuzz.ts";
import { fakeSessions, openGatewayWithAccounts } from "./gateway-with-accounts.ts";
import { smallUploads } from "./small-uploads.ts";

/** Sends this many odd requests to a gateway on PostgreSQL, or on SQLite without a URL. */
export async function fuzzGateway(requests: number, databaseUrl?: string): Promise<void> {
  const open = await openGatewayWithAccounts({
    JIMENG_SESSIONS: `one=${fakeSessions.one},two=us-${fakeSessions.two}`,
    ...smallUploads(),
    JIMENG_MAX_QUEUE: "1000000",
    LOG_LEVEL: "silent",
    ...(databaseUrl === undefined
      ? {}
      : { DATABASE_URL: databaseUrl, JIMENG_SECRET_KEY: "obviously-fake-secret-key-of-the-fuzz" }),
  });
  const rows =
    databaseUrl === undefined ? countOnSqlite(open.databasePath) : await countOnServer(databaseUrl);
  try {
    await fuzz(
      { app: open.gateway.app, headers: {}, countJobs: rows.count, jobsEnd: false },
      requests,
    );
  } finally {
    await rows.close();
    await open.close();
  }
}

interface RowCount {
  count: () => number | Promise<number>;
  close: () => unknown;
}

function countOnSqlite(path: string): RowCount {
  const connection = new DatabaseSync(path, { readOnly: true });
  const statement = connection.prepare("SELECT count(*) AS jobs FROM jobs");
  return { count: () => Number(statement.get()?.["jobs"]), close: () => connection.close() };
}

async function countOnServer(url: string): Promise<RowCount> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  return {
    async count() {
      const { rows } = await client.query<{ jobs: string }>("select count(*) as jobs from jobs");
      return Number(rows[0]?.jobs);
    },
    close: () => client.end(),
  };
}
