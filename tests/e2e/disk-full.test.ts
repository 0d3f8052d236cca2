// A real disk that runs full below the real command: nothing more is paid, nothing that was paid is lost, and every
// answer and the log say why.
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import {
  fakeSession,
  getJson,
  postJson,
  type Process,
  runCommand,
  scratchFolder,
  startGateway,
  startSimulator,
  until,
} from "./processes.ts";
import { canMountSmallDisks, mountSmallDisk, type SmallDisk } from "./small-disk.ts";

const cleanups: Array<() => unknown> = [];
let disk: SmallDisk;
let simulator: Process;
let environment: Record<string, string>;

describe.skipIf(!canMountSmallDisks())("a disk that runs full", () => {
  beforeEach(async () => {
    disk = mountSmallDisk(32)!;
    cleanups.push(() => disk.remove());
    const scratch = scratchFolder();
    cleanups.push(scratch.remove);
    simulator = await startSimulator(join(scratch.path, "upstream"), [
      ...["--image-seconds", "1.5"],
    ]);
    cleanups.push(() => simulator.kill());
    environment = {
      JIMENG_SESSIONS: `mine=${fakeSession}`,
      JIMENG_BASE_URL: simulator.url,
      JIMENG_MIN_FREE_MB: "8",
    };
  });
  afterEach(async () => {
    for (const cleanup of cleanups.splice(0).toReversed()) await cleanup();
  });

  async function start(more: Record<string, string> = {}): Promise<Process> {
    const data = join(disk.path, "data");
    const gateway = await startGateway(data, { ...environment, ...more }, { simulated: false });
    cleanups.push(() => gateway.kill());
    return gateway;
  }

  const order = (gateway: Process, prompt: string) =>
    postJson(`${gateway.url}/v1/images/generations`, { prompt, n: 1 }, { prefer: "respond-async" });

  const paid = async (): Promise<number> =>
    (await getJson(`${simulator.url}/_simulator/accepted-starts`)).accepted_starts.length;

  const reaches = (gateway: Process, id: string, isThere: (job: any) => boolean) =>
    until("the job's state", async () => {
      const job = await getJson(`${gateway.url}/v1/jobs/${id}`);
      return isThere(job) ? job : undefined;
    });

  test("keeps what runs at the upstream, takes nothing new, and saves it when there is room", async () => {
    const gateway = await start();
    const { body: running } = await order(gateway, "paid before");
    await reaches(gateway, running.id, (job) => job.started_at !== null);
    // Room for the row, none for the picture.
    disk.fill(300_000);
    const saving = await reaches(gateway, running.id, (job) => job.waiting !== null);
    expect(saving).toMatchObject({ phase: "saving", waiting: { reason: "disk_full" } });
    const ready = await until("not ready", async () => {
      const answer = await fetch(`${gateway.url}/readyz`);
      return answer.status === 503 ? await answer.json() : undefined;
    });
    expect(ready.error).toMatchObject({ code: "storage_unavailable", reason: "disk_full" });
    for (let tries = 0; tries < 3; tries++) {
      const refused = await order(gateway, "not any more");
      expect(refused.status, JSON.stringify(refused.body)).toBe(503);
      expect(refused.body.error).toMatchObject({ code: "storage_unavailable", charged: "no" });
    }
    // Several retries of the saving step later there is still one line.
    await new Promise((resolve) => setTimeout(resolve, 12_000));
    const lines = gateway.output().split("\n");
    expect(lines.filter((line) => line.includes("The disk keeps a job")).length).toBe(1);
    expect(lines.filter((line) => line.includes("The disk cannot be used")).length).toBe(1);
    expect(lines.filter((line) => line.includes("defect"))).toEqual([]);
    expect(readdirSync(join(disk.path, "data/assets/incoming"))).toEqual([]);
    expect(await paid()).toBe(1);
    disk.empty();
    const done = await reaches(gateway, running.id, (job) => job.status === "completed");
    expect(done.waiting).toBeNull();
    expect((await fetch(done.result.assets[0].url)).status).toBe(200);
    const again = await until("an accepted job", async () => {
      const answer = await order(gateway, "again");
      return answer.status === 202 ? answer : undefined;
    });
    await reaches(gateway, again.body.id, (job) => job.status === "completed");
    expect(await paid()).toBe(2);
  }, 90_000);

  test("with no byte and no floor answers 503 with the reason, never 500, and goes on when there is room", async () => {
    const gateway = await start({ JIMENG_MIN_FREE_MB: "0" });
    disk.fill();
    const answers = await Promise.all([
      ...["one", "two", "three"].map((prompt) => order(gateway, prompt)),
      postJson(`${gateway.url}/v1/videos`, { prompt: "waves" }),
      postJson(`${gateway.url}/v1/credits/claim`, {}),
    ]);
    for (const { status, body } of answers) {
      // The write-ahead log may have had a page of room left.
      if (status < 300) continue;
      expect(status, JSON.stringify(body)).toBe(503);
      expect(body.error).toMatchObject({ code: "storage_unavailable", reason: "disk_full" });
    }
    expect(answers.some(({ status }) => status === 503)).toBe(true);
    const file = await fetch(`${gateway.url}/v1/files`, {
      method: "POST",
      headers: { "content-type": "image/png" },
      body: Buffer.alloc(2_000_000, 1),
    });
    expect([400, 503]).toContain(file.status);
    expect((await getJson(`${gateway.url}/v1/jobs`)).object).toBe("list");
    disk.empty();
    const made = await until("an accepted job", async () => {
      const answer = await order(gateway, "after");
      return answer.status === 202 ? answer : undefined;
    });
    await reaches(gateway, made.body.id, (job) => job.status === "completed");
    const { data } = await getJson(`${gateway.url}/v1/jobs?limit=100`);
    await until("the end of all", async () => {
      const { data: jobs } = await getJson(`${gateway.url}/v1/jobs?limit=100`);
      return jobs.every(({ completed_at: at }: any) => at !== null) ? true : undefined;
    });
    expect(await paid()).toBe(data.length);
    expect(gateway.output()).not.toContain("defect");
  }, 90_000);

  test("at the place of --output does not lose the picture: the command says where it still is", async () => {
    const scratch = scratchFolder();
    cleanups.push(scratch.remove);
    const gateway = await startGateway(
      join(scratch.path, "data"),
      { ...environment, JIMENG_MIN_FREE_MB: "0" },
      { simulated: false },
    );
    cleanups.push(() => gateway.kill());
    disk.fill();
    const settings = { ...environment, JIMENG_DATA_DIR: join(scratch.path, "data") };
    const words = ["image", "a cat", "--count", "1", "--output", disk.path];
    const failed = await runCommand(words, settings);
    expect(failed.code).toBe(1);
    expect(failed.output).toMatch(/error: cannot save \S+: the disk is full/);
    expect(failed.output).toMatch(/^charged: yes/m);
    const [, url = ""] = /(http:\S+\/v1\/assets\/asset_\S+)/.exec(failed.output) ?? [];
    expect((await fetch(url)).status).toBe(200);
    const [, id = ""] = /jimeng jobs wait (job_\S+) --output <folder>/.exec(failed.output) ?? [];
    expect(readdirSync(disk.path).filter((name) => name !== "filler")).toEqual([]);
    const elsewhere = join(scratch.path, "pictures");
    const saved = await runCommand(["jobs", "wait", id, "--output", elsewhere], settings);
    expect(saved.code, saved.output).toBe(0);
    expect(readdirSync(elsewhere)).toHaveLength(1);
    // As one JSON document, too.
    const asJson = await runCommand([...words, "--json"], settings);
    expect(JSON.parse(asJson.stdout)).toMatchObject({
      error: { code: "ENOSPC", charged: "yes", fix: expect.stringContaining("/v1/assets/asset_") },
    });
    expect(await paid()).toBe(2);
  }, 90_000);

  test("below a backup fails in one line that says so, and leaves nothing there", async () => {
    const scratch = scratchFolder();
    cleanups.push(scratch.remove);
    const gateway = await startGateway(join(scratch.path, "data"), environment, {
      simulated: false,
    });
    cleanups.push(() => gateway.kill());
    const { body } = await order(gateway, "a cat");
    await reaches(gateway, body.id, (job) => job.status === "completed");
    disk.fill(10_000);
    const settings = { ...environment, JIMENG_DATA_DIR: join(scratch.path, "data") };
    const to = join(disk.path, "backup");
    const failed = await runCommand(["backup", "--to", to, "--with-assets"], settings);
    expect(failed.code).toBe(1);
    expect(failed.output).toMatch(/^error: .*full/m);
    expect(failed.output).not.toContain("    at ");
    expect(existsSync(to)).toBe(false);
    expect(readdirSync(disk.path)).toEqual(["filler"]);
  }, 60_000);
});
