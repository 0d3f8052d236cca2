// Tests which records of an account's history are taken, and how much of it is read.

import { JimengError } from "@jimeng/sdk";
import { beforeEach, describe, expect, it } from "vitest";

import type { HistoryEntry } from "../accounts/client.ts";
import type { AccountAccess } from "../accounts/account.ts";
import { FakeAccountClient } from "../testing/fake-account-client.ts";
import { FakeJobs } from "../testing/fake-jobs.ts";
import { importHistory } from "./import-history.ts";
import type { ImportOptions } from "./import-history.ts";
import { imageOutput } from "../testing/fake-upstream.ts";

let client: FakeAccountClient;
let jobs: FakeJobs;
let noted: string[];
beforeEach(() => {
  client = new FakeAccountClient();
  jobs = new FakeJobs();
  noted = [];
});

const bornAt = 1_700_000_000_000;

function entry(index: number, changes: Partial<HistoryEntry> = {}): HistoryEntry {
  const submitId = `site-${index}`;
  return {
    operation: {
      version: 1,
      region: "cn",
      kind: "image",
      model: "jimeng-4.0",
      submitId,
      historyId: `history-${index}`,
      startedAt: null,
      forecast: null,
      logid: null,
    },
    status: "completed",
    outputs: [imageOutput(submitId, 0)],
    partial: false,
    expectedCount: 1,
    finishedCount: 1,
    queue: null,
    forecast: null,
    error: null,
    createdAt: bornAt - index * 60_000,
    finishedAt: null,
    upstreamStatus: 50,
    logid: null,
    ...changes,
  };
}

function run(options: Partial<ImportOptions> = {}) {
  const access: AccountAccess = {
    account: { name: "main", region: "cn", fingerprint: "0".repeat(16), adopted: false },
    client,
  };
  const accounts = {
    noteFailure: (name: string, error: JimengError) => void noted.push(`${name} ${error.code}`),
    noteSuccess: (name: string) => void noted.push(`${name} ok`),
  };
  return importHistory({ jobs, accounts }, access, { limit: 100, keyId: "key_1", ...options });
}

describe("an import", () => {
  it("takes finished and running records oldest first, and leaves out failed and known ones", async () => {
    client.entries = [
      entry(0, { status: "pending", outputs: [] }),
      entry(1, { prompt: "a lake" }),
      entry(2, { status: "failed", outputs: [] }),
    ];
    client.unreadable = 4;
    const { imported, skipped } = await run();
    expect(imported.map(({ submitId }) => submitId)).toEqual(["site-1", "site-0"]);
    expect(imported[0]).toMatchObject({ account: "main", keyId: "key_1" });
    expect(imported[0]!.request.prompt).toBe("a lake");
    expect(imported[0]!.warnings).toMatchObject([{ code: "imported" }]);
    expect(imported[0]!.warnings[0]!.message).not.toMatch(/prompt/);
    expect(imported[1]!.warnings[0]!.message).toMatch(/prompt/);
    expect(skipped).toEqual({ known: 0, failed: 1, unreadable: 4 });
    expect(await run()).toEqual({
      imported: [],
      skipped: { known: 2, failed: 1, unreadable: 4 },
    });
    expect(noted).toEqual(["main ok", "main ok"]);
  });

  it("reads page after page, no more records than asked", async () => {
    client.entries = Array.from({ length: 140 }, (_, index) => entry(index));
    expect((await run({ limit: 120 })).imported).toHaveLength(120);
    expect(client.asked).toEqual(["history 50 0", "history 50 50", "history 20 100"]);
  });

  it("reads on where the site gives fewer records a page than it was asked for", async () => {
    client.entries = Array.from({ length: 140 }, (_, index) => entry(index));
    const { list } = client.generations;
    client.generations.list = (options) => list({ ...options, limit: 20 });
    expect((await run({ limit: 120 })).imported).toHaveLength(120);
    expect(client.asked).toHaveLength(6);
  });

  it("stops at a page without records", async () => {
    client.generations.list = ({ cursor = "0" }) => {
      client.asked.push(cursor);
      return Promise.resolve({ generations: [], cursor: String(Number(cursor) + 1) });
    };
    expect((await run()).imported).toEqual([]);
    expect(client.asked).toHaveLength(1);
  });

  it("stops at the first record that is too old", async () => {
    client.entries = Array.from({ length: 140 }, (_, index) => entry(index));
    const { imported } = await run({ since: bornAt - 10 * 60_000 });
    expect(imported).toHaveLength(11);
    expect(client.asked).toHaveLength(1);
  });

  it("ends although the site keeps naming the same next page", async () => {
    const { list } = client.generations;
    client.entries = [entry(0)];
    client.generations.list = async (options) => ({ ...(await list(options)), cursor: "0" });
    expect((await run({ limit: 1000 })).imported).toHaveLength(1);
    expect(client.asked.length).toBeLessThan(4);
  });

  it("that cannot read the history takes nothing and tells the accounts why", async () => {
    client.entries = [entry(0)];
    client.failures = [new JimengError("session_invalid", "login error")];
    await expect(run()).rejects.toMatchObject({ code: "session_invalid" });
    expect(noted).toEqual(["main session_invalid"]);
    expect(jobs.created).toEqual([]);
  });
});
