// Tests output_format and output_compression of the image routes: converted answers, addresses, streams, refusals.

import sharp from "sharp";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";

import { parseEventStream } from "../../../api/client/event-stream.ts";
import { imagesAnswerSchema } from "../../../api/images.ts";
import { buildFakeApp } from "../../../testing/fake-app.ts";
import type { FakeApp } from "../../../testing/fake-app.ts";
import { complete } from "../../../testing/fake-jobs.ts";
import type { Job } from "../../../jobs/job.ts";

let fake: FakeApp;
let stored: Buffer;
beforeAll(async () => {
  fake = await buildFakeApp();
  const create = { width: 80, height: 60, channels: 3, background: "#336699" } as const;
  stored = await sharp({ create }).png().toBuffer();
});
beforeEach(() => {
  fake.jobs.onCreate = completeWith(stored);
});
afterAll(() => fake.close());

function completeWith(bytes: Buffer): (job: Job) => Partial<Job> {
  return (job) => {
    const done = complete(job);
    for (const asset of done.assets ?? []) fake.writeFile(asset, bytes);
    return done;
  };
}

const prompt = "a red lighthouse";
const post = (payload: Record<string, unknown>, url = "/v1/images/generations") =>
  fake.app.inject({ method: "POST", url, payload: { prompt, ...payload } });

async function answerOf(payload: Record<string, unknown>) {
  const answer = await post(payload);
  expect(answer.statusCode).toBe(200);
  return imagesAnswerSchema.parse(answer.json());
}

const formatOf = async (base64: string | undefined): Promise<string> =>
  (await sharp(Buffer.from(base64 ?? "", "base64")).metadata()).format;

describe("output_format", () => {
  test("converts the pictures of a base64 answer, and says so", async () => {
    const jpeg = { response_format: "b64_json", output_format: "jpeg", output_compression: 50 };
    const answer = await answerOf({ ...jpeg, n: 2 });
    expect(answer.output_format).toBe("jpeg");
    expect(answer.warnings).toEqual([]);
    expect(await Promise.all(answer.data.map(({ b64_json: one }) => formatOf(one)))).toEqual([
      "jpeg",
      "jpeg",
    ]);
  });

  test("leads URLs to the pictures in that format", async () => {
    const answer = await answerOf({ output_format: "webp", output_compression: 60 });
    expect(answer.output_format).toBe("webp");
    const { pathname, search } = new URL(answer.data[0]!.url!);
    expect(pathname + search).toMatch(
      /^\/v1\/assets\/asset_job_\d+_0\.webp\?format=webp&quality=60$/,
    );
    const picture = await fake.app.inject(pathname + search);
    expect(picture.headers["content-type"]).toBe("image/webp");
    expect((await sharp(picture.rawPayload).metadata()).format).toBe("webp");
  });

  test("converts the pictures of a stream", async () => {
    const answer = await post({ output_format: "jpg", stream: true });
    const { body } = new Response(answer.payload);
    const events = [];
    for await (const { data } of parseEventStream(body!)) events.push(data);
    const picture = JSON.parse(events[0]!) as { output_format: string; b64_json: string };
    expect(picture.output_format).toBe("jpeg");
    expect(await formatOf(picture.b64_json)).toBe("jpeg");
  });

  test("is what the pictures have where none was asked for, and null asks for none", async () => {
    const answer = await answerOf({ output_format: null, output_compression: null });
    expect(answer.output_format).toBe("png");
    expect(answer.data[0]!.url).not.toContain("?");
    expect(answer.warnings).toEqual([]);
  });

  test("never costs a paid picture: one that cannot be converted is answered as it is", async () => {
    fake.jobs.onCreate = completeWith(Buffer.from("no picture at all"));
    const answer = await answerOf({ response_format: "b64_json", output_format: "webp" });
    expect(Buffer.from(answer.data[0]!.b64_json!, "base64").toString()).toBe("no picture at all");
    expect(answer.output_format).toBe("png");
    expect(answer.warnings).toMatchObject([
      { code: "output_format_unavailable", param: "output_format" },
    ]);
  });

  test.each([
    [{ output_format: "gif" }, "output_format"],
    [{ output_format: "jpeg", output_compression: 101 }, "output_compression"],
    [{ output_format: "jpeg", output_compression: -1 }, "output_compression"],
    [{ output_format: "png", output_compression: 50 }, "output_compression"],
  ])("%j is refused before anything is made, naming %s", async (payload, param) => {
    const made = fake.jobs.created.length;
    const answer = await post(payload);
    expect(answer.statusCode).toBe(400);
    expect(answer.json()).toMatchObject({ error: { param } });
    expect(fake.jobs.created).toHaveLength(made);
  });

  test("without it, output_compression is told to have no effect", async () => {
    const { warnings } = await answerOf({ output_compression: 80 });
    expect(warnings).toMatchObject([{ code: "parameter_ignored", param: "output_compression" }]);
  });

  test("holds for edits and for the picture tools", async () => {
    const image = `data:image/png;base64,${stored.toString("base64")}`;
    for (const url of ["/v1/images/edits", "/v1/images/upscale"]) {
      const answer = await post({ image, output_format: "webp" }, url);
      expect(answer.json()).toMatchObject({
        output_format: "webp",
        data: [{ url: expect.stringContaining("format=webp") }],
      });
    }
  });
});
