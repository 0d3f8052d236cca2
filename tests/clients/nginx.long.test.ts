// The promise that pictures which take longer than a proxy waits are made once and reach their callers: through a real
// nginx with its own settings, which cuts a silent answer after a minute.
import { spawn, spawnSync, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { createSimulator, type Simulator } from "@jimeng/simulator";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { decodePicture } from "../e2e/media.ts";
import { type Process, fakeSession, scratchFolder, startGateway } from "../e2e/processes.ts";
import { tellNotRun } from "../not-run.ts";

const hasNginx = spawnSync("nginx", ["-v"]).status === 0;
if (!hasNginx) tellNotRun("pictures of 90 s behind nginx", "no nginx here");

// nginx's own proxy_read_timeout is 60 s.
const imageMs = 90_000;
const patienceMs = 150_000;
const lookMs = 50;

describe.skipIf(!hasNginx)("behind nginx", () => {
  const data = scratchFolder();
  let simulator: Simulator;
  let gateway: Process;
  let nginx: ChildProcess;
  let base: string;

  beforeAll(async () => {
    simulator = await createSimulator({ media: "blank", timing: { imageMs, visibleAfterMs: 0 } });
    gateway = await startGateway(
      data.path,
      { JIMENG_SESSIONS: fakeSession, JIMENG_BASE_URL: simulator.url },
      { simulated: false },
    );
    const port = await freePort();
    base = `http://127.0.0.1:${port}`;
    const configuration = join(data.path, "nginx.conf");
    writeFileSync(
      configuration,
      `daemon off; pid ${data.path}/nginx.pid; error_log ${data.path}/nginx.log;
       events {}
       http {
         access_log off; client_body_temp_path ${data.path}/body; proxy_temp_path ${data.path}/proxy;
         fastcgi_temp_path ${data.path}/f; uwsgi_temp_path ${data.path}/u; scgi_temp_path ${data.path}/s;
         server {
           listen 127.0.0.1:${port};
           location / { proxy_pass ${gateway.url}; proxy_set_header Host $http_host; }
         }
       }`,
    );
    nginx = spawn("nginx", ["-c", configuration], { stdio: "ignore" });
    while ((await fetch(`${base}/healthz`).catch(() => undefined))?.status !== 200) {
      await setTimeout(lookMs);
    }
  });

  afterAll(async () => {
    nginx?.kill("SIGQUIT");
    if (nginx !== undefined && nginx.exitCode === null) await once(nginx, "exit");
    await gateway?.stop();
    await simulator?.close();
    data.remove();
  });

  function post(body: object, headers: Record<string, string> = {}): Promise<Response> {
    return fetch(`${base}/v1/images/generations`, {
      method: "POST",
      headers: { "content-type": "application/json", ...headers },
      body: JSON.stringify({ model: "jimeng-4.0", size: "2048x2048", ...body }),
    });
  }

  async function jobsOf(prompt: string): Promise<number> {
    const { data: jobs } = (await (await fetch(`${base}/v1/jobs`)).json()) as {
      data: { request: { prompt: string } }[];
    };
    return jobs.filter(({ request }) => request.prompt === prompt).length;
  }

  test.concurrent(
    "a stream stays open, and brings its picture once",
    async () => {
      const text = await (await post({ prompt: "streamed", stream: true })).text();
      expect(text).toContain("event: image_generation.completed");
      expect(text).toMatch(/data: \[DONE\]\s*$/);
      expect(await jobsOf("streamed")).toBe(1);
    },
    patienceMs,
  );

  test.concurrent(
    "JSON with blanks before it arrives whole",
    async () => {
      const response = await post({ prompt: "with blanks" }, { prefer: "heartbeat" });
      expect(response.status).toBe(200);
      const { data: pictures } = JSON.parse(await response.text()) as { data: { url: string }[] };
      const file = await (await fetch(pictures[0]?.url ?? "")).bytes();
      expect(await decodePicture(file)).toEqual({ width: 2048, height: 2048 });
      expect(await jobsOf("with blanks")).toBe(1);
    },
    patienceMs,
  );

  test.concurrent(
    "plain JSON is cut, and the caller who comes back gets the picture of the first start",
    async () => {
      const cut = await post({ prompt: "cut" });
      expect(cut.status).toBe(504);
      const again = await post({ prompt: "cut" });
      expect(again.status).toBe(200);
      expect(again.headers.get("x-jimeng-joined")).toMatch(/^job_/);
      expect(await jobsOf("cut")).toBe(1);
    },
    patienceMs,
  );

  test("the three cost three starts", () => {
    expect(simulator.acceptedStarts()).toHaveLength(3);
  });
});

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  server.close();
  await once(server, "close");
  if (address === null || typeof address === "string") throw new Error("no port");
  return address.port;
}
