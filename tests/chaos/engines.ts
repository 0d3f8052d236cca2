// The two engines that crash tests run on: the settings that make a gateway use one, on fresh ground.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Client } from "pg";

/** Names what keeps the rows. */
export type EngineName = "sqlite" | "postgres";

/** Empty ground for one gateway and its successors. */
export interface Ground {
  settings: Record<string, string>;
  remove(): Promise<void>;
}

// Encrypts made-up sessions in a database that lives as long as one test.
const secretKey = "a-secret-key-for-tests-only";

/** Makes a data folder and, on PostgreSQL, a database of its own on that server. */
export async function prepareGround(engine: EngineName, postgresUrl = ""): Promise<Ground> {
  const dataDir = mkdtempSync(join(tmpdir(), "jimeng-crash-"));
  const removeFolder = (): void => rmSync(dataDir, { recursive: true, force: true });
  if (engine === "sqlite") {
    return {
      settings: { JIMENG_DATA_DIR: dataDir },
      remove: () => Promise.resolve(removeFolder()),
    };
  }
  const name = `crash_${process.pid}_${Date.now().toString(36)}_${Math.random().toString(36).slice(2, 8)}`;
  const run = async (statement: string): Promise<void> => {
    const client = new Client({ connectionString: postgresUrl });
    await client.connect();
    try {
      await client.query(statement);
    } finally {
      await client.end();
    }
  };
  await run(`create database ${name}`);
  const url = new URL(postgresUrl);
  url.pathname = `/${name}`;
  return {
    settings: {
      JIMENG_DATA_DIR: dataDir,
      DATABASE_URL: url.href,
      JIMENG_SECRET_KEY: secretKey,
    },
    async remove() {
      removeFolder();
      await run(`drop database ${name} with (force)`);
    },
  };
}
