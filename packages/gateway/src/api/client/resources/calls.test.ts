// Tests which requests the client's calls become.

import { expect, it } from "vitest";

import { GatewayClient } from "../client.ts";

async function sent(work: (client: GatewayClient) => Promise<unknown>): Promise<string[]> {
  const calls: string[] = [];
  const client = new GatewayClient({
    baseUrl: "http://gateway.example",
    fetch: (url, { method, body }) => {
      const path = url.slice("http://gateway.example".length);
      calls.push([method, path, ...(typeof body === "string" ? [body] : [])].join(" "));
      return Promise.resolve(Response.json({}));
    },
  });
  await work(client);
  return calls;
}

it.each<[string, (client: GatewayClient) => Promise<unknown>]>([
  ["GET /v1/jobs", ({ jobs }) => jobs.list()],
  [
    "GET /v1/jobs?status=failed&limit=5&created_after=7&created_before=9",
    ({ jobs }) => jobs.list({ status: "failed", limit: 5, createdAfter: 7, createdBefore: 9 }),
  ],
  ["GET /v1/jobs/a%2Fb", ({ jobs }) => jobs.retrieve("a/b")],
  ["POST /v1/jobs/a/cancel", ({ jobs }) => jobs.cancel("a")],
  ['POST /v1/jobs/a/retry {"force":true}', ({ jobs }) => jobs.retry("a", { force: true })],
  ["POST /v1/jobs/a/recheck", ({ jobs }) => jobs.recheck("a")],
  ["GET /v1/videos?limit=2", ({ videos }) => videos.list({ limit: 2 })],
  ["GET /v1/videos/a", ({ videos }) => videos.retrieve("a")],
  ["DELETE /v1/videos/a", ({ videos }) => videos.delete("a")],
  ['POST /v1/videos/a/remix {"prompt":"b"}', ({ videos }) => videos.remix("a", { prompt: "b" })],
  ["GET /v1/models?wait_for_live=true", ({ models }) => models.list({ waitForLive: true })],
  ["GET /v1/models/jimeng-4.0", ({ models }) => models.retrieve("jimeng-4.0")],
  ["GET /v1/files?purpose=vision", ({ files }) => files.list({ purpose: "vision" })],
  ["DELETE /v1/files/a", ({ files }) => files.delete("a")],
  [
    'POST /v1/assets/sweep {"dry_run":false,"days":9}',
    ({ assets }) => assets.sweep({ dry_run: false, days: 9 }),
  ],
  ["GET /v1/credits", ({ credits }) => credits.list()],
  [
    "GET /v1/credits?account=a+b&fresh=true",
    ({ credits }) => credits.list({ account: "a b", fresh: true }),
  ],
  [
    "GET /v1/credits/history?after=7&limit=5",
    ({ credits }) => credits.history({ after: "7", limit: 5 }),
  ],
  ["POST /v1/credits/claim {}", ({ credits }) => credits.claim()],
  [
    'POST /v1/credits/claim {"account":"a","time_zone":"Asia/Tokyo"}',
    ({ credits }) => credits.claim({ account: "a", timeZone: "Asia/Tokyo" }),
  ],
  [
    "GET /v1/credits/ledger?group_by=key%2Cday&from=2026-11-01&job_id=a&metadata.order=7",
    ({ credits }) =>
      credits.ledger({
        groupBy: ["key", "day"],
        from: "2026-11-01",
        jobId: "a",
        metadata: { order: "7" },
      }),
  ],
  [
    "GET /v1/credits/ledger?kind=video&format=csv",
    ({ credits }) => credits.ledgerCsv({ kind: "video" }),
  ],
  ["GET /v1/accounts", ({ accounts }) => accounts.list()],
  ["POST /v1/accounts/check {}", ({ accounts }) => accounts.check()],
  ['POST /v1/accounts/check {"accounts":["a"]}', ({ accounts }) => accounts.check(["a"])],
  ['POST /v1/keys {"name":"a"}', ({ keys }) => keys.create({ name: "a" })],
  ["GET /v1/keys?limit=5&revoked=true", ({ keys }) => keys.list({ limit: 5, revoked: true })],
  ["GET /v1/keys/a", ({ keys }) => keys.retrieve("a")],
  ["GET /v1/keys/self", ({ keys }) => keys.self()],
  ['PATCH /v1/keys/a {"disabled":true}', ({ keys }) => keys.update("a", { disabled: true })],
  [
    'POST /v1/keys/a/rotate {"keep_old_seconds":9}',
    ({ keys }) => keys.rotate("a", { keepOldSeconds: 9 }),
  ],
  ["DELETE /v1/keys/a", ({ keys }) => keys.revoke("a")],
  ['POST /v1/history/import {"limit":3}', ({ history }) => history.import({ limit: 3 })],
  ["GET /v1/batches?limit=2", ({ batches }) => batches.list({ limit: 2 })],
  ["GET /v1/batches/a", ({ batches }) => batches.retrieve("a")],
  ["POST /v1/batches/a/cancel", ({ batches }) => batches.cancel("a")],
  [
    "POST /v1/jobs/batch?max_credits=5&confirm=true",
    ({ batches }) => batches.create(["{}"], { maxCredits: 5, confirm: true }),
  ],
  [
    'POST /v1/batches {"input_file_id":"file_1","endpoint":"/v1/jobs"}',
    ({ batches }) => batches.createFromFile({ input_file_id: "file_1", endpoint: "/v1/jobs" }),
  ],
])("%s", async (expected, call) => {
  expect(await sent(call)).toEqual([expected]);
});
