// Traces as a collector gets them: one from the caller to the calls of the upstream, across a restart; and nothing of it
// loaded where no collector is set.
import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { createGateway, loadConfig } from "@jimeng/gateway";
import { createSimulator } from "@jimeng/simulator";
import { expect, test } from "vitest";
import { startOtlpReceiver } from "./otlp-receiver.ts";
import type { ReceivedSpan } from "./otlp-receiver.ts";
import { fakeSession, getJson, root, scratchFolder, until } from "./processes.ts";

const caller = { traceId: "4bf92f3577b34da6a3ce929d0e0e4736", spanId: "00f067aa0ba902b7" };
const prompt = "a harbour that no collector may read of";
const kinds = { internal: 1, server: 2, client: 3 };

test("a trace leads from the caller through the steps of a job to the upstream, across a restart", async ({
  onTestFinished,
}) => {
  const simulator = await createSimulator({
    media: "blank",
    timing: { imageMs: 600, visibleAfterMs: 0 },
  });
  const receiver = await startOtlpReceiver();
  const folder = scratchFolder();
  const open = async () => {
    const gateway = await createGateway({
      config: loadConfig({
        PORT: "0",
        JIMENG_DATA_DIR: folder.path,
        JIMENG_BASE_URL: simulator.url,
        JIMENG_SESSIONS: `mine=${fakeSession}`,
        OTEL_EXPORTER_OTLP_ENDPOINT: `${receiver.url}/`,
        LOG_LEVEL: "silent",
      }),
    });
    onTestFinished(() => gateway.close());
    return { gateway, url: (await gateway.listen()).url };
  };
  onTestFinished(async () => {
    await simulator.close();
    await receiver.close();
    folder.remove();
  });

  const first = await open();
  const created = await fetch(`${first.url}/v1/jobs`, {
    method: "POST",
    headers: {
      "content-type": "application/json",
      traceparent: `00-${caller.traceId}-${caller.spanId}-01`,
    },
    body: JSON.stringify({ kind: "image", model: "jimeng-4.0", prompt }),
  });
  const { id } = (await created.json()) as { id: string };
  await until("the start", async () => {
    const { phase } = await getJson(`${first.url}/v1/jobs/${id}`);
    return phase === "generating" ? true : undefined;
  });
  await first.gateway.close();
  const second = await open();
  await until("the end", async () => {
    const { status } = await getJson(`${second.url}/v1/jobs/${id}`);
    return status === "completed" ? true : undefined;
  });
  await second.gateway.close();

  const spans = receiver.spans.filter(({ traceId }) => traceId === caller.traceId);
  const named = (name: string): ReceivedSpan => {
    const found = spans.find((span) => span.name === name);
    if (found === undefined)
      throw new Error(`no span ${name}: ${spans.map((one) => one.name).join()}`);
    return found;
  };
  const request = named("POST /v1/jobs");
  expect(request).toMatchObject({ kind: kinds.server, parentSpanId: caller.spanId });
  expect(request.attributes).toMatchObject({
    "http.route": "/v1/jobs",
    "jimeng.request.id": expect.stringMatching(/^req_/),
  });
  const course = named("generate_content jimeng-4.0");
  expect(course).toMatchObject({ kind: kinds.client, parentSpanId: request.spanId });
  expect(course.attributes).toMatchObject({
    "gen_ai.operation.name": "generate_content",
    "gen_ai.output.type": "image",
    "gen_ai.request.model": "jimeng-4.0",
    "jimeng.job.id": id,
    "jimeng.account": "mine",
  });
  expect(course.events?.map(({ name }) => name)).toEqual(["accepted"]);
  const start = named("step start");
  const poll = named("poll");
  const save = named("step save");
  for (const part of [start, poll, save])
    expect(part).toMatchObject({ kind: kinds.internal, parentSpanId: course.spanId });
  expect(save.events?.map(({ name }) => name)).toContain("file stored");
  const post = named("POST /mweb/v1/aigc_draft/generate");
  expect(post).toMatchObject({ kind: kinds.client, parentSpanId: start.spanId });
  expect(post.attributes).toMatchObject({
    "http.response.status_code": 200,
    "jimeng.upstream.ret": "0",
    "jimeng.upstream.logid": expect.stringMatching(/^\w{8,}$/),
    "server.address": "127.0.0.1",
  });
  const polls = spans.filter(({ name }) => name === "poll").map(({ spanId }) => spanId);
  const history = named("POST /mweb/v1/get_history_by_ids");
  expect(polls).toContain(history.parentSpanId);
  expect(course.resource).toMatchObject({ "service.name": "jimeng" });
  expect(receiver.said()).not.toContain(prompt);
  expect(receiver.said()).not.toContain(fakeSession);
});

const withoutCollector = `
  import { registerHooks } from "node:module";
  const loaded = [];
  registerHooks({ load: (url, context, next) => (loaded.push(url), next(url, context)) });
  const { createGateway, loadConfig } = await import("@jimeng/gateway");
  const environment = { PORT: "0", JIMENG_DATA_DIR: process.argv[1], LOG_LEVEL: "silent" };
  const gateway = await createGateway({ config: loadConfig(environment) });
  await gateway.listen();
  await gateway.close();
  console.log(JSON.stringify(loaded.filter((url) => /opentelemetry|telemetry.tracing/.test(url))));
  console.log(loaded.length > 100);
`;

test("without a collector nothing of it is loaded", async ({ onTestFinished }) => {
  const folder = scratchFolder();
  onTestFinished(() => folder.remove());
  const words = ["--conditions=source", "--input-type=module", "-e", withoutCollector, folder.path];
  const { stdout } = await promisify(execFile)(process.execPath, words, { cwd: root });
  expect(stdout.trim().split("\n")).toEqual(["[]", "true"]);
});
