// Tests which submissions have the same hash.

import type { GenerationRequest, ImageRequest } from "@jimeng/sdk";
import { expect, test } from "vitest";

import type { ReferenceSource, ResultSource } from "../references/read-reference.ts";
import { toRequestHash } from "./request-hash.ts";
import type { SubmissionContent } from "./submission.ts";

const cat: ImageRequest = { kind: "image", model: "jimeng-4.0", prompt: "a cat", count: 1 };
const hash = (request: object, content: Partial<SubmissionContent> = {}) =>
  toRequestHash({
    requests: [{ ...cat, ...request }],
    references: [],
    account: null,
    warnings: [],
    ...content,
  });
const from = (source: object): Partial<SubmissionContent> => ({
  references: [
    {
      source: source as ReferenceSource,
      param: "image",
      kinds: ["image"],
      place: { property: "references" },
    },
  ],
});

test("defaults, absent values and the order of keys make no difference", () => {
  expect(hash({ ratio: "1:1", seed: undefined })).toBe(hash({}));
  expect(hash({ count: 1, prompt: "a cat", model: "jimeng-4.0" })).toBe(hash({}));
});

test("everything that is asked for makes a difference", () => {
  const others = [
    hash({}),
    hash({ prompt: "a dog" }),
    hash({ seed: 0 }),
    hash({ count: 2 }),
    hash({ ratio: "16:9" }),
    hash({ model: "jimeng-3.0" }),
    hash({}, { account: "one" }),
    hash({}, { requests: [cat, cat] }),
    hash({}, from({ from: "url", url: "https://pictures.example/a.png" })),
    hash({}, from({ from: "url", url: "https://pictures.example/b.png" })),
    hash({}, { retryOf: { id: "job_1", keyId: null } }),
  ];
  expect(new Set(others).size).toBe(others.length);
});

test("a tool's source and its fields make a difference, its defaults do not", () => {
  const tool = (request: object, content: Partial<SubmissionContent>) =>
    hash({}, { requests: [{ kind: "image", ...request } as GenerationRequest], ...content });
  const product = (source: ResultSource) => ({ product: { source, param: "image" } });
  const others = [
    tool({ tool: "hd" }, from({ from: "asset", id: "asset_1" })),
    tool({ tool: "hd" }, from({ from: "job", id: "job_1", number: 1 })),
    tool({ tool: "hd" }, from({ from: "job", id: "job_1", number: 2 })),
    tool({ tool: "smart_hd" }, from({ from: "asset", id: "asset_1" })),
    tool({ tool: "smart_hd", resolution: "4k" }, from({ from: "asset", id: "asset_1" })),
    tool({ tool: "detail_fix" }, product({ from: "asset", id: "asset_1" })),
    tool({ tool: "detail_fix" }, product({ from: "job", id: "job_1", number: 1 })),
    hash({}, { requests: [{ kind: "audio", tool: "music", prompt: "a" }] }),
    hash({}, { requests: [{ kind: "audio", tool: "music", prompt: "a", lyrics: "la" }] }),
  ];
  expect(new Set(others).size).toBe(others.length);
  expect(tool({ tool: "hd", count: 1 }, from({ from: "asset", id: "asset_1" }))).toBe(others[0]);
  const music = { kind: "audio", tool: "music", prompt: "a", durationSeconds: 120 } as const;
  expect(hash({}, { requests: [music] })).toBe(others[7]);
});

test("how it is submitted and what was warned about makes none", () => {
  const warnings = [{ code: "unknown_parameter", message: "no" }];
  expect(hash({}, { warnings, priority: 3, startBefore: 5, join: false })).toBe(hash({}));
});

test("a form's file is told by its content, not by the name of its copy here", () => {
  const file = (path: string, sha256: string) => from({ from: "form", file: { path, sha256 } });
  expect(hash({}, file("one", "abc"))).toBe(hash({}, file("two", "abc")));
  expect(hash({}, file("one", "abc"))).not.toBe(hash({}, file("one", "def")));
});

test("a model that only a live list knows is hashed as it was written", () => {
  const fresh = { model: "jimeng:key/new", prompt: "a cat" };
  expect(hash(fresh)).toBe(hash({ ...fresh }));
  expect(hash(fresh)).not.toBe(hash({ ...fresh, prompt: "a dog" }));
});
