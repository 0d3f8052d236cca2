// Tests POST /v1/images/generations over a fake engine: mapping, counts, answers, failures, waiting.

import { JimengError } from "@jimeng/sdk";
import { afterEach, beforeEach, describe, expect, it } from "vitest";

import { gatewayErrorCodes } from "../../../api/errors.ts";
import { errorBodySchema } from "../../../api/errors.ts";
import { imagesAnswerSchema } from "../../../api/images.ts";
import { jobListSchema, jobSchema } from "../../../api/jobs.ts";
import { buildFakeApp } from "../../../testing/fake-app.ts";
import type { FakeApp } from "../../../testing/fake-app.ts";
import { complete, failWith } from "../../../testing/fake-jobs.ts";
import { smallUploads } from "../../../testing/small-uploads.ts";

let fake: FakeApp;
beforeEach(async () => {
  fake = await buildFakeApp();
});
afterEach(() => fake.close());

function post(body: object | string, headers: Record<string, string> = {}) {
  return fake.app.inject({
    method: "POST",
    url: "/v1/images/generations",
    headers: { "content-type": "application/json", ...headers },
    payload: typeof body === "string" ? body : JSON.stringify(body),
  });
}

describe("an answer", () => {
  it("has the shape of OpenAI's, with URLs, the size made and the job", async () => {
    const response = await post({ prompt: "a cat", ratio: "16:9", resolution: "2k" });
    expect(response.statusCode).toBe(200);
    const answer = imagesAnswerSchema.parse(response.json());
    expect(answer.data).toEqual([{ url: "http://localhost:80/v1/assets/asset_job_1_0.png" }]);
    expect(answer).toMatchObject({ size: "2560x1440", job_id: "job_1", job_ids: ["job_1"] });
    expect(answer).toMatchObject({ background: "opaque", output_format: "png", quality: "medium" });
    expect(answer.expires_at).toBeNull();
    expect(response.headers["x-jimeng-job"]).toBe("job_1");
    expect(response.headers["x-request-id"]).toMatch(/^req_/);
  });

  it("holds exactly n pictures, though the model always makes four", async () => {
    const response = await post({ prompt: "a cat", model: "jimeng-3.0", n: 2 });
    expect(response.json().data).toHaveLength(2);
    expect(fake.jobs.created[0]?.[0]?.request).toMatchObject({ count: 2, upstreamCount: 4 });
    expect(response.json().warnings).toMatchObject([{ code: "count_rounded_up", param: "n" }]);
  });

  it("of more pictures than one start makes comes from several jobs, answered together", async () => {
    const response = await post({ prompt: "a cat", n: 10, seed: 5 });
    expect(response.json().data).toHaveLength(10);
    const rows = fake.jobs.created[0] ?? [];
    expect(rows.map(({ request }) => "count" in request && request.count)).toEqual([8, 2]);
    expect(rows.map(({ request }) => request.seed)).toEqual([5, 6]);
    expect(new Set(rows.map(({ groupId }) => groupId)).size).toBe(1);
    expect(rows[0]?.groupId).toMatch(/^group_/);
    expect(response.json()).toMatchObject({
      job_ids: ["job_1", "job_2"],
      warnings: [{ code: "seed_varied" }],
    });
    expect(response.headers["x-jimeng-job"]).toBe("job_1, job_2");
  });

  it("carries base64 when asked, byte for byte, with the right length", async () => {
    const files = [Buffer.from("one!"), Buffer.alloc(500_001, 7)];
    fake.jobs.onCreate = (job) => {
      const done = complete(job);
      done.assets?.forEach((asset, index) =>
        fake.writeFile(asset, files[index] ?? Buffer.alloc(0)),
      );
      return done;
    };
    const response = await post({ prompt: "a cat", n: 2, response_format: "b64_json" });
    const answer = imagesAnswerSchema.parse(response.json());
    expect(answer.data.map(({ b64_json: text }) => Buffer.from(text ?? "", "base64"))).toEqual(
      files,
    );
    expect(answer.data.every(({ url }) => url === undefined)).toBe(true);
    expect(Number(response.headers["content-length"])).toBe(response.rawPayload.length);
    expect(answer.job_id).toBe("job_1");
  });

  it("is base64 for the AI SDK's openai-compatible provider, which cannot read URLs", async () => {
    fake.jobs.onCreate = (job) => {
      const done = complete(job);
      done.assets?.forEach((asset) => fake.writeFile(asset, Buffer.from("png")));
      return done;
    };
    const agent = { "user-agent": "ai/7.0.173 ai-sdk/openai-compatible/3.0.0 runtime/node.js/24" };
    expect((await post({ prompt: "a cat" }, agent)).json().data).toEqual([{ b64_json: "cG5n" }]);
    const asked = await post({ prompt: "a cat", response_format: "url" }, agent);
    expect(asked.json().data[0].url).toContain("/v1/assets/");
  });
});

describe("a request", () => {
  it("uses the documented defaults", async () => {
    await post({ prompt: "a cat" });
    expect(fake.jobs.created[0]?.[0]).toMatchObject({
      request: { kind: "image", model: "jimeng-4.0", count: 1, ratio: "1:1" },
      keyId: null,
    });
  });

  it("takes null for absent, as OpenAI's clients send it", async () => {
    const nulls = {
      n: null,
      size: null,
      quality: null,
      response_format: null,
      seed: null,
      style: null,
    };
    const response = await post({ prompt: "a cat", model: null, ...nulls });
    expect(response.statusCode).toBe(200);
    expect(response.json().warnings).toEqual([]);
  });

  it("maps size to the nearest one offered, and says so under OpenAI's name", async () => {
    const response = await post({ prompt: "a cat", size: "1000x1000" });
    expect(response.json().warnings).toMatchObject([{ code: "size_substituted", param: "size" }]);
  });

  it.each([
    ["low", "1k"],
    ["medium", "2k"],
    ["high", "4k"],
    ["hd", "4k"],
    ["auto", "2k"],
    ["standard", "2k"],
  ])("maps quality %s to %s", async (quality, resolution) => {
    await post({ prompt: "a cat", quality });
    expect(fake.jobs.created[0]?.[0]?.request.resolution).toBe(resolution);
  });

  it("lets size and resolution win over quality, and says when the model lacks it", async () => {
    await post({ prompt: "a cat", quality: "high", resolution: "1k" });
    expect(fake.jobs.created[0]?.[0]?.request.resolution).toBe("1k");
    const response = await post({ prompt: "a cat", quality: "high", model: "jimeng-3.0" });
    expect(response.json().warnings).toContainEqual(
      expect.objectContaining({ code: "quality_unavailable", param: "quality" }),
    );
  });

  it("warns about what has no effect and about what it does not know, and goes on", async () => {
    const response = await post({ prompt: "a cat", style: "vivid", user: "u", banana: 1 });
    expect(response.statusCode).toBe(200);
    expect(response.json().warnings).toEqual([
      expect.objectContaining({ code: "parameter_ignored", param: "style" }),
      expect.objectContaining({ code: "parameter_ignored", param: "user" }),
      expect.objectContaining({ code: "unknown_parameter", param: "banana" }),
    ]);
  });

  it("carries the extensions", async () => {
    await post({
      prompt: "a cat",
      negative_prompt: "dogs",
      seed: 7,
      sample_strength: 0.25,
      intelligent_ratio: true,
      account: "mine",
    });
    expect(fake.jobs.created[0]?.[0]).toMatchObject({
      account: "mine",
      request: { negativePrompt: "dogs", seed: 7, sampleStrength: 0.25, intelligentRatio: true },
    });
  });
});

describe("a bad request stores nothing and names the parameter and the fix", () => {
  it.each<[object, number, string]>([
    [{}, 400, "prompt"],
    [{ prompt: "" }, 400, "prompt"],
    [{ prompt: "   \n" }, 400, "prompt"],
    [{ prompt: 7 }, 400, "prompt"],
    [{ prompt: "x".repeat(4001) }, 400, "prompt"],
    [{ prompt: "a", model: "nope" }, 404, "model"],
    [{ prompt: "a", model: "jimeng-video-3.0" }, 400, "model"],
    [{ prompt: "a", ratio: "5:1" }, 400, "ratio"],
    [{ prompt: "a", resolution: "8k" }, 400, "resolution"],
    [{ prompt: "a", n: 0 }, 400, "n"],
    [{ prompt: "a", n: 11 }, 400, "n"],
    [{ prompt: "a", n: 1.5 }, 400, "n"],
    [{ prompt: "a", n: "two" }, 400, "n"],
    [{ prompt: "a", size: "big" }, 400, "size"],
    [{ prompt: "a", size: "99999x1" }, 400, "size"],
    [{ prompt: "a", seed: -2 }, 400, "seed"],
    [{ prompt: "a", sample_strength: 2 }, 400, "sample_strength"],
    [{ prompt: "a", negative_prompt: "x".repeat(4001) }, 400, "negative_prompt"],
    [{ prompt: "a", model: "jimeng-3.0", intelligent_ratio: true }, 400, "intelligent_ratio"],
    [{ prompt: "a", response_format: "gif" }, 400, "response_format"],
    [{ prompt: "a", quality: "ultra" }, 400, "quality"],
    [{ prompt: "a", background: "transparent" }, 400, "background"],
    [{ prompt: "a", background: "pink" }, 400, "background"],
    [{ prompt: "a", stream: true, background: true }, 400, "background"],
    [{ prompt: "a", stream: true, wait: false }, 400, "wait"],
    [{ prompt: "a", wait: "soon" }, 400, "wait"],
    [{ prompt: "a", image: "data:image/png;base64,AA" }, 400, "image"],
    [{ prompt: "a", images: ["x"] }, 400, "images"],
    [{ prompt: "a", account: "stranger" }, 404, "account"],
  ])("%j", async (body, status, param) => {
    const response = await post(body);
    const { error } = errorBodySchema.parse(response.json());
    expect(response.statusCode).toBe(status);
    expect(error).toMatchObject({ param, charged: "no", job_id: null });
    expect(error.fix).toBeTruthy();
    expect(response.headers["x-should-retry"]).toBe("false");
    expect(fake.jobs.created).toEqual([]);
  });

  it("names the allowed values", async () => {
    expect((await post({ prompt: "a", quality: "ultra" })).json().error.message).toMatch(
      /one of .*\bhigh\b/,
    );
    expect((await post({ prompt: "a", ratio: "5:1" })).json().error.fix).toMatch(/16:9/);
  });

  it("malformed JSON", async () => {
    const response = await post('{"prompt": ');
    expect(response.statusCode).toBe(400);
    expect(response.json().error).toMatchObject({ code: "invalid_request", param: "body" });
  });

  it.each([
    "text/plain",
    "application/x-www-form-urlencoded",
    "multipart/form-data; boundary=x",
    "application/xml",
  ])("content type %s", async (type) => {
    const response = await post('{"prompt":"a"}', { "content-type": type });
    expect(response.statusCode).toBe(415);
    expect(response.json().error.code).toBe("unsupported_media_type");
    expect(fake.jobs.created).toEqual([]);
  });

  it("a body that is not an object, or missing", async () => {
    expect((await post("[]")).json().error).toMatchObject({
      code: "invalid_request",
      param: "body",
    });
    expect((await post("")).json().error).toMatchObject({ code: "invalid_request", param: "body" });
  });

  it("a body over the limit", async () => {
    // The limit leaves room for one picture of JIMENG_MAX_IMAGE_UPLOAD_MB as a data URL.
    const small = await buildFakeApp({ ...smallUploads() });
    const payload = { prompt: "x".repeat(2_600_000) };
    const response = await small.app.inject({
      method: "POST",
      url: "/v1/images/generations",
      payload,
    });
    await small.close();
    expect(response.statusCode).toBe(413);
    expect(response.json().error.code).toBe("payload_too_large");
  });

  it("what the accounts refuse beforehand keeps the table's status and may say when to retry", async () => {
    fake.refuse(new JimengError("rate_limited", "Too many.", { retryAfterMs: 1500 }));
    const response = await post({ prompt: "a" });
    expect(response.statusCode).toBe(429);
    expect(response.headers).toMatchObject({
      "x-should-retry": "true",
      "retry-after": "2",
      "retry-after-ms": "1500",
    });
    expect(response.json().error).toMatchObject({ retryable: true, retry_after_ms: 1500 });
  });
});

describe("a failure after the job exists", () => {
  it.each(gatewayErrorCodes)("%s has a status that no client repeats", async (code) => {
    fake.jobs.onCreate = failWith(code);
    const response = await post({ prompt: "a" });
    expect([400, 402, 403, 422]).toContain(response.statusCode);
    expect(response.headers["x-should-retry"]).toBe("false");
    expect(response.headers["retry-after"]).toBeUndefined();
    const { error } = errorBodySchema.parse(response.json());
    expect(error).toMatchObject({ job_id: "job_1", retryable: false });
    expect(error.code).toBe(code === "content_rejected" ? "content_policy_violation" : code);
    expect(response.headers["x-jimeng-job"]).toBe("job_1");
  });

  it("covers cancelled jobs and files that are missing in their place", async () => {
    fake.jobs.onCreate = () => ({ status: "cancelled" });
    expect((await post({ prompt: "a" })).statusCode).toBe(422);
    fake.jobs.onCreate = complete;
    const response = await post({ prompt: "a", response_format: "b64_json" });
    expect(response.statusCode).toBe(400);
    expect(response.json().error).toMatchObject({ code: "not_found", job_id: "job_2" });
  });

  it("of one part of several names the parts that succeeded", async () => {
    fake.jobs.onCreate = (job) =>
      job.id === "job_2" ? failWith("generation_failed")(job) : complete(job);
    const response = await post({ prompt: "a", n: 10 });
    expect(response.statusCode).toBe(422);
    expect(response.json().error).toMatchObject({
      job_id: "job_2",
      job_ids: ["job_1", "job_2"],
      succeeded_job_ids: ["job_1"],
      charged: "yes",
    });
  });
});

describe("waiting", () => {
  it.each<[object, Record<string, string>]>([
    [{ background: true }, {}],
    [{ wait: false }, {}],
    [{ wait: 0 }, {}],
    [{}, { prefer: "respond-async" }],
    [{}, { prefer: "respond-async, wait=1" }],
    [{}, { prefer: "wait=0" }],
  ])("is not done with %j %j: 202 with the job", async (body, headers) => {
    fake.jobs.onCreate = () => ({});
    const response = await post({ prompt: "a", ...body }, headers);
    expect(response.statusCode).toBe(202);
    expect(jobSchema.parse(response.json())).toMatchObject({ id: "job_1", status: "queued" });
    expect(response.headers["location"]).toBe("http://localhost:80/v1/jobs/job_1");
  });

  it("for several jobs answers 202 with the list", async () => {
    fake.jobs.onCreate = () => ({});
    const response = await post({ prompt: "a", n: 9, background: true });
    expect(jobListSchema.parse(response.json()).data.map(({ id }) => id)).toEqual([
      "job_1",
      "job_2",
    ]);
  });

  it("for N seconds gives the pictures when they are ready by then", async () => {
    const response = await post({ prompt: "a" }, { prefer: "wait=5" });
    expect(response.statusCode).toBe(200);
    expect((await post({ prompt: "a", wait: 5 })).statusCode).toBe(200);
    expect((await post({ prompt: "a", wait: true })).statusCode).toBe(200);
    fake.jobs.onCreate = () => ({});
    const late = await post({ prompt: "a", wait: 0.5 }, { prefer: "wait=0" });
    expect(late.statusCode).toBe(202);
  });

  it("ends when the gateway closes, with a status that no client repeats", async () => {
    fake.jobs.onCreate = () => ({});
    const answer = post({ prompt: "a" });
    while (fake.jobs.listeners("job_1") === 0)
      await new Promise((resolve) => setImmediate(resolve));
    const closed = fake.app.close();
    const response = await answer;
    expect(response.statusCode).toBe(422);
    expect(response.headers["x-should-retry"]).toBe("false");
    expect(response.json().error).toMatchObject({ code: "timeout", job_id: "job_1" });
    await closed;
  });
});
