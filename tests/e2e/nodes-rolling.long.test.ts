// A rolling restart of three nodes under load behind a real nginx: no request fails, nothing is lost or paid twice.
import { setTimeout as sleep } from "node:timers/promises";
import { createSimulator } from "@jimeng/simulator";
import type { Simulator } from "@jimeng/simulator";
import { afterAll, beforeAll, describe, expect, inject, test } from "vitest";
import { tellNotRun } from "../not-run.ts";
import { makeEmptyDatabase } from "../postgres/database.ts";
import { freePort, hasNginx, startNginx } from "./nginx.ts";
import type { Nginx } from "./nginx.ts";
import { fakeSession, getJson, scratchFolder, startCommand, until } from "./processes.ts";

if (!hasNginx) tellNotRun("a rolling restart behind nginx", "no nginx here");

const nodeCount = 3;
const patienceMs = 240_000;
// Of those who wait at a stop, some get their pictures before it ends, the others from the next node.
const imageMs = 4000;
const drainSeconds = 2;
const postEveryMs = 200;
const readEveryMs = 100;

type Node = ReturnType<typeof startCommand> & { url: string };

describe.skipIf(!hasNginx)("a rolling restart", () => {
  const folder = scratchFolder();
  const shared = scratchFolder();
  let simulator: Simulator;
  let database: Awaited<ReturnType<typeof makeEmptyDatabase>>;
  let ports: number[];
  const nodes: Node[] = [];
  let nginx: Nginx;

  async function startNode(index: number): Promise<Node> {
    const port = ports[index] ?? 0;
    const url = `http://127.0.0.1:${port}`;
    const started = startCommand(["serve", "--port", String(port)], {
      DATABASE_URL: database.url,
      JIMENG_SECRET_KEY: "obviously-fake-secret",
      JIMENG_DATA_DIR: `${folder.path}/node-${index}`,
      ASSETS_URL: `file://${shared.path}`,
      JIMENG_SESSIONS: `mine=${fakeSession}`,
      JIMENG_BASE_URL: simulator.url,
      JIMENG_DRAIN_SECONDS: String(drainSeconds),
      LOG_LEVEL: "warn",
    });
    await until(`node ${index}: ${started.output()}`, async () => {
      const answer = await fetch(`${url}/readyz`).catch(() => undefined);
      return answer?.status === 200 ? true : undefined;
    });
    return { ...started, url };
  }

  beforeAll(async () => {
    simulator = await createSimulator({
      media: "blank",
      timing: { imageMs, visibleAfterMs: 0 },
      duplicateSubmit: "second-record",
    });
    database = await makeEmptyDatabase(inject("postgresUrl"));
    ports = await Promise.all(Array.from({ length: nodeCount }, () => freePort()));
    for (const index of ports.keys()) nodes.push(await startNode(index));
    nginx = await startNginx(folder.path, ports);
  }, patienceMs);

  afterAll(async () => {
    await nginx?.stop();
    for (const { child, ended } of nodes) {
      child.kill("SIGKILL");
      await ended;
    }
    await simulator?.close();
    await database?.remove();
    folder.remove();
    shared.remove();
  });

  test(
    "lets no request fail, and makes each picture once",
    async () => {
      const load = { isOver: false };
      const failures: string[] = [];
      const waiting: Promise<void>[] = [];
      const joined: string[] = [];

      async function post(prompt: string): Promise<void> {
        const response = await fetch(`${nginx.url}/v1/images/generations`, {
          method: "POST",
          headers: { "content-type": "application/json" },
          body: JSON.stringify({ prompt, n: 1 }),
        });
        const text = await response.text();
        if (response.status !== 200) failures.push(`${prompt}: ${response.status} ${text}`);
        if (response.headers.has("x-jimeng-joined")) joined.push(prompt);
      }
      async function read(path: string): Promise<void> {
        const response = await fetch(`${nginx.url}${path}`);
        await response.text();
        if (response.status !== 200) failures.push(`${path}: ${response.status}`);
      }
      const note = (work: Promise<void>): void => {
        waiting.push(work.catch((error: unknown) => void failures.push(String(error))));
      };
      const posting = (async () => {
        for (let number = 0; !load.isOver; number++) {
          note(post(`picture ${number}`));
          await sleep(postEveryMs);
        }
      })();
      const reading = (async () => {
        for (let number = 0; !load.isOver; number++) {
          note(read(number % 2 === 0 ? "/v1/models" : "/v1/jobs?limit=5"));
          await sleep(readEveryMs);
        }
      })();

      for (const [index, { child, ended }] of [...nodes.entries()]) {
        await sleep(imageMs);
        child.kill("SIGTERM");
        expect(await ended).toBe(0);
        nodes[index] = await startNode(index);
      }
      await sleep(imageMs);
      load.isOver = true;
      await Promise.all([posting, reading]);
      await Promise.all(waiting);

      expect(failures).toEqual([]);
      expect(joined.length).toBeGreaterThan(0);
      const asked = waiting.length;
      const starts = simulator.acceptedStarts();
      expect(new Set(starts.map(({ submit_id: id }) => id)).size).toBe(starts.length);
      const prompts = new Map<string, number>();
      let after = "";
      for (;;) {
        const page = await getJson(`${nginx.url}/v1/jobs?limit=100${after}`);
        for (const { status, request } of page.data) {
          expect(status).toBe("completed");
          prompts.set(request.prompt, (prompts.get(request.prompt) ?? 0) + 1);
        }
        if (!page.has_more) break;
        after = `&after=${page.data.at(-1).id}`;
      }
      expect([...prompts.values()].filter((count) => count !== 1)).toEqual([]);
      expect(starts).toHaveLength(prompts.size);
      expect(asked).toBeGreaterThan(prompts.size);
    },
    patienceMs,
  );
});
