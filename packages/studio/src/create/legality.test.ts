// Tests what a model takes of a draft, and what changes with the model.

import type { ModelObject } from "@jimeng/gateway/api";
import { describe, expect, it } from "vitest";

import { emptyDraft, readDraft, toReference } from "./draft.ts";
import type { Draft } from "./draft.ts";
import { toJobBody } from "./job-body.ts";
import { countsOf, findProblems, fitDraft, isOffered, modelsOf, rolesOf } from "./legality.ts";
import type { ModelFacts } from "./legality.ts";

function facts(changes: Partial<ModelFacts> = {}): ModelFacts {
  return {
    kind: "image",
    name: null,
    regions: ["cn"],
    modes: ["text_to_image", "image_to_image"],
    ratios: ["1:1", "16:9"],
    resolutions: ["1k", "2k"],
    durations: [],
    counts: { default: 4, options: [1, 2, 3, 4] },
    max_references: 2,
    reference_limits: null,
    max_prompt_length: null,
    benefit_types: {},
    cost: null,
    status: "live",
    facts: {},
    changes: [],
    ...changes,
  };
}

const video = facts({
  kind: "video",
  modes: ["text_to_video", "first_frame", "first_and_last_frame"],
  durations: [5, 10],
  counts: { default: 1, options: [1] },
});
const ref = (role: Draft["references"][number]["role"]) => toReference({ source: "asset_1", role });
const write = (changes: Partial<Draft>): Draft => ({ ...emptyDraft, prompt: "x", ...changes });
const problems = (draft: Draft, of = facts()) =>
  findProblems(draft, of, draft.prompt === "" ? [] : [draft.prompt], 100).map(({ code }) => code);

describe("another model", () => {
  it("keeps what is legal and says what changed", () => {
    const draft = write({ ratio: "16:9", resolution: "4k", count: 8 });
    const fitted = fitDraft(draft, facts());
    expect(fitted.draft).toMatchObject({ ratio: "16:9", resolution: null, count: 8 });
    expect(fitted.changes).toEqual([{ field: "resolution", from: "4k", to: null }]);
  });

  it("takes the nearest duration, and drops no reference", () => {
    const draft = write({
      kind: "video",
      durationSeconds: 12,
      references: [ref("reference"), ref("keyframe")],
    });
    const { draft: fitted, changes } = fitDraft(draft, video);
    expect(fitted.durationSeconds).toBe(10);
    expect(fitted.references.map(({ role }) => role)).toEqual(["first", "last"]);
    expect(changes.map(({ field }) => field)).toEqual(["durationSeconds", "roles", "roles"]);
  });
});

describe("a draft", () => {
  it("may be made when it has a prompt", () => {
    expect(problems(write({}))).toEqual([]);
    expect(problems(write({ prompt: "" }))).toEqual(["empty"]);
  });

  it("is told what is too much", () => {
    expect(problems(write({ prompt: "😀😀😀" }), facts({ max_prompt_length: 2 }))).toEqual([
      "prompt-too-long",
    ]);
    expect(problems(write({ prompt: "😀😀" }), facts({ max_prompt_length: 2 }))).toEqual([]);
    const references = [ref("reference"), ref("reference"), ref("reference")];
    expect(problems(write({ references }))).toEqual(["too-many-references"]);
    expect(problems(write({ references }), facts({ max_references: 0 }))).toEqual([
      "no-references",
    ]);
  });

  it("waits for uploads, and is told of frames that do not go together", () => {
    const uploading = toReference({ source: null });
    expect(problems(write({ references: [uploading] }))).toEqual(["uploading"]);
    const omni = facts({
      kind: "video",
      modes: ["first_frame", "first_and_last_frame", "omni_reference"],
      max_references: 9,
    });
    const mixed = write({ kind: "video", references: [ref("first"), ref("reference")] });
    expect(problems(mixed, omni)).toEqual(["frames-and-references"]);
    expect(problems(write({ kind: "video", references: [ref("last")] }), omni)).toEqual([
      "last-without-first",
    ]);
  });

  it("is read back as it was kept, without what does not fit", () => {
    const draft = write({
      ratio: "1:1",
      references: [ref("reference"), toReference({ source: null })],
    });
    const read = readDraft(JSON.stringify(draft));
    expect(read).toMatchObject({ prompt: "x", ratio: "1:1" });
    expect(read.references).toHaveLength(1);
    for (const text of [null, "", "{", "[]", "3", '{"kind": "x", "prompt": 3, "references": {}}'])
      expect(readDraft(text)).toMatchObject({ kind: "image", prompt: "" });
  });
});

it("roles and counts are the model's", () => {
  expect(rolesOf(video, "video")).toEqual(["first", "last"]);
  expect(rolesOf(facts(), "image")).toEqual(["reference"]);
  expect(rolesOf(undefined, "audio")).toEqual([]);
  expect(countsOf(facts())).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
  expect(countsOf(facts({ counts: { default: 4, options: [4] } }))).toEqual([4]);
});

it("retired models come last, and a model is offered where an account's region has it", () => {
  const model = (id: string, of: ModelFacts) => ({ id, jimeng: of }) as ModelObject;
  const list = [
    model("old", facts({ status: "retired" })),
    model("new", facts()),
    model("film", video),
  ];
  expect(modelsOf(list, "image").map(({ id }) => id)).toEqual(["new", "old"]);
  expect(isOffered(list[1]!, ["us"])).toBe(false);
  expect(isOffered(list[1]!, [])).toBe(true);
});

it("a draft becomes a body without what was not chosen", () => {
  const image = write({ count: 2, negativePrompt: " ", references: [ref("reference")] });
  expect(toJobBody(image, "a", "p")).toEqual({
    kind: "image",
    prompt: "a",
    metadata: { studio_request: "p" },
    count: 2,
    image: ["asset_1"],
  });
  const film = write({
    kind: "video",
    durationSeconds: 5,
    references: [ref("first"), ref("last")],
  });
  expect(toJobBody(film, "a", null)).toEqual({
    kind: "video",
    prompt: "a",
    duration_seconds: 5,
    first_frame: "asset_1",
    last_frame: "asset_1",
  });
});
