// Tests that a value of the wrong kind is told in plain words over HTTP, never in the validator's own text.

import { afterEach, beforeEach, describe, expect, test } from "vitest";
import * as z from "zod";

import { buildFakeApp } from "../testing/fake-app.ts";
import type { FakeApp } from "../testing/fake-app.ts";
import { describeIssue } from "./validation-words.ts";

let open: FakeApp;
beforeEach(async () => {
  open = await buildFakeApp();
});
afterEach(() => open.close());

const raw = /Invalid|Too (big|small)|expected|received|Unrecognized|undefined/;

describe("a value of the wrong kind", () => {
  test.each([
    ["/v1/images/generations", { prompt: 5 }, "prompt must be text, not a number."],
    ["/v1/images/generations", {}, "prompt is missing."],
    ["/v1/images/generations", { prompt: "cat", n: "two" }, "n must be"],
    ["/v1/images/generations", { prompt: "cat", n: 11 }, "n must be at most 10."],
    ["/v1/images/generations", { prompt: "cat", n: 1.5 }, "n must be a whole number."],
    ["/v1/images/generations", { prompt: "cat", quality: "best" }, "quality must be one of "],
    ["/v1/images/generations", { prompt: "cat", sample_strength: -1 }, "must be at least 0."],
    ["/v1/images/generations", { prompt: "cat", model: ["a"] }, "model must be text, not a list."],
    ["/v1/videos", { prompt: { text: "sea" } }, "prompt must be text, not an object."],
    ["/v1/videos", { prompt: true }, "prompt must be text, not a boolean."],
    ["/v1/jobs", { prompt: "cat", kind: "song" }, "kind"],
    ["/v1/jobs", { kind: "image", prompt: null }, "prompt must be text, not null."],
  ])("of POST %s %j is told plainly", async (url, payload, words) => {
    const answer = await open.app.inject({ method: "POST", url, payload });
    expect(answer.statusCode).toBe(400);
    const { error } = answer.json<{ error: { message: string; code: string } }>();
    expect(error.code).toBe("invalid_request");
    expect(error.message).toContain(words);
    expect(error.message).not.toMatch(raw);
  });

  test.each([
    ["/v1/jobs?limit=0", "limit must be at least 1."],
    ["/v1/jobs?limit=many", "limit must be a"],
    ["/v1/jobs?status=lost", "status must be one of queued, "],
  ])("of GET %s is told plainly", async (url, words) => {
    const answer = await open.app.inject({ url });
    expect(answer.statusCode).toBe(400);
    const { message } = answer.json<{ error: { message: string } }>().error;
    expect(message).toContain(words);
    expect(message).not.toMatch(raw);
  });
});

describe("an issue", () => {
  test.each<[z.ZodType, unknown]>([
    [z.string().min(3), "ab"],
    [z.array(z.string()).max(1), ["a", "b"]],
    [z.number().gt(0), 0],
    [z.literal("x"), "y"],
    [z.union([z.string(), z.number()]), true],
    [z.uuid(), "x"],
    [z.strictObject({}), { a: 1 }],
    [z.date(), "x"],
    [z.bigint(), 1],
  ])("of any kind of schema has no raw text (%#)", (schema, value) => {
    const { code: keyword, message, ...params } = schema.safeParse(value).error!.issues[0]!;
    const words = describeIssue({ keyword, message, params });
    expect(words).toMatch(/^(must|has|is) /);
    expect(words).not.toMatch(raw);
  });

  test("keeps the words of our own schemas", () => {
    expect(describeIssue({ keyword: "custom", message: "must be a date" })).toBe("must be a date");
  });
});
