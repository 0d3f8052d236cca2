// Tests that handles of files are found in requests where they are references, and nowhere else.

import { describe, expect, it } from "vitest";

import type { PreparedRequest } from "@jimeng/sdk";

import { fileIdsIn, fileReferences, toFileHandle } from "./file-handles.ts";

const image = (id: string) => ({ imageUri: toFileHandle(id), width: 1, height: 1, format: "png" });

describe("the files of a stored request", () => {
  it.each(["prompt", "negativePrompt", "model"])("are not what its %s reads like", (field) => {
    const request = { kind: "image", prompt: "x", [field]: toFileHandle("file_other") };
    expect(fileIdsIn(JSON.stringify(request))).toEqual([]);
    expect(fileIdsIn(JSON.stringify({ ...request, references: [image("file_a")] }))).toEqual([
      "file_a",
    ]);
  });

  it("are those of every place of a video, but not of the prompts of its frames", () => {
    const request = {
      kind: "video",
      prompt: toFileHandle("file_prompt"),
      firstFrame: image("file_1"),
      frames: [{ image: image("file_2"), prompt: toFileHandle("file_prompt") }],
      subjects: [image("file_3")],
      references: [{ audioId: toFileHandle("file_4"), durationMs: 1, name: "jimeng-file:file_x" }],
    };
    expect(fileIdsIn(JSON.stringify(request)).toSorted()).toEqual([
      "file_1",
      "file_2",
      "file_3",
      "file_4",
    ]);
  });

  it("come with the seconds and words of a frame, also where one file is several", () => {
    const frames = [
      { image: image("file_1"), durationSeconds: 2, prompt: "slowly" },
      { image: image("file_1") },
    ];
    const request = { kind: "video", prompt: "x", frames } as unknown as PreparedRequest;
    expect(fileReferences(request)).toEqual([
      {
        fileId: "file_1",
        param: "frames",
        index: 0,
        frame: { durationSeconds: 2, prompt: "slowly" },
      },
      { fileId: "file_1", param: "frames", index: 1, frame: {} },
    ]);
  });

  it("that cannot be read are all that it may mean", () => {
    expect(fileIdsIn('{"references":[{"imageUri":"jimeng-file:file_a"}')).toEqual(["file_a"]);
  });
});
