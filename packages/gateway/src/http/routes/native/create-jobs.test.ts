// Tests the native routes: making jobs in our own names, repeating, rechecking, lists by key and time, resumed events.

import { JimengError, toErrorRecord } from "@jimeng/sdk";
import { afterEach, beforeEach, describe, expect, test } from "vitest";

import { jobListSchema, jobSchema } from "../../../api/jobs.ts";
import { toKeyId } from "../../auth.ts";
import { buildFakeApp } from "../../../testing/fake-app.ts";
import type { FakeApp } from "../../../testing/fake-app.ts";
import { failWith, toAsset } from "../../../testing/fake-jobs.ts";
import { imageOutput } from "../../../testing/fake-upstream.ts";

let open: FakeApp;
beforeEach(async () => {
  open = await buildFakeApp();
});
afterEach(() => open.close());

const ask = (method: "GET" | "POST", url: string, payload?: object, headers = {}) =>
  open.app.inject({ method, url, payload, headers });

async function createOne(body = { kind: "image", prompt: "a cat", seed: 5 }): Promise<string> {
  return (await ask("POST", "/v1/jobs", body)).json<{ id: string }>().id;
}

describe("POST /v1/jobs", () => {
  test("makes a picture's job of our own names, and answers with it at once", async () => {
    open.jobs.onCreate = () => ({});
    const body = {
      kind: "image",
      prompt: "a cat",
      count: 2,
      width: 2048,
      height: 2048,
      negative_prompt: "dogs",
      priority: 3,
      start_before: 60,
      colour: "red",
    };
    const answer = await ask("POST", "/v1/jobs", body);
    expect(answer.statusCode, answer.body).toBe(202);
    const job = jobSchema.parse(answer.json());
    expect(answer.headers["location"]).toBe(job.urls.self);
    expect(job).toMatchObject({
      status: "queued",
      priority: 3,
      request: { count: 2, width: 2048, height: 2048, negative_prompt: "dogs" },
      warnings: [{ code: "unknown_parameter", param: "colour" }],
    });
    expect(open.jobs.created[0]).toMatchObject([
      { priority: 3, startBefore: 1_700_000_010_000 + 60_000 },
    ]);
    expect(open.jobs.told).toEqual(["answered"]);
  });

  test("refuses a daily limit by a fact that the request does not have", async () => {
    const body = { kind: "image", prompt: "a cat", daily_limit: { by: "user", credits: 8 } };
    const answer = await ask("POST", "/v1/jobs", { ...body, metadata: { order: "7" } });
    expect(answer.statusCode).toBe(400);
    expect(answer.json()).toMatchObject({ error: { param: "daily_limit.by", charged: "no" } });
    const met = await ask("POST", "/v1/jobs", { ...body, metadata: { user: "ann" } });
    expect(met.statusCode, met.body).toBe(202);
  });

  test("warns with our own names", async () => {
    const body = { kind: "image", prompt: "a cat", model: "jimeng-3.0", count: 1 };
    const { warnings } = jobSchema.parse((await ask("POST", "/v1/jobs", body)).json());
    expect(warnings).toMatchObject([{ code: "count_rounded_up", param: "count" }]);
  });

  test("joins as its body says, and notes who has seen a result", async () => {
    const body = { kind: "video", prompt: "waves", join: "until_result" };
    const { id } = (await ask("POST", "/v1/jobs", body)).json();
    expect(open.jobs.contexts.at(-1)).toMatchObject({ join: "until_result" });
    expect(open.jobs.shown).toEqual([]);
    await ask("GET", `/v1/jobs/${id}`);
    await ask("GET", `/v1/videos/${id}`);
    await ask("GET", `/v1/jobs/${id}/events`);
    expect(open.jobs.shown).toEqual([id, id, id]);
    const refused = await ask("POST", "/v1/jobs", { ...body, join: "soon" });
    expect(refused.json().error).toMatchObject({ param: "join" });
  });

  test("makes a video's job", async () => {
    const body = { kind: "video", prompt: "waves", duration_seconds: 10, ratio: "9:16" };
    const job = jobSchema.parse((await ask("POST", "/v1/jobs", body)).json());
    expect(job).toMatchObject({ kind: "video", request: { duration_seconds: 10, ratio: "9:16" } });
  });

  test("makes several jobs where one start cannot make everything, one for a series", async () => {
    const many = await ask("POST", "/v1/jobs", { kind: "image", prompt: "cats", count: 10 });
    expect(jobListSchema.parse(many.json()).data.length).toBeGreaterThan(1);
    const series = await ask("POST", "/v1/jobs", { kind: "image", prompt: "cats", sequence: 10 });
    expect(jobSchema.parse(series.json()).request).toMatchObject({ sequence: 10, count: 10 });
  });

  test.each([
    [{ prompt: "a cat" }, "kind"],
    [{ kind: "song", prompt: "a cat" }, "kind"],
    [{ kind: "image", prompt: "" }, "prompt"],
    [{ kind: "image", prompt: "a", priority: 11 }, "priority"],
    [{ kind: "image", prompt: "a", start_before: 0 }, "start_before"],
    [{ kind: "video", prompt: "a", duration_seconds: 7 }, "duration_seconds"],
    [{ kind: "image", prompt: "a", count: 11 }, "count"],
    [{ kind: "image", prompt: "a", width: 2048 }, "height"],
  ])("refuses %j", async (body, param) => {
    const answer = await ask("POST", "/v1/jobs", body);
    expect(answer.statusCode, answer.body).toBe(400);
    expect(answer.json().error).toMatchObject({ code: "invalid_request", param });
    expect(open.jobs.created).toEqual([]);
  });
});

describe("POST /v1/jobs/{id}/retry", () => {
  async function ended(code: JimengError["code"] = "generation_failed"): Promise<string> {
    open.jobs.onCreate = failWith(code);
    const id = await createOne();
    open.jobs.onCreate = () => ({});
    return id;
  }

  test("asks for the same as a new job that names the old one", async () => {
    const id = await ended();
    const answer = await ask("POST", `/v1/jobs/${id}/retry`);
    expect(answer.statusCode, answer.body).toBe(202);
    expect(answer.json()).toMatchObject({
      status: "queued",
      retry_of: id,
      request: { prompt: "a cat", seed: 5 },
    });
  });

  test.each(["outcome_unknown", "generation_timeout"] as const)(
    "refuses %s, which may be paid for, unless it is forced",
    async (code) => {
      const id = await ended(code);
      const refused = await ask("POST", `/v1/jobs/${id}/retry`, {});
      expect(refused.statusCode).toBe(409);
      expect(refused.json().error.fix).toContain("Recheck");
      const forced = await ask("POST", `/v1/jobs/${id}/retry`, { force: true });
      expect(forced.statusCode).toBe(202);
    },
  );

  test("refuses a job whose results are there and could not be fetched, unless it is forced", async () => {
    open.jobs.onCreate = (job) => ({
      ...failWith("connection_failed")(job),
      outputs: [imageOutput("5f0c1f5e-0000-4000-8000-000000000001", 0)],
    });
    const id = await createOne();
    expect((await ask("POST", `/v1/jobs/${id}/retry`, {})).statusCode).toBe(409);
    const forced = await ask("POST", `/v1/jobs/${id}/retry`, { force: true });
    expect(forced.statusCode).toBe(202);
  });

  test("refuses a job that has not ended, and one that does not exist", async () => {
    open.jobs.onCreate = () => ({});
    const id = await createOne();
    expect((await ask("POST", `/v1/jobs/${id}/retry`)).statusCode).toBe(409);
    expect((await ask("POST", "/v1/jobs/job_none/retry")).statusCode).toBe(404);
    expect(open.jobs.created).toHaveLength(1);
  });

  test("takes an Idempotency-Key", async () => {
    const id = await ended();
    await ask("POST", `/v1/jobs/${id}/retry`, {}, { "idempotency-key": "again" });
    expect(open.jobs.contexts.at(-1)).toMatchObject({ key: "again" });
  });
});

test("POST /v1/jobs/{id}/recheck answers with the job", async () => {
  open.jobs.onCreate = failWith("generation_timeout");
  const id = await createOne();
  const answer = await ask("POST", `/v1/jobs/${id}/recheck`);
  expect(answer.json()).toMatchObject({ id, error: { code: "generation_timeout" } });
  expect((await ask("POST", "/v1/jobs/job_none/recheck")).statusCode).toBe(404);
});

describe("GET /v1/jobs", () => {
  test("narrows by time and key", async () => {
    await ask("GET", "/v1/jobs?created_after=100&created_before=200&key=key_1");
    expect(open.jobs.filters[0]).toMatchObject({
      createdAfter: 100_000,
      createdBefore: 200_000,
      keyId: "key_1",
    });
  });

  test("does not show another key's jobs", async () => {
    await open.close();
    open = await buildFakeApp({ JIMENG_API_KEYS: "obviously-fake-key-one" });
    const headers = { authorization: "Bearer obviously-fake-key-one" };
    const other = await ask("GET", "/v1/jobs?key=key_other", undefined, headers);
    expect(other.statusCode).toBe(403);
    const own = toKeyId("key", "obviously-fake-key-one");
    expect((await ask("GET", `/v1/jobs?key=${own}`, undefined, headers)).statusCode).toBe(200);
    expect(open.jobs.filters).toMatchObject([{ keyId: own }]);
  });
});

describe("GET /v1/jobs/{id}/events", () => {
  test("sends nothing twice to a reader that has seen the present state", async () => {
    open.jobs.onCreate = () => ({});
    const id = await createOne();
    const follow = (lastId: string) =>
      ask("GET", `/v1/jobs/${id}/events`, undefined, { "last-event-id": lastId });
    const seen = follow("1");
    const missed = follow("0");
    while (open.jobs.listeners(id) < 2) await new Promise((resolve) => setImmediate(resolve));
    const error = toErrorRecord(new JimengError("generation_failed", "no"));
    open.jobs.change(id, { status: "failed", error }, "job.failed");
    const names = (text: string) => [...text.matchAll(/^event: (.*)$/gm)].map(([, name]) => name);
    expect(names((await seen).body)).toEqual(["job.failed"]);
    expect(names((await missed).body)).toEqual(["job.queued", "job.failed"]);
    expect(names((await follow("2")).body)).toEqual(["job.failed"]);
  });

  test("sends a reader that connects again the pictures that it missed", async () => {
    open.jobs.onCreate = () => ({});
    const id = await createOne();
    open.jobs.change(id, { assets: [toAsset(id, 0), toAsset(id, 1)] }, "job.progress");
    open.jobs.change(id, { status: "completed" }, "job.completed");
    const received = async (lastId: string) => {
      const { body } = await ask("GET", `/v1/jobs/${id}/events`, undefined, {
        "last-event-id": lastId,
      });
      return [...body.matchAll(/^event: (.*)\nid: (.*)\ndata: (.*)$/gm)].map(
        ([, name, eventId, data]) => [
          name,
          eventId,
          (JSON.parse(data ?? "") as { asset?: { id: string } }).asset?.id,
        ],
      );
    };
    const all = [
      ["job.image", "3-1", `asset_${id}_0`],
      ["job.image", "3-2", `asset_${id}_1`],
      ["job.completed", "3-2", undefined],
    ];
    expect(await received("1")).toEqual(all);
    expect(await received("2-1")).toEqual(all.slice(1));
    expect(await received("3-2")).toEqual(all.slice(2));
  });
});
