// Tests when open event streams end, and how many a key may hold, on both databases.

import { EventEmitter } from "node:events";
import type { IncomingHttpHeaders } from "node:http";

import { afterEach, beforeEach, expect, test, vi } from "vitest";

import type { Authenticate } from "../auth.ts";
import { createKeyAuthenticator } from "../auth.ts";
import { loadConfig } from "../../config/config.ts";
import type { GatewayDatabase } from "../../database/database.ts";
import { createKeys } from "../../keys/keys.ts";
import type { Keys } from "../../keys/keys.ts";
import { createSignIns } from "../../keys/sign-ins.ts";
import type { SignIns } from "../../keys/sign-ins.ts";
import { hashSecret } from "../../keys/key.ts";
import { makeTestDatabase, testEngine } from "../../testing/database.ts";
import type { TestDatabase } from "../../testing/database.ts";
import { ManualClock } from "../../testing/manual-clock.ts";
import { OpenStreams } from "./open-streams.ts";

const host = "127.0.0.1:5100";
const settingKey = "obviously-fake-setting-key";
const nothingFor = new Promise<never>(() => undefined);

let place: TestDatabase;
let databases: GatewayDatabase[];
let clock: ManualClock;
/** The keys and sign-ins as another node changes them; there is only one node on SQLite. */
let elsewhere: { keys: Keys; signIns: SignIns };
let authenticate: Authenticate;

beforeEach(async () => {
  place = await makeTestDatabase();
  clock = new ManualClock();
  const here = await place.open();
  const there = testEngine() === "postgres" ? await place.open() : here;
  databases = [...new Set([here, there])];
  const keys = await createKeys({ database: here, clock });
  elsewhere = {
    keys: there === here ? keys : await createKeys({ database: there, clock }),
    signIns: createSignIns({ database: there, clock }),
  };
  const config = loadConfig({ JIMENG_API_KEYS: `home=${settingKey}` });
  const signIns = createSignIns({ database: here, clock });
  const now = () => clock.now();
  authenticate = createKeyAuthenticator(config, "obviously-fake-admin-key", { keys, signIns, now });
});
afterEach(async () => {
  vi.useRealTimers();
  for (const database of databases) await database.close();
  await place.remove();
});

/** Opens a stream with these headers; `close` is what happens when its answer has ended. */
async function open(
  streams: OpenStreams,
  headers: IncomingHttpHeaders,
): Promise<{ ended: AbortSignal; close(): void }> {
  const raw = new EventEmitter();
  const caller = await authenticate(headers);
  const ended = streams.enter({ headers, caller }, { raw });
  return { ended, close: () => void raw.emit("close") };
}

const bearer = (key: string): IncomingHttpHeaders => ({ authorization: `Bearer ${key}` });

async function signIn(text: string, keyId: string): Promise<IncomingHttpHeaders> {
  const expiresAt = clock.now() + 60_000;
  const token = await elsewhere.signIns.create({ keyId, secretHash: hashSecret(text), expiresAt });
  return { host, cookie: `theme=dark; jimeng_sign_in_5100=${token}` };
}

test("a stream ends with its sign-in and with its key, whichever node ended them; others go on", async () => {
  const streams = new OpenStreams({ authenticate, perKey: null });
  const ended: AbortSignal[] = [];
  const going: AbortSignal[] = [];
  const changes: [string, (id: string) => Promise<unknown>][] = [
    ["rotated", (id) => elsewhere.keys.rotate(id, 0)],
    ["disabled", (id) => elsewhere.keys.update(id, { disabled: true })],
    ["revoked", (id) => elsewhere.keys.revoke(id)],
    ["of other scopes", (id) => elsewhere.keys.update(id, { scopes: ["generate"] })],
    ["past its end", (id) => elsewhere.keys.update(id, { expiresAt: clock.now() + 1 })],
  ];
  const acts: (() => Promise<unknown>)[] = [];
  for (const [name, change] of changes) {
    const { key, text } = await elsewhere.keys.create({ name });
    clock.sleep(500);
    ended.push((await open(streams, bearer(text))).ended);
    ended.push((await open(streams, await signIn(text, key.id))).ended);
    acts.push(() => change(key.id));
  }
  const kept = await elsewhere.keys.create({ name: "kept" });
  clock.sleep(500);
  const cookie = await signIn(kept.text, kept.key.id);
  ended.push((await open(streams, cookie)).ended);
  const token = /[\w-]{43}$/.exec(cookie.cookie ?? "")?.[0] ?? "";
  acts.push(() => elsewhere.signIns.remove(token));
  for (const headers of [
    bearer(kept.text),
    bearer(settingKey),
    await signIn(kept.text, kept.key.id),
  ])
    going.push((await open(streams, headers)).ended);
  await streams.check();
  expect([...ended, ...going].filter((signal) => signal.aborted)).toEqual([]);
  for (const act of acts) await act();
  clock.sleep(500);
  await streams.check();
  expect(ended.map((signal) => signal.aborted)).toEqual(ended.map(() => true));
  expect(going.filter((signal) => signal.aborted)).toEqual([]);
});

test("a key that keeps its old text for a while keeps its streams, until that ends", async () => {
  const { key, text } = await elsewhere.keys.create({ name: "phone" });
  clock.sleep(500);
  const streams = new OpenStreams({ authenticate, perKey: null });
  const { ended } = await open(streams, bearer(text));
  await elsewhere.keys.rotate(key.id, 60_000);
  clock.sleep(500);
  await streams.check();
  expect(ended.aborted).toBe(false);
  clock.sleep(60_000);
  await streams.check();
  expect(ended.aborted).toBe(true);
});

test("streams are looked at more than once a second, one credential once, and none while none is open", async () => {
  vi.useFakeTimers({ toFake: ["setInterval", "clearInterval"] });
  let looks = 0;
  let answer: Promise<unknown> = Promise.resolve();
  const counted: Authenticate = async (headers) => {
    looks += 1;
    await answer;
    return await authenticate(headers);
  };
  const streams = new OpenStreams({ authenticate: counted, perKey: null });
  const [one, two] = [
    await open(streams, bearer(settingKey)),
    await open(streams, bearer(settingKey)),
  ];
  vi.advanceTimersByTime(400);
  expect(looks).toBe(1);
  await vi.waitFor(async () => {
    vi.advanceTimersByTime(400);
    expect(looks).toBe(2);
  });
  // A look-up that hangs (the database is away) is not begun again, and ends no stream.
  answer = nothingFor;
  await vi.waitFor(async () => {
    vi.advanceTimersByTime(400);
    expect(looks).toBe(3);
  });
  vi.advanceTimersByTime(60_000);
  expect(looks).toBe(3);
  expect([one.ended.aborted, two.ended.aborted]).toEqual([false, false]);
  one.close();
  two.close();
  expect(vi.getTimerCount()).toBe(0);
});

test("what cannot be looked up now ends no stream", async () => {
  const failing = new OpenStreams({
    authenticate: () => Promise.reject(new Error("the database is away")),
    perKey: null,
  });
  const { ended } = await open(failing, bearer(settingKey));
  await failing.check();
  expect(ended.aborted).toBe(false);
});

test("a key holds so many streams and no more, until one has ended; the owner here has no bound", async () => {
  const streams = new OpenStreams({ authenticate, perKey: 2 });
  const [first] = [
    await open(streams, bearer(settingKey)),
    await open(streams, bearer(settingKey)),
  ];
  await expect(open(streams, bearer(settingKey))).rejects.toMatchObject({
    code: "rate_limited",
    detail: { reason: "open_streams", retryAfterMs: 5000 },
  });
  for (let count = 0; count < 5; count += 1)
    await open(streams, bearer("obviously-fake-admin-key"));
  first.close();
  await open(streams, bearer(settingKey));
});
