// Tests the live registry and the check before paying with a gateway and the simulator: what the site's lists tell
// reaches answers and starts, survives a start without a network, and only an explicit refusal stops a paid start.
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createGateway, loadConfig } from "@jimeng/gateway";
import { createSimulator, type Simulator } from "@jimeng/simulator";
import { expect, type TestContext, test } from "vitest";
import { png } from "../conformance/materials.ts";

const mini = { id: "jimeng-video-seedance-2.0-mini", key: "dreamina_seedance_40_mini" };
const happyHorse = { id: "happyhorse-1.1", key: "dreamina_happyhorse_v1_1" };

interface Options {
  settings?: Record<string, string>;
  /** Changes the simulator before the gateway starts. */
  change?: (simulator: Simulator) => void;
}

async function openScene({ onTestFinished }: TestContext, { settings, change }: Options = {}) {
  const simulator = await createSimulator({
    media: "blank",
    timing: { imageMs: 200, videoMs: 200, visibleAfterMs: 0 },
  });
  change?.(simulator);
  const folder = await mkdtemp(join(tmpdir(), "jimeng-registry-"));
  const started: string[] = [];
  const open = async () => {
    const gateway = await createGateway({
      config: loadConfig({
        PORT: "0",
        JIMENG_DATA_DIR: folder,
        JIMENG_BASE_URL: simulator.url,
        JIMENG_SESSIONS: "main=fakesession00000000000000000001",
        MAX_RETRY_COUNT: "0",
        LOG_LEVEL: "silent",
        ...settings,
      }),
      upstreamFetch: (url, init) => {
        if (url.includes("/aigc_draft/generate") && typeof init.body === "string") {
          started.push(init.body);
        }
        return fetch(url, init);
      },
    });
    const { url } = await gateway.listen();
    async function call(method: string, path: string, body?: unknown): Promise<any> {
      const headers = { "content-type": "application/json" };
      const answer = await fetch(`${url}${path}`, { method, headers, body: JSON.stringify(body) });
      return await answer.json();
    }
    return {
      gateway,
      call,
      async ended(body: unknown): Promise<any> {
        const { id } = await call("POST", "/v1/jobs", body);
        let job;
        do job = await call("GET", `/v1/jobs/${id}?wait=5`);
        while (job.status === "queued" || job.status === "in_progress");
        return job;
      },
    };
  };
  const first = await open();
  let { gateway } = first;
  onTestFinished(async () => {
    await gateway.close();
    await simulator.close();
    await rm(folder, { recursive: true, force: true });
  });
  return {
    simulator,
    started,
    ...first,
    async reopen() {
      await gateway.close();
      const next = await open();
      ({ gateway } = next);
      return next;
    },
  };
}

const find = (list: any, id: string): any =>
  list.data.find((model: { id: string }) => model.id === id).jimeng;

test("the site's lists reach answers and starts, are read once an hour, and are known without a network", async (context) => {
  const scene = await openScene(context);
  const { simulator, call, ended, started } = scene;
  const reads = () => simulator.requests({ endpoint: "video_common_config" }).length;
  const first = await call("GET", "/v1/models?wait_for_live=true");
  for (let count = 0; count < 3; count += 1) await call("GET", "/v1/models?wait_for_live=true");
  expect(reads()).toBe(1);
  expect(find(first, mini.id)).toMatchObject({
    status: "live",
    benefit_types: { "720p": { usual: "seedance_20_mini_720p_output" } },
    facts: {
      benefit_types: { source: "live", region: "cn" },
      max_prompt_length: { source: "built_in", region: null },
    },
  });
  const job = await ended({ kind: "video", model: mini.id, prompt: "海" });
  expect(job.status, JSON.stringify(job.error)).toBe("completed");
  expect(JSON.parse(started.at(-1)!).extend.m_video_commerce_info.benefit_type).toBe(
    "seedance_20_mini_720p_output",
  );
  simulator.addFault({ endpoint: "*", kind: "drop_before", times: 0 });
  const restarted = await scene.reopen();
  const offline = await restarted.call("GET", "/v1/models?wait_for_live=true");
  expect(find(offline, mini.id).facts.benefit_types).toMatchObject({ source: "live" });
  expect(reads()).toBe(1);
});

test("a model that went and a price tag that changed are told, and a start is paid by the new tag", async (context) => {
  const tag = "seedance_20_mini_720p_new_output";
  const { call, started } = await openScene(context, {
    change(simulator) {
      simulator.changeModel({ key: mini.key, benefitTypes: { "720p": tag } });
      simulator.changeModel({ key: happyHorse.key, retired: true });
    },
  });
  const list = await call("GET", "/v1/models?wait_for_live=true");
  expect(find(list, mini.id).changes).toMatchObject([
    {
      change: "benefit_changed",
      region: "cn",
      resolution: "720p",
      built_in: "seedance_20_mini_720p_output",
      live: tag,
    },
  ]);
  expect(find(list, happyHorse.id)).toMatchObject({
    status: "retired",
    changes: [{ change: "gone", region: "cn", model_key: happyHorse.key }],
  });
  await call("POST", "/v1/jobs", { kind: "video", model: mini.id, prompt: "海" });
  await expect.poll(() => started.length, { timeout: 10_000 }).toBe(1);
  expect(JSON.parse(started[0]!).extend.m_video_commerce_info.benefit_type).toBe(tag);
});

const picture = (shade: number): string =>
  `data:image/png;base64,${Buffer.from(png(shade)).toString("base64")}`;

test("an explicit refusal of a reference ends the job unpaid, and a check that fails does not", async (context) => {
  const { simulator, ended, started } = await openScene(context);
  const checks = () => simulator.requests({ endpoint: "material_audit" }).length;
  const omni = (...shades: number[]) => ({
    kind: "video",
    model: mini.id,
    prompt: "海",
    references: shades.map(picture),
  });
  simulator.addFault({ endpoint: "material_audit", kind: "audit", index: 1 });
  for (let count = 0; count < 2; count += 1) {
    expect(await ended({ ...omni(1, 2), seed: count })).toMatchObject({
      status: "failed",
      error: { code: "content_policy_violation", param: "references", index: 1, charged: "no" },
    });
  }
  expect([checks(), started.length]).toEqual([1, 0]);
  simulator.addFault({ endpoint: "material_audit", kind: "drop_before" });
  const unchecked = await ended(omni(1, 3));
  expect(unchecked.status, JSON.stringify(unchecked.error)).toBe("completed");
  expect([checks(), started.length]).toEqual([2, 1]);
});
