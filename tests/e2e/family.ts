// A family of four on one gateway: the owner with the command, a phone that signs in, a bot that overspends, and a child
// whose key is revoked in the middle of a video.
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createGateway, loadConfig } from "@jimeng/gateway";
import { createSimulator } from "@jimeng/simulator";
import { type TestContext, expect } from "vitest";
import { runHere } from "../../packages/cli/src/testing/in-process.ts";
import { until } from "./processes.ts";

interface Answer {
  status: number;
  headers: Headers;
  body: any;
}

/** The gateway of the family. */
interface Home {
  url: string;
  /** Runs the owner's command and gives what it printed; with `--json` as JSON. */
  owner(...words: string[]): Promise<any>;
  /** Makes a key by the command. */
  makeKey(name: string, ...rules: string[]): Promise<{ id: string; key: string }>;
  ask(
    method: string,
    path: string,
    headers: Record<string, string>,
    body?: unknown,
  ): Promise<Answer>;
  /** Returns the credits that the account has spent since it was opened. */
  spent(): Promise<number>;
  /** Returns how many starts of videos and pictures the site took. */
  starts(): number;
}

const session = "family0fake0session0family0fake0";
// The first reading of the history comes after three of these, a real one after a minute.
const creditPageGapMs = 200;

async function openHome(
  { onTestFinished }: TestContext,
  settings: Record<string, string>,
): Promise<Home> {
  const simulator = await createSimulator({
    media: "blank",
    timing: { imageMs: 100, videoMs: 2500, visibleAfterMs: 0 },
  });
  const folder = await mkdtemp(join(tmpdir(), "jimeng-family-"));
  const config = loadConfig({
    PORT: "0",
    JIMENG_DATA_DIR: folder,
    JIMENG_BASE_URL: simulator.url,
    JIMENG_SESSIONS: `family=${session}`,
    LOG_LEVEL: "silent",
    ...settings,
  });
  Object.assign(config.jobs, { creditPageGapMs });
  const gateway = await createGateway({ config });
  const { url } = await gateway.listen();
  onTestFinished(async () => {
    await gateway.close();
    await simulator.close();
    await rm(folder, { recursive: true, force: true });
  });

  async function ask(
    method: string,
    path: string,
    headers: Record<string, string>,
    body?: unknown,
  ): Promise<Answer> {
    const sent = body === undefined ? {} : { body: JSON.stringify(body) };
    const answer = await fetch(`${url}${path}`, {
      method,
      headers: { ...(body !== undefined && { "content-type": "application/json" }), ...headers },
      ...sent,
    });
    return { status: answer.status, headers: answer.headers, body: await answer.json() };
  }
  async function owner(...words: string[]): Promise<any> {
    const { code, stdout, stderr } = await runHere({ folder, dataDir: folder }, words);
    expect(code, `${words.join(" ")}: ${stderr}`).toBe(0);
    return words.includes("--json") ? JSON.parse(stdout) : stdout;
  }
  const balance = async (): Promise<number> =>
    (await owner("credits", "--fresh", "--json")).data[0].total;
  const atFirst = await balance();
  return {
    url,
    ask,
    owner,
    makeKey: (name, ...rules) => owner("keys", "create", name, ...rules, "--json"),
    spent: async () => atFirst - (await balance()),
    starts: () => simulator.requests({ endpoint: "generate" }).length,
  };
}

const picture = { model: "jimeng-4.0", prompt: "a birthday cake", n: 1 };
const bearer = (key: string) => ({ authorization: `Bearer ${key}` });

/** Plays the story; every promise of it is expected on the way. */
export async function playFamily(
  context: TestContext,
  settings: Record<string, string> = {},
): Promise<void> {
  const home = await openHome(context, settings);
  const phone = await home.makeKey("phone");
  const bot = await home.makeKey("bot", "--daily-credits", "1");
  const child = await home.makeKey("child");

  // The phone signs in with its key, and the cookie works from the gateway's own page alone.
  const own = { origin: home.url };
  const signedIn = await home.ask("POST", "/v1/sign-in", own, { key: phone.key });
  expect(signedIn.status).toBe(200);
  const [cookie = ""] = signedIn.headers.getSetCookie().map((each) => each.split(";")[0] ?? "");
  const made = await home.ask("POST", "/v1/images/generations", { ...own, cookie }, picture);
  expect([made.status, made.body.data?.length]).toEqual([200, 1]);
  const foreign = { origin: "https://elsewhere.example", cookie };
  expect((await home.ask("POST", "/v1/images/generations", foreign, picture)).status).toBe(403);

  // The bot has its one picture, whose price nobody knew; when its charge is known, the bot is told why it gets no other.
  const draw = () => home.ask("POST", "/v1/images/generations", bearer(bot.key), picture);
  expect((await draw()).status).toBe(200);
  await until("the charge to be known", async () => {
    const { body } = await home.ask("GET", "/v1/keys/self", bearer(bot.key));
    return body.usage.day.credits_left === 0 ? true : undefined;
  });
  const over = await draw();
  expect(over.status).toBe(402);
  expect(over.body.error).toMatchObject({ code: "budget_exceeded", charged: "no" });
  expect(over.body.error.fix).not.toBe("");

  // The child's key is revoked while its video is made: it ends for the child at once, and is paid once all the same.
  const clip = { model: "jimeng-video-3.0", prompt: "the candles", seconds: "5" };
  const video = await home.ask("POST", "/v1/videos", bearer(child.key), clip);
  expect(video.status, JSON.stringify(video.body)).toBe(200);
  const { id } = video.body as { id: string };
  const before = home.starts();
  await until("the video to be made", async () => {
    const job = await home.owner("jobs", "show", id, "--json");
    return job.phase === "generating" ? true : undefined;
  });
  await home.owner("keys", "revoke", "child");
  expect((await home.ask("GET", `/v1/videos/${id}`, bearer(child.key))).status).toBe(401);
  expect((await home.ask("POST", "/v1/videos", bearer(child.key), clip)).status).toBe(401);
  await until("the video to be kept", async () => {
    const job = await home.owner("jobs", "show", id, "--json");
    return job.status === "completed" ? true : undefined;
  });
  expect(home.starts() - before).toBeLessThanOrEqual(1);

  await home.ask("DELETE", "/v1/sign-in", { ...own, cookie });
  expect((await home.ask("GET", "/v1/jobs", { cookie })).status).toBe(401);
  await checkBooks(home);
  await checkAudit(home, [phone.id, bot.id, child.id]);
}

/** Checks that the month's table says of each what it spent, and of all what the account has paid. */
async function checkBooks(home: Home): Promise<void> {
  const spent = await home.spent();
  const rows = await until("the charges to be known", async () => {
    const csv: string = await home.owner("credits", "ledger", "--group-by", "key", "--csv");
    const [head = "", ...lines] = csv.trim().split("\n");
    const names = head.split(",");
    const read = lines.map((line) => {
      const cells = line.split(",");
      return Object.fromEntries(names.map((name, at) => [name, cells[at] ?? ""]));
    });
    const total = read.reduce((sum, row) => sum + Number(row["net"]), 0);
    return total === spent ? read : undefined;
  });
  const net = Object.fromEntries(rows.map((row) => [row["key_name"], Number(row["net"])]));
  expect(Object.keys(net).toSorted()).toEqual(["bot", "child", "phone"]);
  for (const [name, credits] of Object.entries(net)) expect(credits, name).toBeGreaterThan(0);
}

/** Checks that the audit log tells the story, with whose key each thing was done. */
async function checkAudit(home: Home, keys: readonly string[]): Promise<void> {
  const log = await home.owner("audit", "--limit", "100", "--json");
  const told = (log.data as { action: string; outcome: string; key_name: string | null }[])
    .toReversed()
    .map(({ action, outcome, key_name: name }) => `${name ?? "owner"} ${action} ${outcome}`);
  const story = [
    "owner key.create done",
    "phone sign_in done",
    "phone job.create done",
    "bot job.create done",
    "bot job.create refused",
    "child job.create done",
    "owner key.delete done",
    "phone sign_out done",
  ];
  const inOrder = story.map((line) => told.indexOf(line));
  expect(inOrder, told.join("\n")).toEqual(inOrder.toSorted((one, other) => one - other));
  expect(inOrder).not.toContain(-1);
  const table: string = await home.owner("audit", "--action", "key.");
  expect(table.trim().split("\n")).toHaveLength(1 + keys.length + 1);
  const lines: string = await home.owner("audit", "--jsonl");
  expect(JSON.parse(lines.slice(0, lines.indexOf("\n")))).toMatchObject({ action: "key.create" });
  const text = JSON.stringify(log);
  for (const id of keys) expect(text).toContain(id);
  expect(text).not.toMatch(/birthday cake|candles/);
}
