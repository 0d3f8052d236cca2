// Tests the names, selection, health and encryption of accounts.

import { stat } from "node:fs/promises";
import { join } from "node:path";

import { JimengError } from "@jimeng/sdk";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";

import { createAccounts } from "./accounts.ts";
import type { NewEvent } from "../events/append.ts";
import type { AccountConfig, ConnectableAccount } from "./account.ts";
import type { GatewayDatabase } from "../database/database.ts";
import { FakeAccountClient } from "../testing/fake-account-client.ts";
import { FakeUpstream, imageRequest } from "../testing/fake-upstream.ts";
import { silentLogger } from "../testing/job-harness.ts";
import { ManualClock } from "../testing/manual-clock.ts";
import { makeTestDatabase } from "../testing/database.ts";
import type { TestDatabase } from "../testing/database.ts";

const session = "fake-session-a-00000000000000000";
const otherSession = "fake-session-b-00000000000000000";

let place: TestDatabase;
let dataDir: string;
let database: GatewayDatabase;
let clock: ManualClock;
let connected: ConnectableAccount[];
beforeEach(async () => {
  place = await makeTestDatabase();
  ({ dataDir } = place);
  database = await place.open();
  clock = new ManualClock();
  connected = [];
});
afterEach(async () => {
  await database.close();
  await place.remove();
});

const make = (sessions: AccountConfig[], secretKey?: string) =>
  createAccounts({
    sessions,
    connect: (account) => {
      connected.push(account);
      return {
        upstream: new FakeUpstream(clock),
        client: new FakeAccountClient(),
        allowLoopbackDownloads: false,
      };
    },
    database,
    dataDir,
    secretKey,
    clock,
    logger: silentLogger,
  });

async function putRow(account: string) {
  await database.tables
    .insertInto("jobs")
    .values({
      id: `job_${Math.random()}`,
      kind: "image",
      status: "in_progress",
      request: "{}",
      warnings: "[]",
      account_id: account,
      progress: 0,
      attempts: 0,
      uncertain_starts: 0,
      priority: 0,
      deadline_at: 0,
      cancel_requested: 0,
      cost: "{}",
      version: 1,
      created_at: 0,
      updated_at: 0,
    } as never)
    .execute();
}

describe("configured accounts", () => {
  test("are named by region and fingerprint, so that their order says nothing", async () => {
    const one = (await make([{ session }, { session: `us-${otherSession}` }])).list();
    const other = (await make([{ session: `us-${otherSession}` }, { session }])).list();
    expect(one.map((account) => account.name)).toEqual(
      other.map((account) => account.name).toReversed(),
    );
    expect(one[0]!.name).toMatch(/^cn-[0-9a-f]{6}$/);
    expect(one[1]!).toMatchObject({ region: "us", adopted: false });
    expect(one[1]!.name).toMatch(/^us-[0-9a-f]{6}$/);
  });

  test("never contain the session, and are not stored", async () => {
    const accounts = await make([{ name: "main", session }]);
    expect(JSON.stringify(accounts.list())).not.toContain(session);
    expect(connected).toMatchObject([{ name: "main", session, region: "cn" }]);
    expect(await database.tables.selectFrom("accounts").selectAll().execute()).toEqual([]);
  });

  test("given twice stop the start with one line", async () => {
    await expect(make([{ session }, { session }])).rejects.toMatchObject({
      code: "invalid_request",
    });
    await expect(
      make([
        { name: "a", session },
        { name: "a", session: otherSession },
      ]),
    ).rejects.toThrow(/^[^\n]+$/);
  });
});

describe("the selection", () => {
  test("prefers the account with the fewest generations in flight, counting starts of this moment", async () => {
    const accounts = await make([
      { name: "one", session },
      { name: "two", session: otherSession },
    ]);
    await putRow("one");
    expect(await accounts.candidates(imageRequest())).toEqual(["two", "one"]);
    accounts.noteStart("two");
    accounts.noteStart("two");
    expect(await accounts.candidates(imageRequest())).toEqual(["one", "two"]);
    await clock.advance(1000);
    expect(await accounts.candidates(imageRequest())).toEqual(["two", "one"]);
  });

  test("leaves out accounts whose region lacks the model, adopted ones, and blocked ones", async () => {
    const accounts = await make([
      { name: "us", session: `us-${session}` },
      { name: "cn", session: otherSession },
    ]);
    await accounts.adopt("fake-session-c-00000000000000000");
    expect(await accounts.candidates(imageRequest({ model: "jimeng-4.0" }))).toContain("cn");
    accounts.noteFailure(
      "cn",
      new JimengError("session_invalid", "login error", { upstream: { ret: "1015" } }),
    );
    expect(await accounts.candidates(imageRequest())).not.toContain("cn");
  });

  test("without any account says how to configure one", async () => {
    const accounts = await make([]);
    expect(() => accounts.assertUsable(imageRequest())).toThrow(/No account/);
  });

  test("a model that no account's region offers is model_unavailable", async () => {
    const accounts = await make([{ name: "us", session: `us-${session}` }]);
    const missing = imageRequest({ model: "jimeng-video-3.0-pro" });
    const probe = () => accounts.assertUsable(missing);
    const { findModel } = await import("@jimeng/sdk");
    if (findModel("jimeng-video-3.0-pro")?.modelKeys.us === undefined) {
      expect(probe).toThrow(expect.objectContaining({ code: "model_unavailable" }));
    } else {
      expect(probe).not.toThrow();
    }
  });

  test("a raw model key is left to the upstream to judge", async () => {
    const accounts = await make([{ name: "main", session }]);
    expect(() =>
      accounts.assertUsable(imageRequest({ model: "jimeng:key/new" }), "main"),
    ).not.toThrow();
  });
});

describe("an account's health", () => {
  const risk = (ret: string) =>
    new JimengError("risk_controlled", "no", { upstream: { ret }, acceptance: "refused" });

  test("a dead session blocks new jobs until the upstream accepts it again", async () => {
    const accounts = await make([{ name: "main", session }]);
    accounts.noteFailure(
      "main",
      new JimengError("session_invalid", "login error", { fix: "sign in again" }),
    );
    expect(() => accounts.assertUsable(imageRequest())).toThrow(
      expect.objectContaining({
        code: "session_invalid",
        detail: expect.objectContaining({ fix: "sign in again", charged: "no" }),
      }),
    );
    accounts.noteSuccess("main");
    expect(() => accounts.assertUsable(imageRequest())).not.toThrow();
  });

  test("risk control cools the account down for ten minutes, and says how long", async () => {
    const accounts = await make([{ name: "main", session }]);
    accounts.noteFailure("main", risk("1019"));
    await clock.advance(60_000);
    expect(() => accounts.assertUsable(imageRequest(), "main")).toThrow(
      expect.objectContaining({
        code: "risk_controlled",
        detail: expect.objectContaining({ retryAfterMs: 540_000 }),
      }),
    );
    accounts.noteSuccess("main");
    expect(() => accounts.assertUsable(imageRequest(), "main")).toThrow();
    await clock.advance(540_000);
    expect(() => accounts.assertUsable(imageRequest(), "main")).not.toThrow();
  });

  test("-6 of a read or a claim says nothing about the account", async () => {
    const accounts = await make([{ name: "main", session }]);
    accounts.noteFailure("main", risk("-6"));
    expect(accounts.health("main")).toEqual({ state: "ok" });
    expect(accounts.blockedBy("main")).toBeUndefined();
    expect(() => accounts.assertUsable(imageRequest(), "main")).not.toThrow();
  });

  test("-6 of a start stops starts, not reads, until the pause is over or its owner has checked", async () => {
    const accounts = await make([{ name: "main", session }]);
    accounts.noteStartFailure("main", risk("-6"), "jimeng-4.0");
    expect(accounts.health("main")).toMatchObject({ state: "cooling_down" });
    expect(accounts.blockedBy("main", { purpose: "other" })).toBeUndefined();
    expect(() => accounts.assertUsable(imageRequest(), "main")).toThrow(/cannot be used/);
    expect(accounts.healthFacts("main").stop?.fix).toContain("own page");
    accounts.noteChecked("main");
    expect(() => accounts.assertUsable(imageRequest(), "main")).not.toThrow();
  });

  test("each cool-down is longer than the one before, until a start is accepted", async () => {
    const accounts = await make([{ name: "main", session }]);
    const minutes: number[] = [];
    const refuse = async (ret: string) => {
      accounts.noteStartFailure("main", risk(ret), "jimeng-4.0");
      // Sent at the same time, and refused a little later.
      accounts.noteStartFailure("main", risk(ret), "jimeng-4.0");
      const health = accounts.health("main");
      const until = health.state === "cooling_down" ? health.until : 0;
      minutes.push((until - clock.now()) / 60_000);
      await clock.advance(until - clock.now());
    };
    for (const ret of ["1019", "1021", "-4", "4013", "1019", "1019"]) await refuse(ret);
    accounts.noteAccepted("main");
    await refuse("1019");
    expect(minutes).toEqual([10, 30, 120, 360, 1440, 1440, 10]);
  });

  test("what stopped an account outlives a restart, and counts on every node", async () => {
    const one = await make([{ name: "main", session }]);
    const other = await make([{ name: "main", session }]);
    other.watchHealth();
    one.noteStartFailure("main", risk("1018"), "jimeng-4.0");
    await one.closeHealth();
    if (database.postgres !== null) {
      await clock.advance(600);
      await vi.waitFor(() => expect(other.health("main")).toEqual({ state: "blocked" }));
    }
    await other.closeHealth();
    const restarted = await make([{ name: "main", session }]);
    expect(restarted.health("main")).toEqual({ state: "blocked" });
    expect(restarted.healthFacts("main").stop).toMatchObject({
      upstream: { ret: "1018" },
      fix: expect.stringContaining("jimeng account check main"),
    });
    restarted.noteChecked("main", { credits: 60, membership: "standard" });
    await restarted.closeHealth();
    const again = await make([{ name: "main", session }]);
    expect(again.health("main")).toEqual({ state: "ok" });
    const checked = { at: clock.now(), credits: 60, membership: "standard" };
    expect(again.healthFacts("main").checked).toEqual(checked);
  });

  test("4013 for want of a membership stops this model on this account, and nothing else", async () => {
    const accounts = await make([
      { name: "main", session },
      { name: "member", session: otherSession },
    ]);
    const lacks = new JimengError("permission_denied", "for members", {
      upstream: { ret: "4013" },
      fix: "Become a member.",
    });
    const { model } = imageRequest();
    accounts.noteStartFailure("main", lacks, model);
    expect(accounts.health("main")).toEqual({ state: "ok" });
    expect(accounts.healthFacts("main").refusedModels).toEqual([model]);
    expect(() => accounts.assertUsable(imageRequest(), "main")).toThrow(
      expect.objectContaining({ code: "permission_denied" }),
    );
    expect(() => accounts.assertUsable({ model: "jimeng-3.1" }, "main")).not.toThrow();
    expect(await accounts.candidates(imageRequest())).toEqual(["member"]);
    accounts.noteChecked("main");
    expect(() => accounts.assertUsable(imageRequest(), "main")).not.toThrow();
  });

  test("its owner is told in the log and by an event, once, with what to do", async () => {
    const events: NewEvent[] = [];
    const warnings: unknown[] = [];
    const accounts = await createAccounts({
      sessions: [{ name: "main", session }],
      connect: () => ({
        upstream: new FakeUpstream(clock),
        client: new FakeAccountClient(),
        allowLoopbackDownloads: false,
      }),
      database,
      dataDir,
      clock,
      logger: { ...silentLogger, warn: (detail) => void warnings.push(detail) },
      note: (event) => void events.push(event),
    });
    accounts.noteStartFailure("main", risk("1019"), "jimeng-4.0");
    accounts.noteStartFailure("main", risk("1019"), "jimeng-4.0");
    const fix = expect.stringContaining("do not repeat");
    expect(events).toMatchObject([
      { type: "account.health", data: { state: "cooling_down", ret: "1019", fix } },
    ]);
    expect(warnings).toMatchObject([{ event: "account.health", state: "cooling_down", fix }]);
    await clock.advance(600_000);
    expect(accounts.health("main")).toEqual({ state: "ok" });
    expect(events.at(-1)).toMatchObject({ data: { state: "ok", fix: null } });
  });

  test("is expiring two weeks before its session ends, as far as its cookie told", async () => {
    const endsAt = clock.now() + 15 * 86_400_000;
    const accounts = await make([{ name: "main", session, endsAt }]);
    expect(accounts.health("main")).toEqual({ state: "ok" });
    await clock.advance(86_400_000);
    expect(accounts.health("main")).toEqual({ state: "expiring" });
    expect(() => accounts.assertUsable(imageRequest(), "main")).not.toThrow();
  });

  test("1018 blocks the account for as long as its owner has not checked it", async () => {
    const accounts = await make([{ name: "main", session }]);
    accounts.noteFailure("main", risk("1018"));
    await clock.advance(24 * 3_600_000);
    expect(() => accounts.assertUsable(imageRequest())).toThrow(
      expect.objectContaining({ code: "risk_controlled" }),
    );
  });

  test("is one word, and its owner's check lifts a block but no cool-down", async () => {
    const accounts = await make([
      { name: "one", session },
      { name: "two", session: otherSession },
    ]);
    expect(accounts.health("one")).toEqual({ state: "ok" });
    accounts.noteFailure("one", risk("1018"));
    accounts.noteFailure("two", risk("1019"));
    const until = clock.now() + 600_000;
    expect(accounts.health("one")).toEqual({ state: "blocked" });
    expect(accounts.health("two")).toEqual({ state: "cooling_down", until });
    accounts.noteChecked("one");
    accounts.noteChecked("two");
    expect(accounts.health("one")).toEqual({ state: "ok" });
    expect(accounts.health("two")).toEqual({ state: "cooling_down", until });
    accounts.noteFailure("one", new JimengError("session_invalid", "login error"));
    expect(accounts.health("one")).toEqual({ state: "expired" });
  });

  test("other failures do not change it", async () => {
    const accounts = await make([{ name: "main", session }]);
    accounts.noteFailure("main", new JimengError("insufficient_credits", "1006"));
    accounts.noteFailure("main", new JimengError("content_rejected", "2038"));
    expect(() => accounts.assertUsable(imageRequest())).not.toThrow();
  });
});

describe("the account of a session", () => {
  test("stores nothing, and uses the same client the next time", async () => {
    const accounts = await make([]);
    const first = accounts.forSession(`us-${session}`);
    expect(first.account).toMatchObject({ region: "us", adopted: true });
    expect(accounts.forSession(`us-${session}`).client).toBe(first.client);
    expect(accounts.list()).toEqual([]);
    expect(await database.tables.selectFrom("accounts").selectAll().execute()).toEqual([]);
    accounts.noteFailure(first.account.name, new JimengError("session_invalid", "login error"));
    expect(accounts.health(first.account.name)).toEqual({ state: "ok" });
    expect((await accounts.adopt(`us-${session}`)).name).toBe(first.account.name);
  });

  test("is the configured account when the session is configured", async () => {
    const accounts = await make([{ name: "main", session }]);
    expect(accounts.forSession(session).account).toMatchObject({ name: "main", adopted: false });
    expect(connected).toHaveLength(1);
  });

  test("is forgotten after a hundred others", async () => {
    const accounts = await make([]);
    const first = accounts.forSession("fake-stranger-first-000000000000");
    for (let index = 0; index < 100; index++)
      accounts.forSession(`fake-stranger-${index}-0000000000`);
    expect(accounts.forSession("fake-stranger-first-000000000000").client).not.toBe(first.client);
  });
});

describe("adopted accounts", () => {
  test("of two nodes are told apart where their short names are the same", async () => {
    // Found by trying: both are called cn-8df850. Whoever knows a stranger's name can try likewise.
    const [one, other] = ["obviously-fake-session-1504", "obviously-fake-session-4710"] as const;
    const first = await make([], "obviously-fake-secret");
    const second = await make([], "obviously-fake-secret");
    const adopted = await first.adopt(one);
    const stranger = await second.adopt(other);
    expect(stranger.name).not.toBe(adopted.name);
    await second.load(adopted.name);
    expect(second.get(adopted.name)).toEqual(adopted);
    const third = await make([], "obviously-fake-secret");
    expect(third.list()).toEqual(expect.arrayContaining([adopted, stranger]));
  });

  test("survive a restart, encrypted, and are the same for the same session", async () => {
    const first = await make([]);
    const adopted = await first.adopt(`us-${session}`);
    expect(adopted).toMatchObject({ region: "us", adopted: true });
    expect(await first.adopt(`US-${session}`)).toEqual(adopted);
    const [row] = await database.tables.selectFrom("accounts").selectAll().execute();
    expect(JSON.stringify(row)).not.toContain(session);
    connected = [];
    const second = await make([]);
    expect(second.get(adopted.name)).toEqual(adopted);
    expect(connected).toMatchObject([{ name: adopted.name, session }]);
    expect((await stat(join(dataDir, "secret.key"))).mode & 0o777).toBe(0o600);
  });

  test("that are configured too are the configured ones", async () => {
    const accounts = await make([{ name: "main", session }]);
    expect(await accounts.adopt(session)).toMatchObject({ name: "main", adopted: false });
  });

  test("that cannot be decrypted do not stop the gateway from starting", async () => {
    const { name } = await (await make([], "one secret")).adopt(session);
    const accounts = await make([{ name: "main", session: otherSession }], "another secret");
    expect(accounts.get(name)).toBeUndefined();
    expect(accounts.list()).toHaveLength(1);
  });

  test("adopted twice at one moment are stored once", async () => {
    const accounts = await make([]);
    const [one, other] = await Promise.all([accounts.adopt(session), accounts.adopt(session)]);
    expect(one).toEqual(other);
    expect(accounts.list()).toHaveLength(1);
  });
});
