// Tests what requests are expected to cost, and which of them a ceiling refuses.

import { prepareRequest } from "@jimeng/sdk";
import type { PreparedRequest } from "@jimeng/sdk";
import { beforeEach, describe, expect, test } from "vitest";

import type { Account } from "../../accounts/account.ts";
import { Caller, callerScopes } from "../../keys/caller.ts";
import { FakeAccountClient, creditsOf } from "../../testing/fake-account-client.ts";
import { FakeJobs } from "../../testing/fake-jobs.ts";
import { FakeUpstream } from "../../testing/fake-upstream.ts";
import { ManualClock } from "../../testing/manual-clock.ts";
import { refusalOf } from "./ceiling.ts";
import { payingAccounts, quoteAll, totalOf, warnAboutBalances } from "./quote.ts";
import type { Quote, QuoteServices } from "./quote.ts";

const caller = new Caller(callerScopes, "key_1");
const guest = new Caller(callerScopes, "session_1", { region: "cn", text: "obviously-fake" });

const accountOf = (name: string, facts: Partial<Account> = {}): Account => ({
  name,
  region: "cn",
  fingerprint: "0".repeat(16),
  adopted: false,
  ...facts,
});

function image(model: string, facts: object = {}): PreparedRequest {
  return prepareRequest({ kind: "image", model, prompt: "a cat", count: 1, ...facts }).request;
}

function video(model: string, facts: object = {}): PreparedRequest {
  return prepareRequest({ kind: "video", model, prompt: "waves", ...facts }).request;
}

const upstream = new FakeUpstream(new ManualClock());
let jobs: FakeJobs;
let clients: Map<string, FakeAccountClient>;
let list: Account[];
let services: QuoteServices;
beforeEach(() => {
  jobs = new FakeJobs();
  list = [accountOf("main"), accountOf("visitor", { adopted: true })];
  clients = new Map(list.map(({ name }) => [name, new FakeAccountClient()]));
  services = {
    config: { mode: "accounts" },
    jobs,
    accounts: {
      list: () => list,
      get: (name) => list.find((account) => account.name === name),
      connection: (name) => {
        const client = clients.get(name);
        return client && { client, upstream, allowLoopbackDownloads: false };
      },
      forSession: () => ({ account: accountOf("guest"), client: new FakeAccountClient() }),
    },
  };
});

async function quoteOf(request: PreparedRequest): Promise<Quote | undefined> {
  const [quote] = await quoteAll(services, payingAccounts(services, caller, null), [request]);
  return quote;
}

describe("the accounts that may pay", () => {
  test("are the caller's own, the named one, or all that are configured", () => {
    const names = (by: Caller, named: string | null) =>
      payingAccounts(services, by, named).map(({ account }) => account.name);
    expect(names(caller, null)).toEqual(["main"]);
    expect(names(caller, "visitor")).toEqual(["visitor"]);
    expect(names(caller, "nobody")).toEqual([]);
    expect(names(guest, null)).toEqual(["guest"]);
  });
});

describe("a quote", () => {
  test("is the median of what own jobs of the same kind were charged", async () => {
    const request = image("jimeng-4.0", { resolution: "2k" });
    const charges = [8, 2, 4].map((credits) => ({ request, credits }));
    jobs.charged = [
      ...charges,
      { request: image("jimeng-4.0", { resolution: "4k" }), credits: 100 },
      { request: image("jimeng-4.0", { resolution: "2k", count: 2 }), credits: 100 },
    ];
    expect(await quoteOf(request)).toEqual({ credits: 4, basis: "own_charges", observations: 3 });
    jobs.charged = [...charges, { request, credits: 6 }];
    expect(await quoteOf(request)).toMatchObject({ credits: 6, observations: 4 });
  });

  test("tells videos apart by duration and by what they work from", async () => {
    const model = "jimeng-video-3.0";
    const firstFrame = { imageUri: "uri", width: 640, height: 480, format: "png" };
    jobs.charged = [{ request: video(model, { firstFrame }), credits: 20 }];
    expect(await quoteOf(video(model, { firstFrame }))).toMatchObject({ credits: 20 });
    expect(await quoteOf(video(model))).toMatchObject({ credits: null });
    expect(await quoteOf(video(model, { firstFrame, durationSeconds: 10 }))).toMatchObject({
      credits: null,
    });
  });

  test("is else what others were charged on the Chinese site, and says so", async () => {
    const pro = image("jimeng-5.0-pro", { count: 2, resolution: "2k" });
    expect(await quoteOf(pro)).toEqual({
      credits: 16,
      basis: "charges_of_others",
      observations: 0,
    });
    const free = image("jimeng-5.0", { resolution: "2k" });
    expect(await quoteOf(free)).toMatchObject({ credits: 0, basis: "charges_of_others" });
    list = [accountOf("main", { region: "us" })];
    expect(await quoteOf(pro)).toMatchObject({ credits: null, basis: null });
  });

  test("never takes the real site's charges for the simulator's", async () => {
    services.config.mode = "simulator";
    expect(await quoteOf(image("jimeng-5.0-pro", { resolution: "2k" }))).toEqual({
      credits: null,
      basis: null,
      observations: 0,
    });
  });
});

const own = (credits: number | null): Quote => ({ credits, basis: null, observations: 0 });

describe("a ceiling", () => {
  const unlimited = { maxCreditsPerJob: null };

  test("lets what costs as much or less pass", () => {
    expect(refusalOf([own(4), own(4)], { maxCredits: 8, maxCreditsPerJob: 4 })).toBeUndefined();
    expect(refusalOf([own(null)], unlimited)).toBeUndefined();
  });

  test("of a request counts all its jobs together", () => {
    expect(refusalOf([own(4), own(5)], { maxCredits: 8, maxCreditsPerJob: null })).toMatchObject({
      code: "budget_exceeded",
      detail: { param: "max_credits", reason: "above_ceiling", charged: "no" },
    });
  });

  test("of the owner counts each job, whatever the request allows", () => {
    expect(refusalOf([own(4), own(5)], { maxCredits: 100, maxCreditsPerJob: 4 })).toMatchObject({
      detail: { param: "JIMENG_MAX_CREDITS_PER_JOB", reason: "above_ceiling" },
    });
  });

  test("refuses a price that nobody knows", () => {
    expect(refusalOf([own(null)], { maxCredits: 100, maxCreditsPerJob: null })).toMatchObject({
      detail: { param: "max_credits", reason: "price_unknown" },
    });
    expect(refusalOf([own(null)], { maxCreditsPerJob: 100 })).toMatchObject({
      detail: { param: "JIMENG_MAX_CREDITS_PER_JOB", reason: "price_unknown" },
    });
  });
});

describe("a low balance", () => {
  test("is told where it is known, and never read for it", () => {
    const accounts = payingAccounts(services, caller, null);
    const client = clients.get("main")!;
    expect(warnAboutBalances(accounts, 8)).toEqual([]);
    client.peeked = creditsOf(0, 0, 5);
    expect(warnAboutBalances(accounts, 8)).toMatchObject([{ code: "balance_low" }]);
    expect(warnAboutBalances(accounts, 5)).toEqual([]);
    expect(warnAboutBalances(accounts, null)).toEqual([]);
    expect(client.asked).toEqual([]);
  });

  test("is not told while another account may have enough", () => {
    list = [accountOf("main"), accountOf("second")];
    clients.set("second", new FakeAccountClient());
    clients.get("main")!.peeked = creditsOf(0, 0, 5);
    const accounts = payingAccounts(services, caller, null);
    expect(warnAboutBalances(accounts, 8)).toEqual([]);
    clients.get("second")!.peeked = creditsOf(0, 0, 20);
    expect(warnAboutBalances(accounts, 8)).toEqual([]);
    expect(warnAboutBalances(accounts, 30)).toMatchObject([{ message: /20 credits/ }]);
  });
});

test("a total is known only where every price is", () => {
  expect(totalOf([own(4), own(5)])).toBe(9);
  expect(totalOf([own(4), own(null)])).toBeNull();
});
