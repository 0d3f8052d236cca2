// Tests results that their host sends broken: they are fetched again, what came is kept with a word about it, and a
// recheck brings the whole file, all for one payment.
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createGateway, loadConfig } from "@jimeng/gateway";
import type { GatewayClient } from "@jimeng/gateway/api";
import { createSimulator } from "@jimeng/simulator";
import { expect, type TestContext, test } from "vitest";

type Job = Awaited<ReturnType<GatewayClient["jobs"]["retrieve"]>>;

async function openScene({ onTestFinished }: TestContext, settings: Record<string, string> = {}) {
  const simulator = await createSimulator({
    media: "blank",
    timing: { imageMs: 200, videoMs: 200, visibleAfterMs: 0 },
  });
  const folder = await mkdtemp(join(tmpdir(), "jimeng-incomplete-"));
  const gateway = await createGateway({
    config: loadConfig({
      PORT: "0",
      JIMENG_DATA_DIR: folder,
      JIMENG_BASE_URL: simulator.url,
      JIMENG_SESSIONS: "main=fakesession00000000000000000001",
      MAX_RETRY_COUNT: "2",
      RETRY_DELAY: "10",
      LOG_LEVEL: "silent",
      ...settings,
    }),
  });
  const { url } = await gateway.listen();
  onTestFinished(async () => {
    await gateway.close();
    await simulator.close();
    await rm(folder, { recursive: true, force: true });
  });
  async function call(method: string, path: string, body?: unknown) {
    const headers = { "content-type": "application/json" };
    const answer = await fetch(`${url}${path}`, { method, headers, body: JSON.stringify(body) });
    return { status: answer.status, body: (await answer.json()) as Job & Record<string, unknown> };
  }
  return {
    simulator,
    call,
    /** Returns the names of all stored result files, and of what lies in `incoming`. */
    async storedFiles(): Promise<string[]> {
      const entries = await readdir(join(folder, "assets"), {
        recursive: true,
        withFileTypes: true,
      });
      return entries.filter((entry) => entry.isFile()).map(({ name }) => name);
    },
    downloads: () => simulator.requests({ endpoint: "download" }).length,
    async ended(body: { kind: string; prompt: string }): Promise<Job> {
      const one = body.kind === "image" ? { count: 1 } : {};
      const { id } = (await call("POST", "/v1/jobs", { ...one, ...body })).body;
      return await this.endOf(id);
    },
    async endOf(id: string): Promise<Job> {
      let job: Job;
      do job = (await call("GET", `/v1/jobs/${id}?wait=5`)).body;
      while (job.status === "queued" || job.status === "in_progress");
      return job;
    },
    async recheck(id: string): Promise<Job> {
      expect((await call("POST", `/v1/jobs/${id}/recheck`)).status).toBe(200);
      return await this.endOf(id);
    },
    async bytesOf(address: string): Promise<number> {
      return (await (await fetch(address)).arrayBuffer()).byteLength;
    },
  };
}

const half = { endpoint: "download", kind: "truncated", honest_length: true, times: 0 } as const;

test("a picture that its host has only half of is delivered with a warning, and whole after a recheck", async (context) => {
  const scene = await openScene(context);
  scene.simulator.addFault(half);
  const { status, body } = await scene.call("POST", "/v1/images/generations", { prompt: "half" });
  expect(status).toBe(200);
  const { data } = (await scene.call("GET", "/v1/jobs")).body as unknown as { data: [Job] };
  const [{ id }] = data;
  expect(body.warnings).toMatchObject([{ code: "incomplete_file" }]);
  expect(body.warnings[0]?.message).toContain(`jimeng jobs recheck ${id}`);
  const [part] = (await scene.endOf(id)).result!.assets;
  expect(part).toMatchObject({ content_type: "image/png", incomplete: true, width: 2048 });
  expect(await scene.bytesOf(part!.url)).toBe(part!.bytes);
  // First, and MAX_RETRY_COUNT times more.
  expect(scene.downloads()).toBe(3);
  // Asking for another picture would pay a second time for what the upstream may still give.
  expect((await scene.call("POST", `/v1/jobs/${id}/retry`)).status).toBe(409);

  scene.simulator.removeFault();
  const whole = await scene.recheck(id);
  expect(whole).toMatchObject({ status: "completed", warnings: [{ code: "rechecked" }] });
  expect(whole.result!.assets).toMatchObject([{ incomplete: false }]);
  expect(whole.result!.assets[0]!.bytes).toBeGreaterThan(part!.bytes);
  expect((await fetch(part!.url)).status).toBe(404);
  expect((await scene.call("POST", `/v1/jobs/${id}/recheck`)).status).toBe(409);
  expect(scene.simulator.acceptedStarts()).toHaveLength(1);
});

test("a video cut short is kept as far as it goes", async (context) => {
  const scene = await openScene(context);
  scene.simulator.addFault(half);
  const job = await scene.ended({ kind: "video", prompt: "half a film" });
  expect(job).toMatchObject({ status: "completed", error: null });
  expect(job.result!.assets).toMatchObject([{ content_type: "video/mp4", incomplete: true }]);
  expect(job.warnings.map(({ code }) => code)).toContain("incomplete_file");
  scene.simulator.removeFault();
  const whole = await scene.recheck(job.id);
  expect(whole.result!.assets).toMatchObject([{ content_type: "video/mp4", incomplete: false }]);
  expect(scene.simulator.acceptedStarts()).toHaveLength(1);
});

test("a file that comes whole at last leaves no trace of the cut ones before it", async (context) => {
  const scene = await openScene(context);
  scene.simulator.addFault({ ...half, times: 2 });
  const job = await scene.ended({ kind: "image", prompt: "late" });
  expect(job).toMatchObject({ status: "completed", warnings: [] });
  expect(job.result!.assets).toMatchObject([{ incomplete: false }]);
  expect(await scene.storedFiles()).toEqual([`${job.result!.assets[0]!.id}.png`]);
});

test("what came first is kept when only pages come after it", async (context) => {
  const scene = await openScene(context);
  scene.simulator.addFault({ ...half, times: 1 });
  scene.simulator.addFault({ endpoint: "download", kind: "html", times: 0, after: 1 });
  const job = await scene.ended({ kind: "image", prompt: "half, then pages" });
  expect(job).toMatchObject({ status: "completed", warnings: [{ code: "incomplete_file" }] });
  expect(job.result!.assets).toMatchObject([{ incomplete: true }]);
});

test("a connection that breaks until the deadline fails the job, which keeps the part and names the way to the rest", async (context) => {
  const scene = await openScene(context, { POLL_INTERVAL: "100", MAX_POLL_COUNT: "20" });
  scene.simulator.addFault({ endpoint: "download", kind: "truncated", times: 0 });
  const job = await scene.ended({ kind: "image", prompt: "breaks off" });
  expect(job).toMatchObject({ status: "failed", error: { code: "connection_failed" } });
  expect(job.error?.fix).toContain("kept as an asset of the job");
  expect(job.error?.fix).toContain(`POST /v1/jobs/${job.id}/recheck`);
  const [part] = job.result!.assets;
  expect(part).toMatchObject({ incomplete: true });
  expect(await scene.bytesOf(part!.url)).toBe(part!.bytes);
  scene.simulator.removeFault();
  const whole = await scene.recheck(job.id);
  expect(whole).toMatchObject({ status: "completed", error: null });
  expect(whole.result!.assets).toMatchObject([{ incomplete: false }]);
  expect(scene.simulator.acceptedStarts()).toHaveLength(1);
});
