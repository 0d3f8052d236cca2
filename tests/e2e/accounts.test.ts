// The promise about accounts over real HTTP: credits, the daily claim, checks, the import of what was made elsewhere,
// and that none of it shows a session.
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import {
  fakeSession,
  getJson,
  type Process,
  postJson,
  scratchFolder,
  startGateway,
  startSimulator,
  until,
} from "./processes.ts";

const otherSession = "other0fake0session0other0fake000";
const callerSession = "caller0fake0session0caller0fake0";
const folders = [scratchFolder(), scratchFolder(), scratchFolder(), scratchFolder()];
const [upstreamData, firstData, secondData, callerData] = folders.map(({ path }) => path) as [
  string,
  string,
  string,
  string,
];
const sessions = `mine=${fakeSession},other=${otherSession}`;
let simulator: Process;
let gateway: Process;
const running: Process[] = [];
const said: string[] = [];

const environment = (): Record<string, string> => ({
  JIMENG_SESSIONS: sessions,
  JIMENG_BASE_URL: simulator.url,
  LOG_LEVEL: "trace",
});

async function open(folder: string, settings: Record<string, string>): Promise<Process> {
  const process = await startGateway(folder, settings, { simulated: false });
  running.push(process);
  return process;
}

async function control(path: string, body: unknown): Promise<void> {
  const answer = await postJson(`${simulator.url}/_simulator/${path}`, body);
  expect(answer.status, JSON.stringify(answer.body)).toBe(200);
}

async function get(path: string): Promise<any> {
  const body = await getJson(`${gateway.url}${path}`);
  said.push(JSON.stringify(body));
  return body;
}

async function post(path: string, body: unknown, headers = {}, url = gateway.url): Promise<any> {
  const answer = await postJson(`${url}${path}`, body, headers);
  said.push(JSON.stringify([...answer.headers]), JSON.stringify(answer.body));
  return { status: answer.status, ...answer.body, body: answer.body };
}

/** Counts the paid posts that ever reached the upstream. */
async function starts(): Promise<number> {
  const { requests } = await getJson(`${simulator.url}/_simulator/requests?endpoint=generate`);
  return requests.length;
}

beforeAll(async () => {
  simulator = await startSimulator(upstreamData, ["--media", "blank"]);
  gateway = await open(firstData, environment());
}, 60_000);

afterAll(async () => {
  for (const process of running) await process.stop();
  await simulator?.stop();
  for (const folder of folders) folder.remove();
});

describe("credits", () => {
  test("are told by type, claimed once a day, and the movements name the job they paid for", async () => {
    const before = (await get("/v1/credits?account=mine")).data[0];
    expect(before).toMatchObject({ region: "cn", spending_order: ["vip", "purchased", "gift"] });
    const { vip, purchased, gift } = before.by_type;
    expect(before.total).toBe(vip + purchased + gift);
    const claim = await post("/v1/credits/claim", { account: "mine" });
    expect(claim).toMatchObject({ status: 200, already_received: false, consecutive_days: 1 });
    expect(claim.total).toBe(before.total + claim.received);
    expect(await post("/v1/credits/claim", { account: "mine" })).toMatchObject({
      status: 200,
      received: 0,
      already_received: true,
    });
    const made = await post("/v1/images/generations", { prompt: "a cat", account: "mine" });
    expect(made.status).toBe(200);
    const job = await get(`/v1/jobs/${made.job_id}`);
    const [newest] = (await get("/v1/credits/history?account=mine&limit=1")).data;
    expect(newest.submit_id).toBe(job.upstream.submit_id);
    expect(newest.amount).toBeLessThan(0);
    // The cached balance died with the payment.
    const after = (await get("/v1/credits?account=mine")).data[0];
    expect(after.total).toBe(claim.total + newest.amount);
  });

  test("of all accounts are shown although one session is dead, which then takes no job", async () => {
    await control("accounts", { session: otherSession, expired: true });
    const { data } = await get("/v1/credits?fresh=true");
    expect(data).toMatchObject([
      { account: "mine", error: null },
      { account: "other", total: null, error: { code: "session_invalid" } },
    ]);
    const refused = await post("/v1/images/generations", { prompt: "a cat", account: "other" });
    expect([refused.status, refused.error.code]).toEqual([502, "session_invalid"]);
  });
});

describe("a check", () => {
  test("tells the dead from the living, and lifts the mark of one that lives again", async () => {
    const checked = await post("/v1/accounts/check", {});
    expect(checked.data).toMatchObject([
      { account: "mine", valid: true, user: { id: expect.any(String) } },
      { account: "other", valid: false, error: { code: "session_invalid" } },
    ]);
    expect((await get("/v1/accounts")).data[1]).toMatchObject({ health: "expired" });
    await control("accounts", { session: otherSession, expired: false });
    expect(await post("/v1/accounts/other/check", {})).toMatchObject({ status: 200, valid: true });
    expect((await get("/v1/accounts")).data[1]).toMatchObject({ health: "ok" });
  });
});

describe("an import", () => {
  test("makes jobs of finished and running records once, saves their files, and pays nothing", async () => {
    const elsewhere = await open(secondData, environment());
    const started = await post("/v1/videos", { prompt: "waves", account: "mine" });
    await until("the video's start", async () => {
      const job = await get(`/v1/jobs/${started.id}`);
      return job.phase === "generating" ? job : undefined;
    });
    const before = await starts();
    expect(before).toBeGreaterThan(0);
    const imported = new Set<string>();
    // The site shows a new record after a moment only, so the picture may come with an earlier call.
    await until("both records in the history", async () => {
      const report = await post("/v1/history/import", { account: "mine" }, {}, elsewhere.url);
      expect(report).toMatchObject({ status: 200, account: "mine" });
      expect(report.skipped.known).toBe(imported.size);
      for (const id of report.imported) imported.add(id);
      return imported.size === 2 ? report : undefined;
    });
    const again = await post("/v1/history/import", { account: "mine" }, {}, elsewhere.url);
    expect(again).toMatchObject({ imported: [], skipped: { known: 2, failed: 0 } });
    // Dies with the rows written and the files not all there; the next start goes on.
    await elsewhere.kill();
    const revived = await open(secondData, environment());
    const jobs = await until("every imported job", async () => {
      const { data } = await getJson(`${revived.url}/v1/jobs`);
      const done = data.filter((job: { status: string }) => job.status === "completed");
      return done.length === imported.size ? done : undefined;
    });
    for (const job of jobs) {
      expect(job.warnings).toMatchObject([{ code: "imported" }]);
      expect(job.upstream.submit_id).toEqual(expect.any(String));
      const file = await fetch(job.result.assets[0].url);
      expect(file.status).toBe(200);
    }
    expect(await starts()).toBe(before);
    expect(readdirSync(join(secondData, "assets"), { recursive: true }).length).toBeGreaterThan(0);
  }, 90_000);
});

describe("the routes of existing clients", () => {
  test("work with pass-through and mask every token, and are not there without", async () => {
    const absent = await post("/token/check", { token: callerSession });
    expect([absent.status, absent.error.what]).toEqual([404, "route"]);
    const passing = await open(callerData, {
      JIMENG_PASSTHROUGH: "true",
      JIMENG_BASE_URL: simulator.url,
      LOG_LEVEL: "trace",
    });
    const authorization = `Bearer ${callerSession}`;
    const call = (path: string, body: unknown, headers = {}) =>
      post(path, body, headers, passing.url);
    expect(await call("/token/check", { token: callerSession })).toMatchObject({ live: true });
    const points = await call("/token/points", {}, { authorization });
    expect(points.body).toMatchObject([{ token: "call…", points: { vipCredit: 0 } }]);
    const received = await call("/token/receive", {}, { authorization });
    const [{ token, credits }] = received.body;
    expect(token).toBe("call…");
    expect(credits.totalCredit).toBe(points.body[0].points.totalCredit + credits.received);
    await control("accounts", { session: callerSession, expired: true });
    expect(await call("/token/check", { token: callerSession })).toMatchObject({ live: false });
    const dead = await call("/token/receive", {}, { authorization });
    expect([dead.status, dead.error.code]).toEqual([401, "session_invalid"]);
  });
});

describe("a session", () => {
  test("stands in no answer and in no log line", () => {
    const texts = [...said, ...running.map((process) => process.output()), simulator.output()];
    expect(texts.length).toBeGreaterThan(20);
    for (const session of [fakeSession, otherSession, callerSession]) {
      expect(texts.filter((text) => text.includes(session))).toEqual([]);
    }
  });
});
