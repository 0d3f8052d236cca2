// Tests that no value of any column keeps the gateway from starting, listing, reading, deleting and sweeping: an older
// version stored what strangers' files said of themselves.

import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterEach, beforeEach, expect, test } from "vitest";

import { loadConfig } from "../config/config.ts";
import { openDatabase } from "../database/database.ts";
import { DatabaseSync } from "../database/sqlite.ts";
import { createGateway } from "../gateway.ts";
import { createLogger } from "../logging.ts";
import { FakeAccountClient } from "../testing/fake-account-client.ts";
import { FakeUpstream } from "../testing/fake-upstream.ts";
import { ManualClock } from "../testing/manual-clock.ts";

const extremes = [
  "9223372036854775807",
  "-9223372036854775808",
  "9007199254740993",
  "4503599627370496",
  "-1",
  "1e300",
  "'text'",
  "x'00ff'",
  "''",
  "'null'",
  "'{'",
  "'[]'",
];

const hourMs = 3_600_000;
const now = 1_800_000_000_000;
const samples: Readonly<Record<string, Record<string, string | number | null>>> = {
  jobs: {
    kind: "image",
    status: "completed",
    request: JSON.stringify({ kind: "image", model: "jimeng-4.0", prompt: "猫", count: 1 }),
    warnings: "[]",
    progress: 100,
    attempts: 0,
    priority: 0,
    deadline_at: now,
    uncertain_starts: 0,
    cancel_requested: 0,
    cost: "{}",
    version: 1,
    created_at: now,
    updated_at: now,
  },
  files: {
    sha256: "0".repeat(64),
    kind: "image",
    content_type: "image/png",
    width: 1,
    height: 1,
    duration_ms: null,
    bytes: 1,
    name: "x.png",
    purpose: "vision",
    created_at: now,
    expires_at: now + hourMs / 2,
  },
  assets: {
    job_id: "job_plain",
    position: 0,
    item_id: "item",
    content_type: "image/png",
    width: 1,
    height: 1,
    duration_ms: null,
    bytes: 1,
    upstream_url: "https://results.invalid/1.png",
    created_at: now,
  },
};

let dataDir: string;
beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), "jimeng-poison-"));
  await (await openDatabase({ dataDir })).close();
});
afterEach(() => rm(dataDir, { recursive: true, force: true }));

/** Adds a row per column and extreme, and returns how many could be stored. */
function poison(): number {
  const connection = new DatabaseSync(join(dataDir, "jimeng.db"));
  connection.exec("PRAGMA foreign_keys = OFF");
  let stored = 0;
  const insert = (table: string, row: Record<string, string | number | null>, id: string) => {
    const columns = ["id", ...Object.keys(row)];
    const marks = columns.map(() => "?").join(", ");
    connection
      .prepare(`INSERT INTO ${table} (${columns.join(", ")}) VALUES (${marks})`)
      .run(id, ...Object.values(row));
  };
  insert("jobs", samples["jobs"]!, "job_plain");
  for (const [table, row] of Object.entries(samples)) {
    const columns = connection.prepare(`PRAGMA table_info("${table}")`).all() as { name: string }[];
    for (const { name } of columns.filter((column) => column.name !== "id")) {
      for (const [index, value] of extremes.entries()) {
        const id = `${table.slice(0, -1)}_${name}_${index}`.replace("job_job", "job_");
        insert(table, table === "assets" ? { ...row, item_id: id } : row, id);
        try {
          connection.prepare(`UPDATE ${table} SET ${name} = ${value} WHERE id = ?`).run(id);
          stored += 1;
        } catch {
          // A unique column took this extreme already.
        }
      }
    }
  }
  connection.close();
  return stored;
}

test("rows with extreme values neither stop a start nor break lists, reads, deletions and sweeps", async () => {
  expect(poison()).toBeGreaterThan(500);
  const clock = new ManualClock(now);
  const gateway = await createGateway({
    config: loadConfig({
      JIMENG_DATA_DIR: dataDir,
      JIMENG_SESSIONS: "one=fake-session-one-0000000000000000",
      PORT: "0",
      LOG_LEVEL: "silent",
    }),
    clock,
    logger: createLogger("silent"),
    connect: () => ({
      upstream: new FakeUpstream(clock),
      client: new FakeAccountClient(),
      allowLoopbackDownloads: false,
    }),
  });
  try {
    await gateway.listen();
    const headers = { authorization: `Bearer ${gateway.adminKey}` };
    const ask = async (method: "GET" | "DELETE", url: string) => {
      const answer = await gateway.app.inject({ method, url, headers });
      expect(answer.statusCode, `${method} ${url}: ${answer.body.slice(0, 300)}`).toBeLessThan(500);
      return answer.json();
    };
    const idsOf = async (list: string): Promise<string[]> => {
      const ids: string[] = [];
      for (let after = ""; ; after = `&after=${encodeURIComponent(ids.at(-1)!)}`) {
        const page = await ask("GET", `${list}?limit=100${after}`);
        ids.push(...page.data.map(({ id }: { id: string }) => id));
        if (!page.has_more || page.data.length === 0) return ids;
      }
    };
    const jobs = await idsOf("/v1/jobs");
    expect(jobs).toContain("job_plain");
    for (const id of jobs) await ask("GET", `/v1/jobs/${encodeURIComponent(id)}`);
    const files = await idsOf("/v1/files");
    expect(files.length).toBeGreaterThan(50);
    for (const id of files.slice(0, 40)) {
      await ask("GET", `/v1/files/${id}`);
      await ask("DELETE", `/v1/files/${id}`);
    }
    // The hourly sweep removes what expired, whatever the other rows hold.
    await clock.advance(hourMs + 1000);
    const left = await idsOf("/v1/files");
    expect(left.every((id) => id.startsWith("file_expires_at_"))).toBe(true);
  } finally {
    await gateway.close();
  }
}, 60_000);
