// Tests what a walk may send, and that what it knows of endpoints and open questions is what docs/upstream has.
import { Jimeng } from "@jimeng/sdk";
import { createSimulator, type Simulator } from "@jimeng/simulator";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { shapeOf } from "../answers/shapes.ts";
import { hostsOf } from "../read-only/run.ts";
import { endpoints, findEndpoint } from "./endpoints.ts";
import { lookers, readOpenQuestions } from "./questions.ts";
import { createRecorder } from "./recorder.ts";

let simulator: Simulator;

beforeAll(async () => {
  simulator = await createSimulator({ media: "blank" });
});

afterAll(async () => {
  await simulator?.close();
});

describe("what may leave", () => {
  test("without a permit of its step is no start, cancel or claim, and never another endpoint", async () => {
    const { url } = simulator;
    const client = {
      session: "permits0session0permits0session0",
      baseUrls: { mweb: url, commerce: url, passport: url, imagex: url, vod: url },
    };
    const recorder = createRecorder({ hosts: hostsOf(client), send: fetch });
    const jimeng = new Jimeng({ ...client, fetch: recorder.fetch, maxRetryCount: 0 });
    const before = simulator.requests().length;
    const request = { kind: "image", model: "jimeng-5.0", prompt: "a harbour" } as const;
    recorder.begin("image");
    recorder.permit("generate", "another-submit-id");
    const calls = [
      jimeng.generations.start(request, { submitId: crypto.randomUUID() }),
      jimeng.credits.claim(),
      jimeng.audio.speech({ prompt: "hello", voice: "1" }),
      recorder.fetch(`${url}/mweb/v1/mget_item_info`, { method: "POST", body: "{}" }),
    ];
    for (const result of await Promise.allSettled(calls)) {
      expect(result).toMatchObject({
        status: "rejected",
        reason: { message: expect.stringContaining("was not sent") },
      });
    }
    expect(simulator.requests()).toHaveLength(before);
    const submitId = crypto.randomUUID();
    recorder.permit("generate", submitId);
    await jimeng.generations.start(request, { submitId });
    await expect(jimeng.generations.start(request, { submitId })).rejects.toThrow("was not sent");
  });

  test("behind a relay's prefix is told by its path", () => {
    const url = new URL("https://relay.example/dreamina/us/mweb/v1/get_upload_token?aid=1");
    expect(findEndpoint(url, [])?.name).toBe(undefined);
    expect(findEndpoint(url, ["/dreamina/us"])?.name).toBe("upload-token");
  });
});

describe("what a walk knows", () => {
  test("of every endpoint: what the sdk reads is in the fixtures", () => {
    const found = (["image", "video"] as const).flatMap((kind) =>
      endpoints.flatMap(({ name, expect: expected }) => {
        const { bodies, reads } = expected({ region: "cn", kind, sent: undefined });
        const shape = shapeOf(...bodies);
        return reads.filter((path) => !shape.has(path)).map((path) => `${name}: ${path}`);
      }),
    );
    expect(found).toEqual([]);
  });

  test("of open questions: what it looks for is open", () => {
    const open = readOpenQuestions();
    expect(open.length).toBeGreaterThan(50);
    expect(open[0]).toEqual({
      number: 1,
      question: "Is record status 10 success or a refusal?",
      page: "history.md",
    });
    const numbers = new Set(open.map(({ number }) => number));
    expect([...lookers.keys()].filter((number) => !numbers.has(number))).toEqual([]);
  });
});
