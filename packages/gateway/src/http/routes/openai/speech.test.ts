// Tests POST /v1/audio/speech and GET /v1/audio/voices over a fake engine.

import { afterEach, beforeEach, describe, expect, it, test } from "vitest";

import { errorBodySchema } from "../../../api/errors.ts";
import { voiceListSchema } from "../../../api/speech.ts";
import { FakeAccountClient } from "../../../testing/fake-account-client.ts";
import { buildFakeApp } from "../../../testing/fake-app.ts";
import type { FakeApp } from "../../../testing/fake-app.ts";
import { failWith, toAsset } from "../../../testing/fake-jobs.ts";

let fake: FakeApp;
let account: FakeAccountClient;
const sound = Buffer.from("an mp3, as far as this test goes");
beforeEach(async () => {
  account = new FakeAccountClient();
  fake = await buildFakeApp({}, { account });
  fake.jobs.onCreate = (job) => {
    const asset = toAsset(job.id, 0, { contentType: "audio/mpeg", width: null, height: null });
    fake.writeFile(asset, sound);
    return { status: "completed", assets: [asset] };
  };
});
afterEach(() => fake.close());

const body = { input: "hello", voice: "7500000000000000003" };

function post(payload: object, headers: Record<string, string> = {}) {
  return fake.app.inject({ method: "POST", url: "/v1/audio/speech", headers, payload });
}

describe("speech", () => {
  it("is answered with its file, and the job's id", async () => {
    const response = await post({ ...body, model: "jimeng-speech", speech_rate: 10 });
    expect(response.statusCode).toBe(200);
    expect(response.headers["content-type"]).toBe("audio/mpeg");
    expect(response.headers["x-jimeng-job"]).toBe("job_1");
    expect(response.rawPayload).toEqual(sound);
    expect(fake.jobs.created[0]?.[0]?.request).toMatchObject({
      kind: "audio",
      tool: "speech",
      prompt: "hello",
      voice: "7500000000000000003",
      speechRate: 10,
    });
    // An id needs no list.
    expect(account.asked).toEqual([]);
  });

  it("takes a voice by its title, and asks the site for the titles once", async () => {
    await post({ ...body, voice: "Aria" });
    await post({ ...body, voice: { id: "aria" } });
    const voices = fake.jobs.created.map(([job]) => job?.request);
    expect(voices).toMatchObject([
      { voice: "7500000000000000003" },
      { voice: "7500000000000000003" },
    ]);
    expect(account.asked).toEqual(["voices"]);
  });

  it("is a job at once where the caller does not wait", async () => {
    fake.jobs.onCreate = () => ({ status: "in_progress" });
    const response = await post(body, { prefer: "respond-async" });
    expect(response.statusCode).toBe(202);
    expect(response.json()).toMatchObject({ kind: "audio", tool: "speech" });
  });

  it("that is lost says so, and that the charge is unknown", async () => {
    fake.jobs.onCreate = failWith("outcome_unknown", "audio");
    const { error } = errorBodySchema.parse((await post(body)).json());
    expect(error).toMatchObject({ charged: "unknown", job_id: "job_1" });
  });
});

describe("a bad request starts nothing and names the parameter", () => {
  test.each<[object, string]>([
    [{ voice: "7500000000000000003" }, "input"],
    [{ ...body, input: " " }, "input"],
    [{ input: "a" }, "voice"],
    [{ ...body, voice: "alloy" }, "voice"],
    [{ ...body, model: "tts-1" }, "model"],
    [{ ...body, response_format: "opus" }, "response_format"],
    [{ ...body, speed: 1.5 }, "speed"],
    [{ ...body, stream_format: "sse" }, "stream_format"],
    [{ ...body, speech_rate: 1000 }, "speech_rate"],
    [{ ...body, account: "stranger" }, "account"],
  ])("%j", async (payload, param) => {
    const response = await post(payload);
    expect(errorBodySchema.parse(response.json()).error).toMatchObject({ param, charged: "no" });
    expect(fake.jobs.created).toEqual([]);
  });
});

test("the voices of the site are listed", async () => {
  const response = await fake.app.inject({ url: "/v1/audio/voices" });
  expect(voiceListSchema.parse(response.json()).data).toEqual([
    { id: "7500000000000000003", object: "voice", title: "Aria" },
  ]);
});
