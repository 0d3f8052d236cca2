// PostgreSQL that restarts, refuses writes, or takes no connection any more: what a caller, a job and an operator see, and
// that everything goes on by itself.
import { setTimeout as sleep } from "node:timers/promises";
import { createSimulator } from "@jimeng/simulator";
import type { Simulator } from "@jimeng/simulator";
import { Client } from "pg";
import { afterAll, afterEach, beforeAll, describe, expect, inject, test } from "vitest";
import { makeEmptyDatabase } from "../postgres/database.ts";
import { fakeSession, getJson, postJson, scratchFolder, startGateway, until } from "./processes.ts";
import type { Process } from "./processes.ts";

const patienceMs = 120_000;
const faultMs = 3000;
const password = "obviously-fake-password";

describe("a gateway whose database", () => {
  const folder = scratchFolder();
  const shared = scratchFolder();
  const role = `gateway_${process.pid}`;
  let simulator: Simulator;
  let database: Awaited<ReturnType<typeof makeEmptyDatabase>>;
  let admin: Client;
  let name: string;
  let gateway: Process;

  beforeAll(async () => {
    simulator = await createSimulator({
      media: "blank",
      timing: { imageMs: 1500, visibleAfterMs: 0 },
    });
    database = await makeEmptyDatabase(inject("postgresUrl"));
    admin = new Client({ connectionString: inject("postgresUrl") });
    await admin.connect();
    name = new URL(database.url).pathname.slice(1);
    // Limits of connections do not hold for a superuser.
    await admin.query(`create role ${role} login password '${password}'`);
    await admin.query(`alter database ${name} owner to ${role}`);
    const url = new URL(database.url);
    url.username = role;
    url.password = password;
    gateway = await startGateway(
      folder.path,
      {
        DATABASE_URL: url.href,
        JIMENG_SECRET_KEY: "obviously-fake-secret",
        ASSETS_URL: `file://${shared.path}`,
        JIMENG_SESSIONS: `mine=${fakeSession}`,
        JIMENG_BASE_URL: simulator.url,
      },
      { simulated: false },
    );
  }, patienceMs);

  afterAll(async () => {
    await gateway?.kill();
    await simulator?.close();
    await database?.remove();
    await admin?.query(`drop role ${role}`);
    await admin?.end();
    folder.remove();
    shared.remove();
  });

  afterEach(async () => {
    await admin.query(`alter database ${name} reset default_transaction_read_only`);
    await admin.query(`alter role ${role} connection limit -1`);
  });

  const cut = () =>
    admin.query("select pg_terminate_backend(pid) from pg_stat_activity where datname = $1", [
      name,
    ]);

  async function begin(prompt: string): Promise<string> {
    const { status, body } = await postJson(`${gateway.url}/v1/jobs`, { kind: "image", prompt });
    expect(status).toBe(202);
    return body.id as string;
  }

  const statusOf = async (path: string): Promise<number> =>
    (await fetch(`${gateway.url}${path}`)).status;

  /** Waits until the fault is over for callers too, and the job has its picture, paid once. */
  async function goesOn(id: string): Promise<void> {
    await until("it to be ready", async () =>
      (await statusOf("/readyz")) === 200 ? true : undefined,
    );
    const job = await until("the job to end", async () => {
      const found = await getJson(`${gateway.url}/v1/jobs/${id}?wait=5`);
      return found.status === "completed" || found.status === "failed" ? found : undefined;
    });
    expect(job.status).toBe("completed");
    const starts = simulator
      .acceptedStarts()
      .filter((start) => start.submit_id === job.upstream.submit_id);
    expect(starts).toHaveLength(1);
    expect(gateway.child.exitCode).toBeNull();
  }

  test(
    "restarts: jobs go on, and a caller who is asked to repeat has one job",
    async () => {
      const id = await begin("restart");
      await cut();
      // A statement that the cut broke off may have been carried out: the same request, sent again, finds its job.
      await until("the job to be taken", async () => {
        const answer = await postJson(`${gateway.url}/v1/jobs`, { kind: "image", prompt: "after" });
        if (answer.status === 202) return true;
        expect({ status: answer.status, code: answer.body.error.code }).toEqual({
          status: 503,
          code: "overloaded",
        });
        expect(answer.headers.get("retry-after")).not.toBeNull();
        return undefined;
      });
      const { data } = await getJson(`${gateway.url}/v1/jobs?limit=100`);
      const prompts = (data as { request: { prompt: string } }[]).map((one) => one.request.prompt);
      expect(prompts.filter((prompt) => prompt === "after")).toHaveLength(1);
      await goesOn(id);
    },
    patienceMs,
  );

  test(
    "is read-only: 503 with the reason and nothing paid; readers are served; it goes on when it may write",
    async () => {
      const id = await begin("read-only");
      await admin.query(`alter database ${name} set default_transaction_read_only = on`);
      await cut();
      const starts = simulator.acceptedStarts().length;
      // A statement that the cut broke off is told as a database that is away; whatever the reason, it is a 503.
      const { headers, body } = await until("the reason", async () => {
        const prompt = "refused";
        const answer = await postJson(`${gateway.url}/v1/jobs`, { kind: "image", prompt });
        expect(answer.status).toBe(503);
        return answer.body.error.code === "storage_unavailable" ? answer : undefined;
      });
      expect(body.error.message).toBe("The gateway's database is read-only.");
      expect(headers.get("retry-after")).not.toBeNull();
      expect(await statusOf(`/v1/jobs/${id}`)).toBe(200);
      expect(await statusOf("/readyz")).toBe(503);
      expect(await statusOf("/healthz")).toBe(200);
      await sleep(faultMs);
      expect(simulator.acceptedStarts().length - starts).toBeLessThanOrEqual(1);
      await admin.query(`alter database ${name} reset default_transaction_read_only`);
      await cut();
      await goesOn(id);
    },
    patienceMs,
  );

  test(
    "takes no connection any more: 503 to be asked again, and it goes on when there is room",
    async () => {
      const id = await begin("no connections");
      await admin.query(`alter role ${role} connection limit 0`);
      await cut();
      const asking = postJson(`${gateway.url}/v1/jobs`, { kind: "image", prompt: "refused" });
      expect(await statusOf("/readyz")).toBe(503);
      const { status, headers, body } = await asking;
      expect({ status, code: body.error.code }).toEqual({ status: 503, code: "overloaded" });
      expect(headers.get("retry-after")).not.toBeNull();
      expect(await statusOf("/healthz")).toBe(200);
      await admin.query(`alter role ${role} connection limit -1`);
      await goesOn(id);
    },
    patienceMs,
  );
});
