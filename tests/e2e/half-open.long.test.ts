// A site that takes the connection and never answers: what a caller, a job and an operator see. The sdk waits half a minute
// for the answer to a start; the start was taken, and must be found and not sent again.
import { createGateway, loadConfig } from "@jimeng/gateway";
import { createSimulator } from "@jimeng/simulator";
import { expect, test } from "vitest";
import { fakeSession, getJson, postJson, scratchFolder, until } from "./processes.ts";

const patienceMs = 120_000;

test(
  "a start and a poll without an answer cost time and nothing else",
  async ({ onTestFinished }) => {
    const simulator = await createSimulator({
      media: "blank",
      timing: { imageMs: 500, visibleAfterMs: 0 },
      duplicateSubmit: "second-record",
    });
    const folder = scratchFolder();
    const gateway = await createGateway({
      config: loadConfig({
        PORT: "0",
        JIMENG_DATA_DIR: folder.path,
        JIMENG_BASE_URL: simulator.url,
        JIMENG_SESSIONS: `mine=${fakeSession}`,
        LOG_LEVEL: "silent",
      }),
    });
    onTestFinished(async () => {
      await gateway.close();
      await simulator.close();
      folder.remove();
    });
    const { url } = await gateway.listen();
    const metrics = async () => await (await fetch(`${url}/metrics`)).text();
    await metrics();
    simulator.addFault({ endpoint: "generate", kind: "hang", accepted: true });
    simulator.addFault({ endpoint: "history", kind: "hang" });

    const waiting = postJson(`${url}/v1/images/generations`, { prompt: "half open" });
    await until("the start", () => (simulator.acceptedStarts().length > 0 ? true : undefined));
    const [job] = (await getJson(`${url}/v1/jobs`)).data;
    expect(job).toMatchObject({ status: "in_progress", phase: "submitting", error: null });
    // Others are served meanwhile.
    expect((await fetch(`${url}/readyz`)).status).toBe(200);

    const { status, body } = await waiting;
    expect(status).toBe(200);
    expect(body.job_id).toBe(job.id);
    expect(simulator.acceptedStarts()).toHaveLength(1);
    const text = await metrics();
    expect(text).toContain('jimeng_uncertain_starts_total{change="opened"} 1');
    expect(text).toContain('jimeng_uncertain_starts_total{change="found"} 1');
    expect(text).toMatch(/endpoint="\/mweb\/v1\/aigc_draft\/generate".*class="no_answer"\} 1/);
    expect(simulator.faults().every(({ hits }) => hits === 1)).toBe(true);
  },
  patienceMs,
);
