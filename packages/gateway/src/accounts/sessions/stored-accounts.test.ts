// Tests accounts that are stored while the gateway runs: whose they are, renewing, removing, and what other nodes see.

import { JimengError } from "@jimeng/sdk";
import type { Region } from "@jimeng/sdk";
import { afterEach, beforeEach, describe, expect, test } from "vitest";

import type { GatewayDatabase } from "../../database/database.ts";
import { makeTestDatabase } from "../../testing/database.ts";
import type { TestDatabase } from "../../testing/database.ts";
import { FakeAccountClient } from "../../testing/fake-account-client.ts";
import { FakeUpstream } from "../../testing/fake-upstream.ts";
import { silentLogger } from "../../testing/job-harness.ts";
import { ManualClock } from "../../testing/manual-clock.ts";
import type { ConnectableAccount } from "../account.ts";
import { createAccounts } from "../accounts.ts";
import { createStoredCredentials } from "./credentials.ts";
import { createStoredAccounts } from "./stored-accounts.ts";

const session = "fake-session-a-00000000000000000";
const renewed = "fake-session-b-00000000000000000";

let place: TestDatabase;
let database: GatewayDatabase;
let clock: ManualClock;
/** Users of the sites by `region session`. */
let users: Map<string, string>;
let connected: ConnectableAccount[];
let inFlight: Map<string, number>;
let away: JimengError | undefined;

beforeEach(async () => {
  place = await makeTestDatabase();
  database = await place.open();
  clock = new ManualClock();
  users = new Map([[`cn ${session}`, "user-1"]]);
  connected = [];
  inFlight = new Map();
  away = undefined;
});
afterEach(async () => {
  await database.close();
  await place.remove();
});

function connect(account: ConnectableAccount) {
  connected.push(account);
  const client = new FakeAccountClient();
  const user = users.get(`${account.region} ${account.session}`);
  const { region } = account;
  if (away !== undefined) client.failures.push(away);
  client.alive =
    user === undefined
      ? { alive: false, error: new JimengError("session_invalid", "dead") }
      : { alive: true, account: { userId: user, name: "me", avatarUrl: null, region } };
  return { upstream: new FakeUpstream(clock), client, allowLoopbackDownloads: false };
}

async function openNode(settings: { name?: string; session: string }[] = [], isShared = false) {
  const { dataDir } = place;
  // A secret of a file would be read in real time.
  const secretKey = "obviously-fake-secret-key";
  const common = { database, dataDir, secretKey, clock, logger: silentLogger, connect };
  const stored = createStoredCredentials(common);
  const accounts = await createAccounts({ ...common, sessions: settings, stored });
  const service = createStoredAccounts({
    registry: accounts,
    stored,
    connect,
    inFlight: () => Promise.resolve(inFlight),
    noteRenewed: (name) => accounts.noteSuccess(name),
    isShared,
    clock,
    logger: silentLogger,
  });
  await service.start();
  return { accounts, service };
}

describe("storing an account", () => {
  test("asks the site whose it is, keeps it encrypted, and knows it after a restart", async () => {
    const { service, accounts } = await openNode();
    const endsAt = 1_800_000_000_000;
    const made = await service.store({ session, name: "mine", check: true, endsAt });
    expect(made).toMatchObject({ isNew: true, account: { name: "mine", region: "cn" } });
    expect(accounts.list()).toMatchObject([{ name: "mine", adopted: false, stored: true }]);
    const row = await database.tables.selectFrom("accounts").selectAll().executeTakeFirstOrThrow();
    expect(JSON.stringify(row)).not.toContain(session);
    expect(row.user_id).toBe("user-1");
    const next = await openNode();
    expect(next.accounts.get("mine")).toMatchObject({ stored: true, sessionEndsAt: endsAt });
    expect(connected.at(-1)).toMatchObject({ session, region: "cn" });
  });

  test.each<Region>(["cn", "us", "sg"])("finds out that a session is of %s", async (region) => {
    users = new Map([[`${region} ${session}`, "user-1"]]);
    const { service } = await openNode();
    const { account } = await service.store({ session, check: true });
    expect(account.region).toBe(region);
    expect(account.name).toMatch(new RegExp(`^${region}-[0-9a-f]{6}$`));
  });

  test("asks the named region alone, and believes the owner who wants no check", async () => {
    users = new Map([[`us ${session}`, "user-1"]]);
    const { service } = await openNode();
    await expect(service.store({ session, region: "hk", check: true })).rejects.toMatchObject({
      code: "session_invalid",
      detail: { param: "session" },
    });
    expect(connected.map(({ region }) => region)).toEqual(["hk"]);
    const { account } = await service.store({ session: `jp-${session}`, check: false });
    expect(account.region).toBe("jp");
  });

  test("refuses a session that no site knows, and stores nothing", async () => {
    const { service, accounts } = await openNode();
    await expect(service.store({ session: renewed, check: true })).rejects.toMatchObject({
      code: "session_invalid",
      message: expect.stringContaining("None of the sites"),
    });
    expect(accounts.list()).toEqual([]);
    expect(connected).toHaveLength(5);
  });

  test("tells a site that does not answer from a dead session", async () => {
    away = new JimengError("connection_failed", "no way", {});
    const { service, accounts } = await openNode();
    await expect(service.store({ session, check: true })).rejects.toMatchObject({
      code: "connection_failed",
      detail: { fix: expect.stringContaining('"check": false') },
    });
    expect(accounts.list()).toEqual([]);
  });

  test("gives an account its own proxy, encrypted", async () => {
    const { service } = await openNode();
    const proxy = "http://user:secret-word@proxy.example:8080";
    await service.store({ session, check: true, proxy });
    expect(connected.every((each) => each.proxy === proxy)).toBe(true);
    const row = await database.tables.selectFrom("accounts").selectAll().executeTakeFirstOrThrow();
    expect(JSON.stringify(row)).not.toContain("secret-word");
  });
});

describe("renewing a session", () => {
  test("keeps the account of the same user, also without its name", async () => {
    users.set(`cn ${renewed}`, "user-1");
    const { service, accounts } = await openNode();
    const { account } = await service.store({ session, check: true });
    accounts.noteFailure(account.name, new JimengError("session_invalid", "dead"));
    const again = await service.store({ session: renewed, check: true });
    expect(again).toMatchObject({ isNew: false, account: { name: account.name } });
    expect(accounts.list()).toHaveLength(1);
    expect(accounts.health(account.name)).toEqual({ state: "ok" });
    expect(connected.at(-1)?.session).toBe(renewed);
  });

  test("is refused for another user of the site, and for an account of a setting", async () => {
    users.set(`cn ${renewed}`, "user-2");
    const { service, accounts } = await openNode([{ name: "set", session: "fake-session-c-000" }]);
    await service.store({ session, name: "mine", check: true });
    await expect(
      service.store({ session: renewed, name: "mine", check: true }),
    ).rejects.toMatchObject({ code: "conflict", detail: { param: "name" } });
    await expect(
      service.store({ session: renewed, name: "set", check: true }),
    ).rejects.toMatchObject({ code: "conflict" });
    expect(accounts.list().map(({ name }) => name)).toEqual(["set", "mine"]);
  });

  test("is refused for a session that has another name already", async () => {
    const { service } = await openNode();
    await service.store({ session, name: "mine", check: true });
    await expect(service.store({ session, name: "other", check: true })).rejects.toMatchObject({
      code: "conflict",
    });
    await expect(service.store({ session, check: true })).resolves.toMatchObject({ isNew: false });
  });
});

describe("removing an account", () => {
  test("removes its session, but not while paid generations need it", async () => {
    const { service, accounts } = await openNode();
    await service.store({ session, name: "mine", check: true });
    inFlight.set("mine", 2);
    await expect(service.remove("mine")).rejects.toMatchObject({ code: "conflict" });
    inFlight.clear();
    await service.remove("mine");
    expect(accounts.list()).toEqual([]);
    expect(await database.tables.selectFrom("accounts").selectAll().execute()).toEqual([]);
    await expect(service.remove("mine")).rejects.toMatchObject({ code: "not_found" });
  });

  test("says which setting names an account that was not stored", async () => {
    const { service } = await openNode([{ name: "set", session }]);
    await expect(service.remove("set")).rejects.toMatchObject({
      code: "conflict",
      detail: { fix: expect.stringContaining("JIMENG_SESSIONS") },
    });
  });
});

test("another node knows what was stored, renewed and removed within a second", async () => {
  users.set(`cn ${renewed}`, "user-1");
  const one = await openNode([], true);
  const other = await openNode([], true);
  await one.service.store({ session, name: "mine", check: true });
  await clock.advance(1000);
  expect(other.accounts.get("mine")).toMatchObject({ stored: true });
  await one.service.store({ session: renewed, name: "mine", check: true });
  await clock.advance(1000);
  expect(connected.at(-1)?.session).toBe(renewed);
  expect(other.accounts.get("mine")?.fingerprint).toBe(one.accounts.get("mine")?.fingerprint);
  await one.service.remove("mine");
  await clock.advance(1000);
  expect(other.accounts.get("mine")).toBeUndefined();
  one.service.close();
  other.service.close();
});
