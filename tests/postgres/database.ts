// An empty database on the test server, for tests that run real processes.
import { Client } from "pg";

/** An empty database. */
export interface EmptyDatabase {
  url: string;
  remove(): Promise<void>;
}

/** Makes a database on a server, by the address of any database there. */
export async function makeEmptyDatabase(serverUrl: string): Promise<EmptyDatabase> {
  const name = `nodes_${process.pid}_${Date.now().toString(36)}_${Math.random().toString(36).slice(2, 8)}`;
  await run(serverUrl, `create database ${name}`);
  const url = new URL(serverUrl);
  url.pathname = `/${name}`;
  return { url: url.href, remove: () => run(serverUrl, `drop database ${name} with (force)`) };
}

async function run(url: string, statement: string): Promise<void> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
}
