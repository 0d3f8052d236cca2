// Makes a data folder as this version leaves it behind, for the test that later versions take it over: at each release it is
// committed below packages/gateway/src/database/__fixtures__. The real command works over the simulator, and is stopped
// while a video is made.
//
//   node scripts/make-data-folder.mjs <new folder> [<clone of the version>]
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { DatabaseSync } from "node:sqlite";
import { gzipSync } from "node:zlib";
import { root } from "./steps.mjs";

/** The session and the key of the test; both are made up. */
const session = "fake-session-one-0000000000000000";
const key = "fake-key-a-000000";

const [to, clone = root] = process.argv.slice(2);
if (to === undefined) throw new Error("usage: make-data-folder.mjs <new folder> [<clone>]");
const children = [];
process.on("exit", () => children.forEach((child) => child.kill("SIGKILL")));
const scratch = mkdtempSync(join(tmpdir(), "jimeng-old-"));
const dataDir = join(scratch, "data");

/** Starts the command and waits until it says where it listens. */
async function start(words, environment = {}) {
  const child = spawn(process.execPath, [join(clone, "packages/cli/bin/jimeng.mjs"), ...words], {
    env: { PATH: process.env.PATH, HOME: scratch, LOG_LEVEL: "error", ...environment },
    stdio: ["ignore", "pipe", "inherit"],
  });
  children.push(child);
  let told = "";
  child.stdout.setEncoding("utf8").on("data", (text) => (told += text));
  for (;;) {
    const url = /URL\s+(http:[^\s"]+)/.exec(told)?.[1];
    if (url !== undefined) return { child, url };
    if (child.exitCode !== null) throw new Error(`jimeng ${words[0]} ended: ${told}`);
    await sleep(50);
  }
}

async function stop({ child }) {
  child.kill("SIGTERM");
  await once(child, "exit");
}

const simulator = await start([
  "simulate",
  "--port",
  "0",
  "--media",
  "blank",
  "--video-seconds",
  "3600",
]);
const gateway = await start(["serve", "--port", "0"], {
  JIMENG_DATA_DIR: dataDir,
  JIMENG_CN_BASE_URL: simulator.url,
  JIMENG_SESSIONS: `main=${session}`,
  JIMENG_API_KEYS: `a=${key}`,
  JIMENG_SECRET_KEY: "0".repeat(64),
});
const { admin_key: adminKey } = JSON.parse(readFileSync(join(dataDir, "gateway.json"), "utf8"));

/** Asks the gateway; what this version does not have is left out. */
async function ask(method, path, body, bearer = adminKey) {
  const answer = await fetch(`${gateway.url}${path}`, {
    method,
    headers: { authorization: `Bearer ${bearer}`, "content-type": "application/json" },
    body: body && JSON.stringify(body),
  });
  if (answer.ok) return await answer.json();
  process.stderr.write(`${method} ${path}: ${answer.status} ${await answer.text()}\n`);
  return undefined;
}

const create = (body, bearer) => ask("POST", "/v1/jobs", body, bearer);
const image = { kind: "image", model: "jimeng-4.0", count: 1 };
const made = [
  await create({ ...image, prompt: "灯塔 at night", count: 2 }),
  await create({ ...image, prompt: "a harbour", metadata: { order: "7" } }, key),
];
for (const { id } of made) {
  while ((await ask("GET", `/v1/jobs/${id}`)).status !== "completed") await sleep(200);
}
const { data: results = [] } = (await ask("GET", "/v1/assets?limit=100")) ?? {};
if (results.length > 0) {
  await ask("PATCH", `/v1/assets/${results[0].id}`, { starred: true, tags: ["cover"] });
  await ask("DELETE", `/v1/assets/${results.at(-1).id}`);
}
await create({ ...image, prompt: "of a result", image: made[1].id });
await create({ kind: "video", model: "jimeng-video-3.0", prompt: "waves" });
const cancelled = await create({ kind: "video", model: "jimeng-video-3.0", prompt: "not wanted" });
await ask("POST", `/v1/jobs/${cancelled.id}/cancel`);
await sleep(5000);
const jobs = await ask("GET", "/v1/jobs?limit=100&order=asc");
const assets = (await ask("GET", "/v1/assets?limit=100&order=asc")) ?? { data: [] };
await stop(gateway);
await stop(simulator);

mkdirSync(to, { recursive: true });
const database = new DatabaseSync(join(dataDir, "jimeng.db"));
database.exec(`VACUUM INTO '${join(scratch, "copy.db")}'`);
database.close();
writeFileSync(join(to, "jimeng.db.gz"), gzipSync(readFileSync(join(scratch, "copy.db"))));
const keep = ({ id, kind, status, model, prompt, cost, request, result, starred, tags }) => ({
  ...{ id, kind, status, model, prompt, starred, tags },
  charged: cost?.charged,
  request: request && { prompt: request.prompt },
  assets: result?.assets.map((asset) => asset.id),
});
writeFileSync(
  join(to, "expected.json"),
  `${JSON.stringify({ now: Date.now(), jobs: jobs.data.map(keep), assets: assets.data.map(keep) }, null, 2)}\n`,
);
rmSync(scratch, { recursive: true });
