// Tests the check of a submission on its own: every choice is made, nothing is stored and nothing is fetched.

import { models } from "@jimeng/sdk";
import type { ImageRequest, VideoRequest } from "@jimeng/sdk";
import { describe, expect, test } from "vitest";

import { Caller, callerScopes } from "../keys/caller.ts";
import { prepare } from "./prepare.ts";
import type { PreparationServices } from "./services.ts";
import type { SubmissionContent, SubmissionReference } from "./submission.ts";

const services: PreparationServices = {
  config: { maxPromptLength: 100 },
  accounts: {
    get: (name) =>
      name === "mine" || name === "brought"
        ? { name, region: "us", fingerprint: "0", adopted: name === "brought" }
        : undefined,
  },
  models: { known: () => models },
};
const caller = new Caller(callerScopes, "key_1");
const guest = new Caller(callerScopes, "session_1", { region: "cn", text: "obviously-fake" });

const cats: ImageRequest = { kind: "image", model: "jimeng-4.0", prompt: "cats", count: 10 };
const waves: VideoRequest = { kind: "video", model: "jimeng-video-3.0", prompt: "waves" };
const submission = (content: Partial<SubmissionContent> = {}): SubmissionContent => ({
  requests: [cats],
  references: [],
  account: null,
  warnings: [],
  ...content,
});
const reference = (place: SubmissionReference["place"]): SubmissionReference => ({
  source: { from: "url", url: "https://pictures.example/a.png" },
  param: "image",
  kinds: ["image"],
  place,
});

describe("a submission", () => {
  test("is split by the model's maximum, with a seed that counts up and says so", () => {
    const requests = [{ ...cats, seed: 2 ** 32 - 1 }] as const;
    const prepared = prepare(services, caller, submission({ requests }));
    expect(prepared.map(({ request }) => "count" in request && request.count)).toEqual([8, 2]);
    expect(prepared.map(({ request }) => request.seed)).toEqual([2 ** 32 - 1, 0]);
    for (const { warnings } of prepared) {
      expect(warnings).toContainEqual(expect.objectContaining({ code: "seed_varied" }));
    }
  });

  test("of several requests gives the starts of each, in order", () => {
    const requests = [{ ...cats, count: 1 }, waves] as const;
    const prepared = prepare(services, caller, submission({ requests }));
    expect(prepared.map(({ request }) => request.kind)).toEqual(["image", "video"]);
  });

  test("of one series is not split", () => {
    const requests = [{ ...cats, sequence: 10 }] as const;
    expect(prepare(services, caller, submission({ requests }))).toHaveLength(1);
  });

  test("prepared again changes nothing and repeats no warning", () => {
    const [first] = prepare(services, caller, submission({ requests: [{ ...cats, count: 1 }] }));
    const [again] = prepare(
      services,
      caller,
      submission({ requests: [first!.request], warnings: first!.warnings }),
    );
    expect(again).toEqual(first);
  });

  test("has every reference in its place, though none was read", () => {
    const references = [
      reference({ property: "frames", durationSeconds: 2, prompt: "slowly" }),
      reference({ property: "frames" }),
    ];
    const [video] = prepare(services, caller, submission({ requests: [waves], references }));
    expect(video?.request).toMatchObject({
      frames: [{ durationSeconds: 2, prompt: "slowly" }, { image: { width: 0 } }],
      durationSeconds: 7,
    });
    const [image] = prepare(
      services,
      caller,
      submission({
        requests: [{ ...cats, count: 1 }],
        references: [reference({ property: "references" })],
      }),
    );
    expect(image?.request.references).toHaveLength(1);
  });
});

describe("a refusal", () => {
  test.each([
    [{ requests: [{ ...cats, prompt: "x".repeat(101) }] as const }, "prompt", "image"],
    [{ requests: [{ ...waves, durationSeconds: 7 }] as const }, "durationSeconds", "video"],
    [
      { requests: [waves] as const, references: [reference({ property: "lastFrame" })] },
      "lastFrame",
      "video",
    ],
  ])("of a request names the domain's parameter and the kind", (content, param, kind) => {
    expect(() => prepare(services, caller, submission(content))).toThrow(
      expect.objectContaining({ kind, detail: expect.objectContaining({ param }) }),
    );
  });

  test("concerns accounts that are not the caller's to name", () => {
    expect(() => prepare(services, guest, submission({ account: "mine" }))).toThrow(/caller's own/);
    expect(() => prepare(services, caller, submission({ account: "brought" }))).toThrow(
      /no account called brought/,
    );
  });

  test("concerns models that the named account's region does not offer", () => {
    const { id } = models.find(({ kind, modelKeys }) => kind === "image" && !modelKeys.us)!;
    const requests = [{ ...cats, model: id, count: 1 }] as const;
    expect(() => prepare(services, caller, submission({ requests, account: "mine" }))).toThrow(
      expect.objectContaining({ code: "model_unavailable" }),
    );
  });
});
