// Tests which bodies ask for the same.

import { expect, test } from "vitest";

import type { ReferenceSource } from "../references/references.ts";
import { hashWish } from "./request-hash.ts";
import type { WishFacts } from "./request-hash.ts";

const cat = { kind: "image", model: "jimeng-4.0", prompt: "a cat", count: 1 } as const;
const hash = (request: object, facts: Partial<WishFacts> = {}) =>
  hashWish({
    request: { ...cat, ...request },
    account: null,
    wanted: [],
    ...facts,
  });
const from = (source: object) => ({
  wanted: [{ source: source as ReferenceSource, param: "image", kinds: ["image"] as const }],
});

test("defaults, absent values and the order of keys make no difference", () => {
  expect(hash({ ratio: "1:1", seed: undefined })).toBe(hash({}));
  expect(hash({ count: 1, prompt: "a cat", model: "jimeng-4.0" })).toBe(hash({}));
});

test("whatever is wished for makes one", () => {
  const others = [
    hash({}),
    hash({ prompt: "a dog" }),
    hash({ seed: 0 }),
    hash({ count: 2 }),
    hash({ ratio: "16:9" }),
    hash({ model: "jimeng-3.0" }),
    hash({}, { account: "one" }),
    hash({}, from({ from: "url", url: "https://pictures.example/a.png" })),
    hash({}, from({ from: "url", url: "https://pictures.example/b.png" })),
    hash({}, { roles: { firstFrame: 0 } }),
  ];
  expect(new Set(others).size).toBe(others.length);
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
