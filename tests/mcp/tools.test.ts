// Every tool, resource and prompt, by a client that checks answers against the schemas that it was told.
import { readFileSync } from "node:fs";

import { afterAll, beforeAll, expect, test } from "vitest";

import { scratchFolder } from "../e2e/processes.ts";
import { startMcpGateway } from "./gateway.ts";
import type { McpGateway } from "./gateway.ts";
import { hosts, openHost } from "./hosts.ts";
import type { Answer, Session } from "./hosts.ts";

const maxCharacters = 8000;
const maxBytes = 300_000;

let gateway: McpGateway;
let folder: ReturnType<typeof scratchFolder>;
let session: Session;
let over: Session;
/** The pictures of a job. */
let assets: { id: string; url: string }[];
let jobId: string;
// What a caller may write into a prompt, and every list then shows.
const prompt = `a lighthouse \u001b[31m in red \u202e and long: ${"waves ".repeat(300)}`;

beforeAll(async () => {
  gateway = await startMcpGateway({}, { imageMs: 50, videoMs: 2500 });
  folder = scratchFolder();
  session = await openHost(
    hosts.find(({ name }) => name === "VS Code")!,
    gateway,
    {
      saveTo: folder.path,
    },
  );
  over = await openHost(
    hosts.find(({ name }) => name === "v2 client over HTTP")!,
    gateway,
  );
  // The client then checks the structured part of each answer.
  await session.listTools();
  const made = await call("generate_image", {
    ...{ prompt, model: "jimeng-4.0", resolution: "2k", count: 4 },
  });
  ({ assets, job_id: jobId } = made.structuredContent as never);
});
afterAll(async () => {
  await Promise.all([session.close(), over.close()]);
  folder.remove();
  await gateway.close();
});

/** Calls a tool; its answer is within the limits of hosts, and steers no terminal. */
async function call(name: string, sent: Record<string, unknown>): Promise<Answer> {
  const answer = await session.call(name, sent);
  expect(answer.isError, JSON.stringify(answer)).toBeFalsy();
  const text = answer.content.find(({ type }) => type === "text")?.text ?? "";
  const told = text + JSON.stringify(answer.structuredContent);
  expect(told.length).toBeLessThanOrEqual(maxCharacters);
  // oxlint-disable-next-line no-control-regex
  expect(told).not.toMatch(/[\u0000-\u0008\u000b-\u001f\u202e]/);
  expect(Buffer.byteLength(JSON.stringify(answer))).toBeLessThanOrEqual(maxBytes);
  return answer;
}

test("the list of tools is small, always the same, and says what each does to the world", async () => {
  const [tools, again] = [await session.listTools(), await session.listTools()];
  expect(again).toEqual(tools);
  const { tools: overHttp } = await over.client.listTools();
  const names = tools.map(({ name }) => name);
  expect(names).toEqual([
    ...["generate_image", "generate_video", "wait_for_job", "get_job", "cancel_job", "list_jobs"],
    ...["list_models", "get_credits", "estimate", "edit_asset", "show_image", "save_asset"],
    ...["add_reference", "preview_asset"],
  ]);
  expect(overHttp.map(({ name }: { name: string }) => name)).toEqual(
    names.filter((name) => name !== "save_asset"),
  );
  expect(JSON.stringify({ tools }).length).toBeLessThanOrEqual(20_000);
  const forModel = (tools as any[]).map(({ name, description, inputSchema }) => [
    ...[name, description, inputSchema],
  ]);
  expect(JSON.stringify(forModel).length).toBeLessThanOrEqual(10_000);
  for (const { name, annotations, _meta } of tools as any[]) {
    const isReading = /^(get|list|wait|show|preview|estimate)/.test(name);
    expect(annotations.readOnlyHint, name).toBe(isReading);
    expect(annotations.destructiveHint, name).toBe(name === "cancel_job");
    if (name === "preview_asset") expect(_meta.ui.visibility).toEqual(["app"]);
  }
});

test("the tools that read tell jobs, models, credits and prices", async () => {
  const job = await call("get_job", { job_id: jobId });
  expect(job.structuredContent).toMatchObject({ status: "completed", job_id: jobId });
  expect(job.content.map(({ type }) => type)).toEqual([
    ...["text", "image", "image", "image", "image"],
    ...["resource_link", "resource_link", "resource_link", "resource_link"],
  ]);
  const jobs = await call("list_jobs", { kind: "image", status: "completed", limit: 5 });
  expect(jobs.structuredContent["data"]).toMatchObject([{ job_id: jobId, status: "completed" }]);
  const models = await call("list_models", { kind: "video", limit: 3 });
  expect(models.structuredContent).toMatchObject({ has_more: true });
  const { last_id: after } = models.structuredContent;
  const more = await call("list_models", { kind: "video", limit: 20, after });
  expect(more.structuredContent["data"].length).toBeGreaterThan(0);
  expect(JSON.stringify(more.structuredContent["data"])).not.toContain(`"${String(after)}"`);
  const credits = await call("get_credits", {});
  expect(credits.structuredContent).toMatchObject({
    data: [{ account: "test", region: "cn" }],
    auto_credits: 1000,
  });
  const price = await call("estimate", {
    ...{ kind: "image", prompt: "a", count: 1, model: "jimeng-5.0-flash", resolution: "2k" },
  });
  expect(price.structuredContent).toMatchObject({ credits: expect.any(Number) });
});

test("a call answers with a handle when its time is over, and the next call that it names has the video", async () => {
  const sent = { prompt: "slow", model: "jimeng-video-seedance-2.5", resolution: "720p" };
  const beganAt = performance.now();
  const handle = await call("generate_video", { ...sent, duration_seconds: 5, wait_seconds: 1 });
  expect(performance.now() - beganAt).toBeGreaterThanOrEqual(1000);
  expect(["queued", "in_progress"]).toContain(handle.structuredContent["status"]);
  const { next } = handle.structuredContent;
  const done = await call(next.tool, next.arguments);
  expect(done.structuredContent).toMatchObject({ status: "completed" });
});

test("the tools that work on a result enlarge it, show it and save it under a name that stays in the folder", async () => {
  const [first] = assets;
  const larger = await call("edit_asset", { asset_id: first!.id, operation: "upscale" });
  expect(larger.structuredContent).toMatchObject({ status: "completed" });
  const shown = await call("show_image", { asset_id: first!.id, max_edge: 256 });
  expect(shown.content.map(({ type }) => type)).toEqual(["text", "image"]);
  const name = "../../up/../a name.png";
  const saved = await call("save_asset", { asset_id: first!.id, name });
  const place = saved.structuredContent["local_path"] as string;
  expect(place.startsWith(`${folder.path}/`)).toBe(true);
  const original = await fetch(first!.url);
  expect(readFileSync(place).equals(Buffer.from(await original.arrayBuffer()))).toBe(true);
});

test("resources give results, jobs and models, complete ids, and know nothing of others", async () => {
  const [first] = assets;
  for (const { client } of [session, over]) {
    const { resources } = await client.listResources();
    const uris = resources.map(({ uri }: { uri: string }) => uri);
    expect(uris).toEqual(
      expect.arrayContaining([
        ...["jimeng://models", "ui://jimeng/job", `jimeng://assets/${first!.id}`],
      ]),
    );
    const read = async (uri: string): Promise<any> =>
      (await client.readResource({ uri })).contents[0];
    expect((await read(`jimeng://assets/${first!.id}`)).blob.length).toBeGreaterThan(100);
    expect(JSON.parse((await read(`jimeng://jobs/${jobId}`)).text)).toMatchObject({ id: jobId });
    expect(JSON.parse((await read("jimeng://models")).text).length).toBeGreaterThan(5);
    expect((await read("ui://jimeng/job")).mimeType).toBe("text/html;profile=mcp-app");
    await expect(client.readResource({ uri: "jimeng://assets/asset_none" })).rejects.toThrow(
      /no asset|not|found/i,
    );
    const completed = await client.complete({
      ref: { type: "ref/resource", uri: "jimeng://jobs/{id}" },
      argument: { name: "id", value: jobId.slice(0, 8) },
    });
    expect(completed.completion.values).toContain(jobId);
  }
});

test("prompts are in the language of their topic, or the one that is chosen", async () => {
  const { prompts } = await session.client.listPrompts();
  expect(prompts.map(({ name }: { name: string }) => name)).toEqual([
    "storyboard",
    "improve_prompt",
  ]);
  const textOf = async (name: string, given: Record<string, string>): Promise<string> =>
    (await session.client.getPrompt({ name, arguments: given })).messages[0].content.text;
  expect(await textOf("storyboard", { topic: "灯塔", shots: "6" })).toContain("6 个镜头");
  expect(await textOf("storyboard", { topic: "a lighthouse" })).toContain("4 shots");
  expect(await textOf("improve_prompt", { prompt: "灯塔", language: "en" })).toContain("Improve");
  const completed = await session.client.complete({
    ref: { type: "ref/prompt", name: "storyboard" },
    argument: { name: "language", value: "z" },
  });
  expect(completed.completion.values).toEqual(["zh"]);
});
