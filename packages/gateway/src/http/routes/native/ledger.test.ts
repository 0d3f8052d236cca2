// Tests the ledger over HTTP: what each key may see of it, how it is added up and narrowed, and its CSV.

import { afterEach, beforeEach, expect, test } from "vitest";

import { ledgerSchema } from "../../../api/account/credits.ts";
import type { MadeKey } from "../../../keys/keys.ts";
import { newRecord } from "../../../jobs/new-record.ts";
import { defaultJobSettings } from "../../../jobs/settings.ts";
import { createJobStore } from "../../../jobs/store.ts";
import { buildFakeApp } from "../../../testing/fake-app.ts";
import type { FakeApp } from "../../../testing/fake-app.ts";
import { imageRequest, videoRequest } from "../../../testing/fake-upstream.ts";

// The fake application's own time is in November 2023.
const today = 1_700_000_000_000;
const dayMs = 86_400_000;
let open: FakeApp;
let phone: MadeKey;
let bot: MadeKey;
/** Ids of the phone's picture, the bot's video, and a picture of the month before. */
let ids: string[];

beforeEach(async () => {
  open = await buildFakeApp();
  phone = await open.keys.create({ name: "phone" });
  bot = await open.keys.create({ name: "=bot" });
  const store = createJobStore(open.database);
  const jobs = [
    { keyId: phone.key.id, request: imageRequest(), expectedCredits: 4, requestId: "req_1", at: 0 },
    { keyId: bot.key.id, request: videoRequest(), metadata: { order: "7", "a,b": 'x"y' }, at: 0 },
    { keyId: phone.key.id, request: imageRequest(), at: 30 * dayMs },
  ];
  ids = [];
  for (const { at, ...newJob } of jobs) {
    const record = newRecord(defaultJobSettings, today - at, { warnings: [], ...newJob });
    await store.create([record]);
    ids.push(record.id);
  }
  const [picture, video] = await Promise.all(ids.map((id) => store.get(id)));
  const cost = { estimated: 4, charged: 4, refunded: null };
  await store.update(picture!, { cost, reserved: 0, account: "mine" }, today);
  await store.update(video!, { cost: { ...cost, charged: 20, refunded: 5 }, reserved: 0 }, today);
});
afterEach(() => open.close());

async function read(query: string, key = open.adminKey) {
  const headers = { authorization: `Bearer ${key}` };
  const answer = await open.app.inject({ url: `/v1/credits/ledger${query}`, headers });
  expect(answer.statusCode, answer.body).toBe(200);
  return ledgerSchema.parse(answer.json());
}

test("tells what each job of the month cost, the newest first, with the total", async () => {
  const ledger = await read("");
  expect(ledger.total).toEqual({ jobs: 2, reserved: 0, charged: 24, refunded: 5, net: 19 });
  expect(ledger.data).toMatchObject([
    { id: ids[1], key_name: "=bot", net: 15, metadata: { order: "7" } },
    { id: ids[0], key_name: "phone", estimated: 4, charged: 4, request_id: "req_1" },
  ]);
  const page = await read("?limit=1");
  expect(page).toMatchObject({ has_more: true, last_id: ids[1], total: { jobs: 2 } });
  expect((await read(`?limit=1&after=${ids[1]}`)).data).toMatchObject([{ id: ids[0] }]);
});

test("adds up by one or two of key, model, account, kind and day", async () => {
  const sums = async (query: string) => (await read(query)).data;
  const sum = { object: "ledger.sum", reserved: 0 };
  expect(await sums("?group_by=kind")).toEqual([
    { ...sum, kind: "image", jobs: 1, charged: 4, refunded: 0, net: 4 },
    { ...sum, kind: "video", jobs: 1, charged: 20, refunded: 5, net: 15 },
  ]);
  expect(await sums("?from=2023-10-01&to=2023-11-14&group_by=day")).toMatchObject([
    { day: "2023-10-15", jobs: 1, net: 0 },
  ]);
  expect(await sums("?group_by=key,model")).toMatchObject([
    { key: phone.key.id, key_name: "phone", model: "jimeng-4.0", net: 4 },
    { key: bot.key.id, model: "jimeng-video-3.0", net: 15 },
  ]);
  expect(await sums("?group_by=account")).toHaveLength(2);
});

test.each([
  ["?job_id=", () => ids[0]],
  ["?request_id=req_1&model=", () => "jimeng-4.0"],
  ["?account=", () => "mine"],
  ["?kind=image&key=", () => phone.key.id],
])("is narrowed by %s", async (query, value) => {
  expect((await read(`${query}${value()}`)).data.map((entry) => "id" in entry && entry.id)).toEqual(
    [ids[0]],
  );
});

test("is narrowed by the caller's own facts, to the letter", async () => {
  expect((await read("?metadata.order=7")).total.jobs).toBe(1);
  expect((await read("?metadata.order=7&metadata.a%2Cb=x%22y")).total.jobs).toBe(1);
  expect((await read("?metadata.order=77")).total.jobs).toBe(0);
  expect((await read("?metadata.rder=7")).total.jobs).toBe(0);
});

test("shows a key its own jobs only, and refuses another's", async () => {
  const ledger = await read("", phone.text);
  expect(ledger.total).toMatchObject({ jobs: 1, net: 4 });
  expect(ledger.data.map((entry) => "id" in entry && entry.id)).toEqual([ids[0]]);
  expect((await read(`?job_id=${ids[1]}`, phone.text)).total.jobs).toBe(0);
  const headers = { authorization: `Bearer ${phone.text}` };
  const asked = (key: string) => open.app.inject({ url: `/v1/credits/ledger?key=${key}`, headers });
  expect((await asked(bot.key.id)).statusCode).toBe(403);
  expect((await asked("key_of_nobody")).statusCode).toBe(403);
});

test("is a table on request, harmless to spreadsheets, with every job", async () => {
  const headers = { authorization: `Bearer ${open.adminKey}` };
  const csv = async (query: string) =>
    await open.app.inject({ url: `/v1/credits/ledger?format=csv${query}`, headers });
  const jobs = await csv("&from=2023-01-01");
  expect(jobs.headers["content-type"]).toBe("text/csv; charset=utf-8");
  const [head, ...lines] = jobs.body.trimEnd().split("\r\n");
  expect(head).toMatch(/^id,created_at,key,key_name,model,/);
  expect(lines).toHaveLength(3);
  expect(jobs.body).toContain(`,'=bot,jimeng-video-3.0,,video,queued,4,0,20,5,15,`);
  expect(jobs.body).toContain(`"{""order"":""7"",""a,b"":""x\\""y""}"`);
  expect((await csv("&group_by=kind")).body).toBe(
    "kind,jobs,reserved,charged,refunded,net\r\nimage,1,0,4,0,4\r\nvideo,1,0,20,5,15\r\n",
  );
});

test.each(["?group_by=key,model,kind", "?group_by=prompt", "?group_by=key,key", "?from=yesterday"])(
  "refuses %s",
  async (query) => {
    const headers = { authorization: `Bearer ${open.adminKey}` };
    const answer = await open.app.inject({ url: `/v1/credits/ledger${query}`, headers });
    expect(answer.statusCode).toBe(400);
  },
);
