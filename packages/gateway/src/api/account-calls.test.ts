// Tests which requests the client's calls about accounts, credits and history become.

import { expect, it } from "vitest";

import { GatewayClient } from "./client.ts";

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
  ["GET /v1/accounts", ({ accounts }) => accounts.list()],
  ["POST /v1/accounts/check {}", ({ accounts }) => accounts.check()],
  ['POST /v1/accounts/check {"accounts":["a"]}', ({ accounts }) => accounts.check(["a"])],
  ['POST /v1/history/import {"limit":3}', ({ history }) => history.import({ limit: 3 })],
])("%s", async (expected, call) => {
  expect(await sent(call)).toEqual([expected]);
});
