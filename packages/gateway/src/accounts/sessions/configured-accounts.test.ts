// Tests what a running gateway takes over when the settings of its accounts are read again.

import { afterEach, beforeEach, expect, test } from "vitest";

import type { SessionSetting } from "../../config/credentials.ts";
import { parseSessions } from "../../config/credentials.ts";
import type { GatewayDatabase } from "../../database/database.ts";
import { makeTestDatabase } from "../../testing/database.ts";
import type { TestDatabase } from "../../testing/database.ts";
import { FakeAccountClient } from "../../testing/fake-account-client.ts";
import { FakeUpstream } from "../../testing/fake-upstream.ts";
import { silentLogger } from "../../testing/job-harness.ts";
import { ManualClock } from "../../testing/manual-clock.ts";
import { createAccounts } from "../accounts.ts";
import type { Accounts } from "../accounts.ts";
import { createConfiguredAccounts } from "./configured-accounts.ts";
import type { ConfiguredAccounts } from "./configured-accounts.ts";

const settings = (text: string): SessionSetting[] => parseSessions("JIMENG_SESSIONS_FILE", text);
const before = "one=fake-one, two=fake-two, three=us-fake-three";

let place: TestDatabase;
let database: GatewayDatabase;
let accounts: Accounts;
let configured: ConfiguredAccounts;
/** The sessions of the connections that were made, in order. */
let connected: string[];
let unfinished: Map<string, number>;
let renewed: string[];
let read: () => SessionSetting[];
beforeEach(async () => {
  place = await makeTestDatabase();
  database = await place.open();
  const clock = new ManualClock();
  connected = [];
  unfinished = new Map();
  renewed = [];
  read = () => settings(before);
  const sessions = settings(before);
  accounts = await createAccounts({
    sessions: sessions.map((each) => ({ ...each, name: each.name ?? undefined })),
    connect({ session }) {
      connected.push(session);
      const upstream = new FakeUpstream(clock);
      return { upstream, client: new FakeAccountClient(), allowLoopbackDownloads: false };
    },
    database,
    dataDir: place.dataDir,
    clock,
    logger: silentLogger,
  });
  configured = createConfiguredAccounts({
    sessions,
    readSessions: () => read(),
    accounts: {
      ...accounts,
      inFlight: () => Promise.resolve(unfinished),
      noteSuccess: (name) => void renewed.push(name),
    },
    logger: silentLogger,
  });
});
afterEach(async () => {
  await database.close();
  await place.remove();
});

const namesOf = () => accounts.list().map(({ name }) => name);

test("a renewed session, a new account and one that is gone count at once; the others stay as they are", async () => {
  read = () => settings("one=fake-one, two=fake-two-renewed, four=fake-four");
  expect(await configured.reload()).toEqual({
    added: ["four"],
    renewed: ["two"],
    removed: ["three"],
    kept: [],
  });
  expect(namesOf().toSorted()).toEqual(["four", "one", "two"]);
  expect(connected).toEqual([
    ...["fake-one", "fake-two", "fake-three"],
    ...["fake-two-renewed", "fake-four"],
  ]);
  expect(renewed).toEqual(["two"]);
  expect(configured.sessions().map(({ session }) => session)).toContain("fake-four");
  expect(await configured.reload()).toEqual({ added: [], renewed: [], removed: [], kept: [] });
});

test("an account whose generations are unfinished stays until they have ended", async () => {
  unfinished.set("two", 1);
  read = () => settings("one=fake-one");
  expect(await configured.reload()).toMatchObject({ removed: ["three"], kept: ["two"] });
  unfinished.clear();
  expect(await configured.reload()).toMatchObject({ removed: ["two"], kept: [] });
});

test.each([
  ["that cannot be read", "two=not a session", "invalid_request"],
  ["that give one session twice", "one=fake-one, other=fake-one", "invalid_request"],
  ["that move an account to another region", "one=fake-one, two=us-fake-two", "conflict"],
])("settings %s change nothing", async (_name, text, code) => {
  read = () => settings(text);
  await expect(configured.reload()).rejects.toMatchObject({ code });
  expect(namesOf()).toEqual(["one", "two", "three"]);
  expect(connected.length).toBe(3);
  expect(configured.sessions().length).toBe(3);
});
