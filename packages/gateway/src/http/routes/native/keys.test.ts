// Tests the routes of gateway keys: what owners do with them, and what their holders may do.

import { afterEach, beforeEach, describe, expect, test } from "vitest";

import { errorBodySchema } from "../../../api/errors.ts";
import { keyDeletedSchema, keyListSchema, keySchema, madeKeySchema } from "../../../api/keys.ts";
import type { MadeKeyObject } from "../../../api/keys.ts";
import { FakeAccountClient, creditsOf } from "../../../testing/fake-account-client.ts";
import { buildFakeApp } from "../../../testing/fake-app.ts";
import type { FakeApp } from "../../../testing/fake-app.ts";
import { wholeFiles } from "../../../testing/reference-samples.ts";
import { ManualClock } from "../../../testing/manual-clock.ts";

const configured = "obviously-fake-configured";
let open: FakeApp;
let clock: ManualClock;
let account: FakeAccountClient;
beforeEach(async () => {
  clock = new ManualClock(1_700_000_000_000);
  account = new FakeAccountClient();
  open = await buildFakeApp({ JIMENG_API_KEYS: `team=${configured}` }, { clock, account });
});
afterEach(() => open.close());

type Method = "GET" | "POST" | "PATCH" | "DELETE";

const ask = (method: Method, url: string, payload?: object, key = open.adminKey) =>
  open.app.inject({ method, url, payload, headers: { authorization: `Bearer ${key}` } });

async function make(body: object = {}): Promise<MadeKeyObject> {
  const answer = await ask("POST", "/v1/keys", { name: "phone", ...body });
  expect(answer.statusCode, answer.body).toBe(201);
  return madeKeySchema.parse(answer.json());
}

async function codeOf(...given: Parameters<typeof ask>): Promise<[number, string]> {
  const answer = await ask(...given);
  return [answer.statusCode, errorBodySchema.parse(answer.json()).error.code];
}

const cat = { kind: "image", prompt: "a cat", model: "jimeng-4.0", count: 1 };

describe("a made key", () => {
  test("is shown once, recognisable, and lies as a hash in the database", async () => {
    const made = await make();
    expect(made.key).toMatch(/^sk-jimeng-[\w-]{43}$/);
    expect(made.hint).toBe(made.key.slice(-4));
    const { key: _key, ...shown } = made;
    const read = await ask("GET", `/v1/keys/${made.id}`);
    expect({ ...keySchema.parse(read.json()), usage: null }).toEqual(shown);
    const list = keyListSchema.parse((await ask("GET", "/v1/keys")).json());
    expect(list.data.map(({ name, source }) => [name, source])).toEqual([
      ["team", "setting"],
      ["phone", "made"],
    ]);
    expect(read.body + JSON.stringify(list)).not.toContain(made.key);
  });

  test("is not made with a field that is none: it may be a limit with another name", async () => {
    const answer = await ask("POST", "/v1/keys", { name: "phone", credits_per_day: 10 });
    expect(answer.statusCode).toBe(400);
    const { error } = errorBodySchema.parse(answer.json());
    expect(error).toMatchObject({ code: "invalid_request", param: "credits_per_day" });
    expect(error.message).toBe("credits_per_day is no field that this route knows.");
  });

  test("may read and generate, and only sees what is its own", async () => {
    const [one, two] = [await make(), await make({ name: "bot" })];
    const created = await ask("POST", "/v1/jobs", cat, one.key);
    expect(created.statusCode, created.body).toBe(202);
    const { id } = created.json<{ id: string }>();
    expect((await ask("GET", `/v1/jobs/${id}`, undefined, one.key)).statusCode).toBe(200);
    expect(await codeOf("GET", `/v1/jobs/${id}`, undefined, two.key)).toEqual([404, "not_found"]);
    expect(open.jobs.created[0]?.[0]?.keyId).toBe(one.id);
    for (const url of ["/v1/credits", "/v1/credits/history", "/v1/accounts", "/v1/keys"])
      expect(await codeOf("GET", url, undefined, one.key)).toEqual([403, "forbidden"]);
  });

  test("with the scope account reads credits; with admin it does everything", async () => {
    account.peeked = creditsOf(0, 0, 3);
    const accountant = await make({ name: "accountant", scopes: ["read", "account"] });
    expect((await ask("GET", "/v1/credits", undefined, accountant.key)).statusCode).toBe(200);
    expect(await codeOf("POST", "/v1/jobs", cat, accountant.key)).toEqual([403, "forbidden"]);
    const admin = await make({ name: "admin", scopes: ["admin"] });
    expect((await ask("GET", "/v1/keys", undefined, admin.key)).statusCode).toBe(200);
    expect((await ask("POST", "/v1/jobs", cat, admin.key)).statusCode).toBe(202);
  });

  test("without the scope account is not told what the account has", async () => {
    account.peeked = creditsOf(0, 0, 3);
    open.jobs.charged = [];
    const phone = await make();
    const balances = async (key: string) =>
      (await ask("POST", "/v1/estimate", cat, key)).json<{ balances: unknown[] }>().balances;
    expect(await balances(phone.key)).toEqual([]);
    expect(await balances(configured)).toEqual([{ account: "mine", credits: 3 }]);
  });

  test("uses the models and accounts that it is allowed, and no others", async () => {
    const { key } = await make({ models: ["jimeng-3.0"], accounts: ["mine"] });
    expect(await codeOf("POST", "/v1/jobs", cat, key)).toEqual([403, "forbidden"]);
    const allowed = { ...cat, model: "jimeng-3.0", account: "mine" };
    expect((await ask("POST", "/v1/jobs", allowed, key)).statusCode).toBe(202);
    const listed = (await ask("GET", "/v1/models", undefined, key)).json<{ data: object[] }>();
    expect(listed.data).toMatchObject([{ id: "jimeng-3.0" }]);
    const elsewhere = await make({ name: "elsewhere", accounts: ["other"] });
    expect(await codeOf("POST", "/v1/jobs", { ...cat, account: "mine" }, elsewhere.key)).toEqual([
      404,
      "not_found",
    ]);
  });
});

describe("limits", () => {
  test("of requests per minute are told with the time to wait, and the key can still be read", async () => {
    const { key } = await make({ requests_per_minute: 2 });
    const read = async () => await ask("GET", "/v1/jobs", undefined, key);
    expect([(await read()).statusCode, (await read()).statusCode]).toEqual([200, 200]);
    const refused = await read();
    expect([refused.statusCode, refused.headers["retry-after"]]).toEqual([429, "30"]);
    expect((await ask("GET", "/v1/keys/self", undefined, key)).statusCode).toBe(200);
    await clock.advance(30_000);
    expect((await read()).statusCode).toBe(200);
  });

  test("of credits are told by an estimate", async () => {
    const { key } = await make({ daily_credits: 0 });
    const answer = await ask("POST", "/v1/estimate", cat, key);
    expect(answer.json()).toMatchObject({
      refusal: { code: "budget_exceeded", reason: "daily_credits" },
    });
  });

  test("of files refuse the next upload, and the key reads what it has used", async () => {
    const { key } = await make({ max_files: 1, daily_credits: 5 });
    const upload = async () =>
      await open.app.inject({
        method: "POST",
        url: "/v1/files?filename=one.png",
        payload: Buffer.from(wholeFiles.png.bytes),
        headers: { authorization: `Bearer ${key}`, "content-type": "image/png" },
      });
    expect((await upload()).statusCode).toBe(200);
    const refused = await upload();
    expect([refused.statusCode, refused.json().error.reason]).toEqual([402, "max_files"]);
    const self = keySchema.parse((await ask("GET", "/v1/keys/self", undefined, key)).json());
    expect(self.usage).toMatchObject({
      files: 1,
      day: { credits: 0, credits_left: 5, resets_at: 1_700_006_400 },
      month: { credits_left: null, resets_at: 1_701_388_800 },
    });
  });
});

test("JIMENG_REQUIRE_KEY lets nobody in without a key, also before the first was made", async () => {
  await open.close();
  open = await buildFakeApp({ JIMENG_REQUIRE_KEY: "true" }, { clock });
  expect((await open.app.inject("/v1/jobs")).statusCode).toBe(401);
  const { key } = await make();
  expect((await ask("GET", "/v1/jobs", undefined, key)).statusCode).toBe(200);
});

describe("changes", () => {
  test("hold from the next request on: disabled, expired, allowed again, revoked", async () => {
    const { id, key } = await make();
    const read = async () => (await ask("GET", "/v1/jobs", undefined, key)).statusCode;
    expect(await read()).toBe(200);
    await ask("PATCH", `/v1/keys/${id}`, { disabled: true });
    expect(await read()).toBe(401);
    await ask("PATCH", `/v1/keys/${id}`, { disabled: false, expires_at: 1_700_000_010 });
    expect(await read()).toBe(200);
    await clock.advance(10_000);
    expect(await read()).toBe(401);
    const changed = await ask("PATCH", `/v1/keys/${id}`, { expires_at: null, name: "tablet" });
    expect(keySchema.parse(changed.json())).toMatchObject({ name: "tablet", expires_at: null });
    expect(await read()).toBe(200);
    const revoked = await ask("DELETE", `/v1/keys/${id}`);
    expect(keyDeletedSchema.parse(revoked.json()).id).toBe(id);
    expect(await read()).toBe(401);
    expect(await codeOf("DELETE", `/v1/keys/${id}`)).toEqual([404, "not_found"]);
    const list = keyListSchema.parse((await ask("GET", "/v1/keys?revoked=true")).json());
    expect(list.data.at(-1)).toMatchObject({ id, revoked_at: 1_700_000_010 });
  });

  test("a stream that is open hears nothing more once its key was revoked", async () => {
    const { id, key } = await make();
    open.jobs.onCreate = () => ({});
    const job = (await ask("POST", "/v1/jobs", cat, key)).json<{ id: string }>();
    const streaming = ask("GET", `/v1/jobs/${job.id}/events`, undefined, key);
    await new Promise((resolve) => setTimeout(resolve, 50));
    await ask("DELETE", `/v1/keys/${id}`);
    open.jobs.change(job.id, { status: "failed" }, "job.failed");
    const { body } = await streaming;
    expect(body).toContain("event: job.queued");
    expect(body).not.toContain("job.failed");
  });

  test("a rotation ends the old text at once, or after the time asked for", async () => {
    const first = await make();
    const read = async (key: string) => (await ask("GET", "/v1/jobs", undefined, key)).statusCode;
    const url = `/v1/keys/${first.id}/rotate`;
    const second = madeKeySchema.parse((await ask("POST", url)).json());
    expect([await read(first.key), await read(second.key)]).toEqual([401, 200]);
    const third = madeKeySchema.parse((await ask("POST", url, { keep_old_seconds: 60 })).json());
    expect(third.old_key_until).toBe(1_700_000_060);
    expect([await read(second.key), await read(third.key)]).toEqual([200, 200]);
    await clock.advance(60_000);
    expect([await read(second.key), await read(third.key)]).toEqual([401, 200]);
  });

  test("names are unique among the keys in force", async () => {
    const { id } = await make();
    expect(await codeOf("POST", "/v1/keys", { name: "phone" })).toEqual([409, "conflict"]);
    const other = await make({ name: "other" });
    expect(await codeOf("PATCH", `/v1/keys/${other.id}`, { name: "phone" })).toEqual([
      409,
      "conflict",
    ]);
    await ask("DELETE", `/v1/keys/${id}`);
    await make();
  });

  test.each([
    [{ name: "" }],
    [{ name: "x", scopes: [] }],
    [{ name: "x", scopes: ["everything"] }],
    [{ name: "x", daily_credits: -1 }],
    [{ name: "x", dayly_credits: 5 }],
  ])("a wrong value is refused: %j", async (body) => {
    expect(await codeOf("POST", "/v1/keys", body)).toEqual([400, "invalid_request"]);
  });
});

describe("a key of the settings", () => {
  test("works as before, and is changed in the settings only", async () => {
    await make();
    expect((await ask("POST", "/v1/jobs", cat, configured)).statusCode).toBe(202);
    expect((await ask("GET", "/v1/credits", undefined, configured)).statusCode).toBe(200);
    const self = keySchema.parse((await ask("GET", "/v1/keys/self", undefined, configured)).json());
    expect(self).toMatchObject({ name: "team", source: "setting" });
    for (const [method, url] of [
      ["PATCH", `/v1/keys/${self.id}`],
      ["DELETE", `/v1/keys/${self.id}`],
      ["POST", `/v1/keys/${self.id}/rotate`],
    ] as const)
      expect(await codeOf(method, url, {})).toEqual([409, "conflict"]);
  });
});

describe("without a key in the settings", () => {
  beforeEach(async () => {
    await open.close();
    open = await buildFakeApp({}, { clock });
  });

  test("everybody may call until the first key is made, and nobody without one afterwards", async () => {
    const anonymous = () => open.app.inject("/v1/jobs");
    expect((await anonymous()).statusCode).toBe(200);
    const made = await open.app.inject({
      method: "POST",
      url: "/v1/keys",
      payload: { name: "first" },
    });
    const { id, key } = madeKeySchema.parse(made.json());
    expect((await anonymous()).statusCode).toBe(401);
    expect((await ask("GET", "/v1/jobs", undefined, key)).statusCode).toBe(200);
    await ask("DELETE", `/v1/keys/${id}`);
    expect((await anonymous()).statusCode).toBe(401);
    expect((await ask("GET", "/v1/jobs")).statusCode).toBe(200);
  });

  test("this machine's user reads what it may do", async () => {
    const self = await open.app.inject("/v1/keys/self");
    expect(keySchema.parse(self.json())).toMatchObject({ id: null, source: "local" });
  });
});

test("with pass-through no key is made", async () => {
  await open.close();
  open = await buildFakeApp({ JIMENG_PASSTHROUGH: "true" }, { clock });
  expect(await codeOf("POST", "/v1/keys", { name: "x" })).toEqual([409, "conflict"]);
});
