// Tests POST /v1/images/variations over a fake engine.

import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";

import { imagesAnswerSchema } from "../../../api/images.ts";
import { jobSchema } from "../../../api/jobs.ts";
import { variationPrompt } from "../../../shapes/openai/images.ts";
import { buildFakeApp } from "../../../testing/fake-app.ts";
import type { FakeApp } from "../../../testing/fake-app.ts";
import { complete } from "../../../testing/fake-jobs.ts";
import { toDataUrl, toForm } from "../../../testing/form-samples.ts";
import type { FormField } from "../../../testing/form-samples.ts";
import { wholePng } from "../../../testing/reference-samples.ts";

const picture = wholePng();
let fake: FakeApp;
beforeAll(async () => {
  fake = await buildFakeApp();
});
afterAll(() => fake.close());
beforeEach(() => {
  fake.jobs.rows.clear();
  fake.jobs.created.length = 0;
  fake.jobs.onCreate = (job) => {
    const done = complete(job);
    for (const asset of done.assets ?? []) fake.writeFile(asset, Buffer.from("png"));
    return done;
  };
});

async function post(body: object | FormField[], headers: Record<string, string> = {}) {
  const sent = Array.isArray(body) ? await toForm(body) : { headers: {}, payload: body };
  return fake.app.inject({
    method: "POST",
    url: "/v1/images/variations",
    ...sent,
    headers: { ...sent.headers, ...headers },
  });
}

const requestOf = () => fake.jobs.created.flat()[0]?.request;

describe("a variation", () => {
  it("of a form without a prompt asks for the documented instruction, and says so of each picture", async () => {
    const response = await post([
      ["image", picture, "a.png"],
      ["n", "2"],
      ["size", "2048x2048"],
      ["response_format", "url"],
      ["user", "someone"],
    ]);
    expect(response.statusCode, response.body).toBe(200);
    const answer = imagesAnswerSchema.parse(response.json());
    expect(answer.data.map(({ revised_prompt: words }) => words)).toEqual([
      variationPrompt,
      variationPrompt,
    ]);
    expect(answer.data.every(({ url }) => url !== undefined)).toBe(true);
    expect(answer.warnings).toMatchObject([{ code: "parameter_ignored", param: "user" }]);
    expect(requestOf()).toMatchObject({
      prompt: variationPrompt,
      count: 2,
      width: 2048,
      height: 2048,
      references: [{ width: 640, height: 480 }],
    });
  });

  it("of JSON may be answered as base64, with its exact length", async () => {
    const response = await post({ image: toDataUrl(picture), response_format: "b64_json" });
    const answer = imagesAnswerSchema.parse(response.json());
    expect(answer.data).toEqual([{ b64_json: "cG5n", revised_prompt: variationPrompt }]);
    expect(Number(response.headers["content-length"])).toBe(response.rawPayload.length);
  });

  it("with words of the caller asks for those, and revises nothing", async () => {
    const response = await post([
      ["image", picture, "a.png"],
      ["prompt", "the same in blue"],
    ]);
    expect(response.json().data[0].revised_prompt).toBeUndefined();
    expect(requestOf()?.prompt).toBe("the same in blue");
  });

  it("that streams says it in each event", async () => {
    const response = await post({
      image: toDataUrl(picture),
      stream: true,
      response_format: "url",
    });
    const [, data = ""] = /event: image_edit\.completed\ndata: (.*)\n/.exec(response.payload) ?? [];
    expect(JSON.parse(data)).toMatchObject({ revised_prompt: variationPrompt, expires_at: null });
  });

  it("may be had as a job", async () => {
    fake.jobs.onCreate = () => ({});
    const response = await post({ image: toDataUrl(picture) }, { prefer: "respond-async" });
    expect(response.statusCode).toBe(202);
    expect(jobSchema.parse(response.json()).request.prompt).toBe(variationPrompt);
  });

  it("needs a picture", async () => {
    const response = await post({});
    expect(response.statusCode).toBe(400);
    expect(response.json().error).toMatchObject({ param: "image", charged: "no" });
    expect(fake.jobs.created).toEqual([]);
  });
});
