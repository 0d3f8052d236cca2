// Tests estimates and ceilings over HTTP: what a request is expected to cost, and that what is dearer than allowed is
// refused in every dialect before a job is made.

import { prepareRequest } from "@jimeng/sdk";
import { afterEach, beforeEach, describe, expect, test } from "vitest";

import { estimateSchema } from "../../../api/batches/estimate.ts";
import { jobSchema } from "../../../api/jobs.ts";
import { FakeAccountClient, creditsOf } from "../../../testing/fake-account-client.ts";
import { buildFakeApp } from "../../../testing/fake-app.ts";
import type { FakeApp } from "../../../testing/fake-app.ts";
import { toForm } from "../../../testing/form-samples.ts";
import { wholeFiles } from "../../../testing/reference-samples.ts";

let open: FakeApp;
let account: FakeAccountClient;
beforeEach(async () => {
  account = new FakeAccountClient();
  open = await buildFakeApp({}, { account });
});
afterEach(() => open.close());

const cat = { kind: "image", prompt: "a cat", model: "jimeng-4.0", resolution: "2k", count: 1 };

/** Makes the price of one picture of `cat` known. */
function knowPrice(credits: number): void {
  const { request } = prepareRequest({
    kind: "image",
    prompt: "another",
    model: "jimeng-4.0",
    resolution: "2k",
    count: 1,
  });
  open.jobs.charged = [{ request, credits }];
}

const post = (url: string, payload: object) => open.app.inject({ method: "POST", url, payload });

async function estimateOf(payload: object) {
  const answer = await post("/v1/estimate", payload);
  expect(answer.statusCode, answer.body).toBe(200);
  return estimateSchema.parse(answer.json());
}

describe("POST /v1/estimate", () => {
  test("tells the expected credits with what they come from, and starts nothing", async () => {
    knowPrice(4);
    expect(await estimateOf(cat)).toEqual({
      object: "estimate",
      credits: 4,
      jobs: [
        {
          kind: "image",
          model: "jimeng-4.0",
          resolution: "2k",
          count: 1,
          ratio: "1:1",
          width: 2048,
          height: 2048,
          legal: {
            resolutions: ["1k", "2k", "4k"],
            ratios: ["1:1", "3:4", "16:9", "4:3", "9:16", "2:3", "3:2", "21:9"],
            durations: [],
            counts: [1, 2, 3, 4, 5, 6, 7, 8],
            max_references: 10,
            max_prompt_length: null,
          },
          credits: 4,
          basis: "own_charges",
          observations: 1,
        },
      ],
      balances: [],
      refusal: null,
      warnings: [],
    });
    expect(open.jobs.created).toEqual([]);
    expect(account.asked).toEqual([]);
  });

  test("tells that a price is not known", async () => {
    const body = { kind: "video", prompt: "waves", model: "jimeng-video-3.0" };
    expect(await estimateOf(body)).toMatchObject({
      credits: null,
      jobs: [{ kind: "video", duration_seconds: 5, credits: null, basis: null }],
    });
  });

  test("tells a balance that is too low where it was read a moment ago, and what a ceiling would refuse", async () => {
    knowPrice(4);
    account.peeked = creditsOf(0, 0, 3);
    expect(await estimateOf({ ...cat, max_credits: 2 })).toMatchObject({
      balances: [{ account: "mine", credits: 3 }],
      refusal: { code: "budget_exceeded", param: "max_credits", charged: "no" },
      warnings: [{ code: "balance_low" }],
    });
    expect(account.asked).toEqual([]);
  });

  test("refuses what a job would be refused for", async () => {
    const answer = await post("/v1/estimate", { ...cat, model: "nothing" });
    expect(answer.statusCode).toBe(404);
    expect(answer.json()).toMatchObject({ error: { code: "model_not_found" } });
  });
});

describe("max_credits", () => {
  test.each<[string, object]>([
    ["/v1/jobs", cat],
    ["/v1/images/generations", { prompt: "a cat", model: "jimeng-4.0", resolution: "2k", n: 1 }],
    ["/v1/videos", { prompt: "waves", model: "jimeng-video-3.0" }],
  ])("of %s refuses what is dearer or of unknown price before a job is made", async (url, body) => {
    knowPrice(4);
    const refused = await post(url, { ...body, max_credits: 3 });
    expect(refused.statusCode, refused.body).toBe(402);
    expect(refused.json()).toMatchObject({
      error: {
        code: "budget_exceeded",
        type: "insufficient_quota",
        param: "max_credits",
        charged: "no",
        job_id: null,
      },
    });
    expect(refused.json<{ error: { fix: string } }>().error.fix).toContain("max_credits");
    expect(open.jobs.created).toEqual([]);
  });

  test("lets what costs as much pass, and the job tells the expected credits", async () => {
    knowPrice(4);
    account.peeked = creditsOf(0, 0, 3);
    const answer = await post("/v1/jobs", { ...cat, max_credits: 4 });
    expect(answer.statusCode, answer.body).toBe(202);
    expect(jobSchema.parse(answer.json())).toMatchObject({
      cost: { estimated: 4, charged: null, state: "not_settled" },
      warnings: [{ code: "balance_low" }],
    });
  });

  test("counts in forms and in repetitions too", async () => {
    knowPrice(4);
    const made = await post("/v1/jobs", cat);
    const { id } = made.json<{ id: string }>();
    open.jobs.change(id, { status: "failed", completedAt: 1 }, "job.failed");
    const refused = await post(`/v1/jobs/${id}/retry`, { max_credits: 3 });
    expect(refused.statusCode, refused.body).toBe(402);
    const accepted = await post(`/v1/jobs/${id}/retry`, { max_credits: 4 });
    expect(accepted.statusCode, accepted.body).toBe(202);
    const form = await toForm([
      ["prompt", "a cat"],
      ["model", "jimeng-4.0"],
      ["image", wholeFiles.png.bytes, "one.png"],
      ["max_credits", "4"],
    ]);
    const edit = await open.app.inject({ method: "POST", url: "/v1/images/edits", ...form });
    expect(edit.json(), edit.body).toMatchObject({
      error: { code: "budget_exceeded", reason: "price_unknown" },
    });
  });

  test.each([-1, "four"])("refuses the value %s", async (value) => {
    const answer = await post("/v1/jobs", { ...cat, max_credits: value });
    expect(answer.statusCode).toBe(400);
    expect(answer.json()).toMatchObject({ error: { param: "max_credits" } });
  });
});

test("JIMENG_MAX_CREDITS_PER_JOB holds for every request, and each of its jobs", async () => {
  await open.close();
  open = await buildFakeApp({ JIMENG_MAX_CREDITS_PER_JOB: "3" }, { account });
  const unknown = await post("/v1/jobs", cat);
  expect(unknown.statusCode).toBe(402);
  expect(unknown.json()).toMatchObject({
    error: { param: "JIMENG_MAX_CREDITS_PER_JOB", reason: "price_unknown" },
  });
  knowPrice(4);
  const dear = await post("/v1/jobs", { ...cat, max_credits: 100 });
  expect(dear.json()).toMatchObject({ error: { reason: "above_ceiling" } });
  knowPrice(3);
  expect((await post("/v1/jobs", cat)).statusCode).toBe(202);
});
