// Tests metrics on a whole gateway: who may read them, when counting begins, and what is never among them.

import { afterEach, describe, expect, test } from "vitest";

import { fakeSessions, openGatewayWithAccounts } from "../testing/gateway-with-accounts.ts";
import type { GatewayWithAccounts } from "../testing/gateway-with-accounts.ts";

let scene: GatewayWithAccounts;
afterEach(() => scene.close());

const accounts = { JIMENG_SESSIONS: `main=${fakeSessions.one}` };
const key = "obviously-fake-key-of-a-caller";

/** Returns the sum of a metric's series. */
function sum(text: string, name: string): number {
  const lines = text.split("\n").filter((line) => line.startsWith(`${name}{`));
  return lines.reduce((total, line) => total + Number(line.split(" ").at(-1)), 0);
}

describe("GET /metrics", () => {
  test("is the owner's, and counts from the first scrape", async () => {
    scene = await openGatewayWithAccounts({ ...accounts, JIMENG_API_KEYS: key });
    expect((await scene.ask("GET", "/metrics", undefined, key)).statusCode).toBe(403);
    expect((await scene.ask("GET", "/metrics", undefined, null)).statusCode).toBe(401);
    await scene.ask("GET", "/v1/models");
    const first = await scene.ask("GET", "/metrics");
    expect(first.headers["content-type"]).toContain("text/plain; version=0.0.4");
    expect(first.body).toContain("jimeng_build_info{");
    expect(sum(first.body, "jimeng_http_requests_total")).toBe(0);
    await scene.ask("GET", "/v1/models/no-such-model");
    const second = await scene.ask("GET", "/metrics");
    expect(second.body).toContain(
      'jimeng_http_requests_total{method="GET",route="/v1/models/:id",status="404"} 1',
    );
    expect(second.body).toContain('jimeng_account_credits{account="main"}');
    expect(second.body).not.toContain(fakeSessions.one);
    expect(second.body).not.toContain(key);
  });
});

describe("JIMENG_METRICS_PORT", () => {
  test("serves the metrics of a job alone, without a key and without its prompt and id", async () => {
    scene = await openGatewayWithAccounts({ ...accounts, PORT: "0", JIMENG_METRICS_PORT: "0" });
    const { gateway } = scene;
    expect(gateway.metricsUrl).toBeNull();
    await gateway.listen();
    const url = gateway.metricsUrl ?? "";
    const prompt = "a cat that nobody may read of";
    const created = await scene.ask("POST", "/v1/jobs", { kind: "image", prompt });
    expect(created.statusCode).toBe(202);
    const [job] = created.json<{ data?: { id: string }[] }>().data ?? [
      created.json<{ id: string }>(),
    ];
    await scene.clock.settle();
    const { submit_id: submitId } = (await scene.database())[0]!;

    const response = await fetch(url);
    expect(response.status).toBe(200);
    const text = await response.text();
    expect(sum(text, "jimeng_jobs_created_total")).toBe(1);
    expect(text).toMatch(/jimeng_queue_jobs\{kind="image",status="in_progress"\} 1/);
    expect(text).toMatch(/jimeng_job_queue_duration_seconds_count\{kind="image"\} 1/);
    expect(text).toContain('jimeng_task_runs_total{kind="advance",result="done"}');
    expect(text).not.toContain(prompt);
    expect(text).not.toContain(job?.id);
    expect(text).not.toContain(submitId);
    expect((await fetch(url.replace("/metrics", "/v1/jobs"))).status).toBe(404);
    // Another gateway that wants the same port does not start, and says why in one line.
    const { port } = new URL(url);
    const second = await openGatewayWithAccounts({
      ...accounts,
      PORT: "0",
      JIMENG_METRICS_PORT: port,
    });
    await expect(second.gateway.listen()).rejects.toMatchObject({
      code: "conflict",
      message: expect.stringContaining("JIMENG_METRICS_PORT") as string,
    });
    await second.close();
    const openMetrics = await fetch(url, { headers: { accept: "application/openmetrics-text" } });
    expect(openMetrics.headers.get("content-type")).toContain("application/openmetrics-text");
  });

  test("is not opened by the gateway of a command, which lives beside others", async () => {
    const environment = { ...accounts, PORT: "0", JIMENG_METRICS_PORT: "0" };
    scene = await openGatewayWithAccounts(environment, { onHandOver: () => undefined });
    await scene.gateway.listen();
    expect(scene.gateway.metricsUrl).toBeNull();
  });
});
