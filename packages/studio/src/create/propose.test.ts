// Tests what other rooms put into the draft.

import { beforeEach, expect, it } from "vitest";

import { draft, emptyDraft, toReference } from "./draft.ts";
import { clearDraft, proposeDraft, proposeReference } from "./propose.ts";

beforeEach(() => draft.set(emptyDraft));

const names = () => draft.get().references.map(({ source, role }) => `${role} ${source}`);

it("adds references to what one is writing", () => {
  draft.set({ ...emptyDraft, prompt: "a hat for both", ratio: "16:9" });
  proposeReference({ source: "asset_1", role: "reference", kind: "image", prompt: "a fox" });
  proposeReference({ source: "asset_2", role: "reference", kind: "image" });
  expect(names()).toEqual(["reference asset_1", "reference asset_2"]);
  expect(draft.get()).toMatchObject({ prompt: "a hat for both", ratio: "16:9", kind: "image" });
});

it("takes the prompt of a reference where nothing is written", () => {
  proposeReference({ source: "asset_1", role: "reference", kind: "image", prompt: "a fox" });
  expect(draft.get().prompt).toBe("a fox");
});

it("makes a video of a first frame, which takes the place of another first frame", () => {
  draft.set({ ...emptyDraft, prompt: "it runs", model: "jimeng-4.0" });
  proposeReference({ source: "asset_1", role: "first", kind: "image" });
  proposeReference({ source: "asset_2", role: "first", kind: "image" });
  expect(names()).toEqual(["first asset_2"]);
  expect(draft.get()).toMatchObject({ kind: "video", model: null, prompt: "it runs" });
});

it("replaces or empties the draft", () => {
  draft.set({ ...emptyDraft, prompt: "mine", references: [toReference({ source: "asset_1" })] });
  proposeDraft({ kind: "video", prompt: "another" });
  expect(draft.get()).toEqual({ ...emptyDraft, kind: "video", prompt: "another" });
  clearDraft();
  expect(draft.get()).toEqual({ ...emptyDraft, kind: "video" });
});
