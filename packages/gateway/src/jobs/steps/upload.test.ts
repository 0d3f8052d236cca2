// Tests the step before a paid start: every reference is uploaded once, and nothing is paid when one cannot be.

import { JimengError } from "@jimeng/sdk";
import type { UploadedImage } from "@jimeng/sdk";
import { afterEach, beforeEach, describe, expect, it } from "vitest";

import { uploadLifetimeMs } from "../../references/upload-store.ts";
import { imageRequest, startError, videoRequest } from "../../testing/fake-upstream.ts";
import { toFileHandle } from "../../references/file-handles.ts";
import { fakeSession, startHarness } from "../../testing/job-harness.ts";
import type { Harness } from "../../testing/job-harness.ts";

let harness: Harness;
beforeEach(async () => {
  harness = await startHarness();
});
afterEach(() => harness.close());

function reference(id: string): UploadedImage {
  return { imageUri: toFileHandle(id), width: 640, height: 480, format: "png" };
}

function edit(...ids: string[]) {
  for (const id of ids) if (!harness.files.rows.has(id)) harness.files.add(id);
  return imageRequest({ references: ids.map(reference) });
}

const settle = () => harness.clock.advance(0);

describe("a job with references", () => {
  it("uploads each one, then starts with the upstream's handles", async () => {
    const job = await harness.create(edit("file_a", "file_b"));
    await settle();
    expect(harness.upstream.uploaded).toEqual(["nowhere/file_a", "nowhere/file_b"]);
    expect(harness.upstream.posts).toHaveLength(1);
    expect(harness.upstream.requests[0]).toMatchObject({
      references: [
        { imageUri: "image-1", width: 640, height: 480, format: "png" },
        { imageUri: "image-2", width: 640, height: 480, format: "png" },
      ],
    });
    expect((await harness.job(job.id)).phase).toBe("generating");
  });

  it("keeps the files' own handles in its row", async () => {
    const job = await harness.create(edit("file_a"));
    await settle();
    expect((await harness.record(job.id)).request).toMatchObject({
      references: [{ imageUri: "jimeng-file:file_a" }],
    });
  });

  it("says that it uploads, on the account it will be paid from, and can be cancelled for free", async () => {
    harness.upstream.uploadsHang = true;
    const job = await harness.create(edit("file_a"));
    await settle();
    const seen = await harness.job(job.id);
    expect(seen).toMatchObject({ status: "in_progress", phase: "uploading", account: "main" });
    expect((await harness.jobs.cancel(job.id)).status).toBe("cancelled");
    harness.upstream.uploadsHang = false;
    harness.upstream.release();
    await settle();
    expect(harness.upstream.posts).toEqual([]);
    expect((await harness.job(job.id)).status).toBe("cancelled");
  });

  it("fills every place of a video", async () => {
    for (const id of ["file_a", "file_b"]) harness.files.add(id);
    harness.files.add("file_v", "file_v", { kind: "video" });
    harness.files.add("file_s", "file_s", { kind: "audio" });
    await harness.create(
      videoRequest({ firstFrame: reference("file_a"), lastFrame: reference("file_b") }),
    );
    await harness.create(
      videoRequest({
        frames: [{ image: reference("file_a"), prompt: "up" }, { image: reference("file_b") }],
      }),
    );
    await harness.create(
      videoRequest({
        references: [
          reference("file_b"),
          { videoId: toFileHandle("file_v"), width: 9, height: 9, durationMs: 4000, name: "v" },
          { audioId: toFileHandle("file_s"), durationMs: 3000, name: "s" },
        ],
      }),
    );
    await settle();
    const texts = harness.upstream.requests.map((request) => JSON.stringify(request));
    expect(texts).toHaveLength(3);
    for (const text of texts) expect(text).not.toContain("jimeng-file:");
    const withReferences = harness.upstream.requests.find((request) => "references" in request);
    expect(withReferences).toMatchObject({
      references: [{}, { durationMs: 4000, name: "v" }, { durationMs: 3000, name: "s" }],
    });
  });
});

describe("an upload", () => {
  it("is shared by jobs of one moment and reused while its handle lives", async () => {
    await Promise.all([harness.create(edit("file_a")), harness.create(edit("file_a", "file_a"))]);
    harness.files.add("file_same_bytes", "file_a");
    await harness.create(edit("file_same_bytes"));
    await settle();
    expect(harness.upstream.uploaded).toHaveLength(1);
    expect(harness.upstream.posts).toHaveLength(3);
  });

  it("is made again when half a day has passed", async () => {
    await harness.create(edit("file_a"));
    await settle();
    await harness.clock.advance(uploadLifetimeMs + 1);
    await harness.create(edit("file_a"));
    await settle();
    expect(harness.upstream.uploaded).toHaveLength(2);
  });

  it("is of use to its own account only", async () => {
    await harness.close();
    harness = await startHarness({
      sessions: [
        { name: "main", session: fakeSession },
        { name: "other", session: `${fakeSession}-2` },
      ],
    });
    const request = edit("file_a");
    await harness.create(request, "main");
    await harness.create(request, "other");
    await settle();
    expect(harness.upstream.uploaded).toHaveLength(2);
  });
});

describe("a failing upload", () => {
  const fail = (id: string, ...errors: Error[]) =>
    harness.upstream.uploadFailures.set(`nowhere/${id}`, errors);
  const broken = () => new JimengError("connection_failed", "the fake is gone");

  it("of two submits nothing: the job fails, unpaid, and names the reference", async () => {
    fail("file_b", new JimengError("reference_unusable", "no picture", { reason: "not_an_image" }));
    const job = await harness.create(edit("file_a", "file_b"));
    await settle();
    await harness.clock.advance(120_000);
    const failed = await harness.job(job.id);
    expect(failed).toMatchObject({
      status: "failed",
      error: {
        code: "reference_unusable",
        reason: "not_an_image",
        param: "references",
        index: 1,
        charged: "no",
      },
    });
    expect(harness.upstream.posts).toEqual([]);
  });

  it("is tried again while it may pass by itself, and the good one is not repeated", async () => {
    fail("file_b", broken(), broken());
    const job = await harness.create(edit("file_a", "file_b"));
    await settle();
    expect(harness.upstream.posts).toEqual([]);
    await harness.clock.advance(120_000);
    expect(harness.upstream.uploaded.filter((path) => path.endsWith("file_a"))).toHaveLength(1);
    expect(harness.upstream.uploaded.filter((path) => path.endsWith("file_b"))).toHaveLength(3);
    expect(harness.upstream.posts).toHaveLength(1);
    expect((await harness.job(job.id)).submitId).toBe(harness.upstream.posts[0]);
  });

  it("is given up after the bounded number of tries as upload_failed, unpaid", async () => {
    fail("file_a", ...Array.from({ length: 20 }, broken));
    const job = await harness.create(edit("file_a"));
    await settle();
    await harness.clock.advance(600_000);
    expect((await harness.job(job.id)).error).toMatchObject({
      code: "upload_failed",
      reason: "connection_failed",
      index: 0,
      charged: "no",
    });
    expect(harness.upstream.uploaded).toHaveLength(4);
    expect(harness.upstream.posts).toEqual([]);
  });

  it("by content names the stage, and a dead session stops the account", async () => {
    fail("file_a", new JimengError("content_rejected", "refused", { stage: "reference" }));
    const refused = await harness.create(edit("file_a"));
    await settle();
    expect((await harness.job(refused.id)).error).toMatchObject({
      code: "content_rejected",
      stage: "reference",
      charged: "no",
    });
    fail("file_b", new JimengError("session_invalid", "who are you"));
    const dead = await harness.create(edit("file_b"));
    await settle();
    expect((await harness.job(dead.id)).error).toMatchObject({ code: "session_invalid" });
    expect(() => harness.accounts.assertUsable(imageRequest(), "main")).toThrow(/cannot be used/);
    expect(harness.upstream.posts).toEqual([]);
  });

  it("because the file was deleted meanwhile fails the job", async () => {
    const request = edit("file_a");
    harness.files.rows.delete("file_a");
    const job = await harness.create(request);
    await settle();
    expect((await harness.job(job.id)).error).toMatchObject({
      code: "reference_unusable",
      reason: "not_found",
    });
  });
});

describe("a death", () => {
  it("while uploading loses nothing and starts once", async () => {
    harness.upstream.uploadsHang = true;
    const job = await harness.create(edit("file_a", "file_b"));
    await settle();
    expect(harness.upstream.uploaded).toHaveLength(2);
    await harness.kill();
    harness.upstream.uploadsHang = false;
    harness.upstream.release();
    await settle();
    await settle();
    expect((await harness.job(job.id)).phase).toBe("generating");
    expect(harness.upstream.posts).toHaveLength(1);
  });

  it("of the answer to the start leads to look-ups, not to a second start", async () => {
    harness.upstream.behaviours = [
      { kind: "accept-then-fail", error: startError("timeout", "unknown") },
    ];
    const job = await harness.create(edit("file_a"));
    await settle();
    await harness.clock.advance(5000);
    expect(harness.upstream.posts).toHaveLength(1);
    expect((await harness.job(job.id)).phase).toBe("generating");
  });
});

describe("a full upstream", () => {
  it("does not make a job upload again when it may start", async () => {
    const full = { kind: "fail" as const, error: startError("concurrency_limited", "refused") };
    harness.upstream.behaviours = [full, full];
    await harness.create(edit("file_a"));
    await settle();
    await harness.clock.advance(120_000);
    expect(harness.upstream.posts).toHaveLength(3);
    expect(harness.upstream.uploaded).toHaveLength(1);
  });
});
