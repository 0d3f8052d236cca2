// Tests a start in doubt while the upstream's credit history cannot be read: it is resolved in bounded time, by one paid
// start, whatever the page answers instead.
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createGateway, loadConfig } from "@jimeng/gateway";
import { createSimulator } from "@jimeng/simulator";
import { expect, type TestContext, describe, test } from "vitest";

type Fault = Parameters<Awaited<ReturnType<typeof createSimulator>>["addFault"]>[0];

async function openScene({ onTestFinished }: TestContext) {
  const simulator = await createSimulator({
    media: "blank",
    timing: { imageMs: 200, videoMs: 200, visibleAfterMs: 0 },
    duplicateSubmit: "second-record",
  });
  const folder = await mkdtemp(join(tmpdir(), "jimeng-credit-page-"));
  const gateway = await createGateway({
    config: loadConfig({
      PORT: "0",
      JIMENG_DATA_DIR: folder,
      JIMENG_BASE_URL: simulator.url,
      JIMENG_SESSIONS: "main=fakesession00000000000000000001",
      JIMENG_SETTLE_SECONDS: "1",
      MAX_RETRY_COUNT: "1",
      LOG_LEVEL: "silent",
    }),
  });
  const { url } = await gateway.listen();
  onTestFinished(async () => {
    await gateway.close();
    await simulator.close();
    await rm(folder, { recursive: true, force: true });
  });
  const count = (endpoint: string) => simulator.requests({ endpoint }).length;
  return {
    simulator,
    posts: () => count("generate"),
    pages: () => count("user_credit_history"),
    async draw() {
      const answer = await fetch(`${url}/v1/images/generations`, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify({ prompt: "a picture in doubt" }),
      });
      return { status: answer.status, body: (await answer.json()) as { data?: unknown[] } };
    },
  };
}

// Two readings of the page are given up after ten seconds each.
const patienceMs = 90_000;
const unreadable: [string, Omit<Fault, "endpoint" | "times">][] = [
  ["404", { kind: "http_status", status: 404 }],
  ["403", { kind: "http_status", status: 403 }],
  ["500", { kind: "http_status", status: 500 }],
  ["503 with Retry-After", { kind: "http_status", status: 503, retry_after: "1" }],
  ["a page of HTML", { kind: "html" }],
  ["half an answer", { kind: "truncated" }],
  ["a closed connection", { kind: "drop_before" }],
  ["nothing, ever", { kind: "hang" }],
  ["a refusal", { kind: "refuse", ret: "1014" }],
] as [string, Omit<Fault, "endpoint" | "times">][];

describe.concurrent("a start in doubt without the credit history", () => {
  test.for(unreadable)(
    "a start that got lost is sent once more when the credit history answers %s",
    { timeout: patienceMs },
    async ([, fault], context) => {
      const scene = await openScene(context);
      scene.simulator.addFault({ endpoint: "generate", kind: "drop_before" });
      scene.simulator.addFault({ ...fault, endpoint: "user_credit_history", times: 0 } as Fault);
      const { status, body } = await scene.draw();
      context.expect(status, JSON.stringify(body)).toBe(200);
      context.expect(body.data).toHaveLength(1);
      context.expect(scene.posts()).toBe(2);
      context.expect(scene.simulator.acceptedStarts()).toHaveLength(1);
      // Asked in both settle times, unless the first reading outlasts both; a failed one is repeated (MAX_RETRY_COUNT).
      context.expect(scene.pages()).toBeGreaterThanOrEqual(1);
      context.expect(scene.pages()).toBeLessThanOrEqual(4);
    },
  );
});

test("a start that was taken and answered by nothing is never sent again while the page cannot be read", async (context) => {
  const scene = await openScene(context);
  scene.simulator.addFault({ endpoint: "generate", kind: "drop_after" });
  scene.simulator.addFault({ endpoint: "user_credit_history", kind: "html", times: 0 });
  const { status } = await scene.draw();
  expect(status).toBe(200);
  expect(scene.posts()).toBe(1);
  expect(scene.simulator.acceptedStarts()).toHaveLength(1);
});
