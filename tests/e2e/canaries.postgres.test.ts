// The proof that secrets stand in no row of PostgreSQL and in no file of an S3 store, with the scene of canaries.ts.
import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import pg from "pg";
import { expect, inject, test } from "vitest";
import { s3Credentials, startS3Server } from "../../packages/gateway/src/testing/s3-server.ts";
import { makeEmptyDatabase } from "../postgres/database.ts";
import { canarySettings, found, playCanaries } from "./canaries.ts";
import { scratchFolder, startGateway, startSimulator } from "./processes.ts";

test("no canary stands in a row of PostgreSQL, in a file of the store, in an answer or in the log", async ({
  onTestFinished,
}) => {
  const folders = [scratchFolder(), scratchFolder()];
  const [data, upstream] = folders.map(({ path }) => path) as [string, string];
  for (const folder of folders) onTestFinished(() => folder.remove());
  const [database, store] = await Promise.all([
    makeEmptyDatabase(inject("postgresUrl")),
    startS3Server(),
  ]);
  onTestFinished(() => store.remove());
  const simulator = await startSimulator(upstream, ["--media", "blank", "--image-seconds", "0.2"]);
  onTestFinished(async () => void (await simulator.stop()));
  const environment = {
    ...canarySettings,
    ...s3Credentials,
    DATABASE_URL: database.url,
    ASSETS_URL: store.url(),
    JIMENG_BASE_URL: simulator.url,
  };
  const gateway = await startGateway(data, environment, { simulated: false });
  const file = JSON.parse(readFileSync(join(data, "gateway.json"), "utf8")) as {
    admin_key: string;
  };
  const played = await playCanaries(gateway, file.admin_key, {
    ...environment,
    JIMENG_DATA_DIR: data,
  });
  await gateway.stop();
  for (const answer of played.answers) expect(found(answer, played), answer).toEqual([]);
  expect(found(gateway.output(), played)).toEqual([]);
  const rows = await dump(database.url);
  expect(rows).toContain('"name":"canary"');
  expect(found(rows, played)).toEqual([]);
  const kept = readdirSync(store.directory, { recursive: true, withFileTypes: true });
  const files = kept.filter((entry) => entry.isFile());
  expect(files.length).toBeGreaterThan(0);
  for (const entry of files) {
    const path = join(entry.parentPath, entry.name);
    expect(found(readFileSync(path, "latin1"), played), path).toEqual([]);
  }
}, 60_000);

/** Reads every row of every table as JSON. */
async function dump(url: string): Promise<string> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    const { rows: tables } = await client.query<{ name: string }>(
      `select format('%I.%I', schemaname, tablename) as name from pg_tables
       where schemaname not in ('pg_catalog', 'information_schema')`,
    );
    const texts: string[] = [];
    for (const { name } of tables) {
      const { rows } = await client.query<{ row: string }>(
        `select row_to_json(t)::text as row from ${name} t`,
      );
      texts.push(...rows.map(({ row }) => row));
    }
    return texts.join("\n");
  } finally {
    await client.end();
  }
}
