// Tests that a start which was refused because of forgotten uploads is sent once more with new ones, and no other is.

import type { JimengError, UploadedImage } from "@jimeng/sdk";
import { afterEach, beforeEach, describe, expect, it } from "vitest";

import { imageRequest, startError, videoRequest } from "../../testing/fake-upstream.ts";
import { toFileHandle } from "../../references/file-handles.ts";
import { startHarness } from "../../testing/job-harness.ts";
import type { Harness } from "../../testing/job-harness.ts";

let harness: Harness;
beforeEach(async () => {
  harness = await startHarness();
});
afterEach(() => harness.close());

const settle = () => harness.clock.advance(0);
const upstreamSays = (ret: string) => ({ endpoint: "generate", httpStatus: 200, ret });
const staleHandle = () =>
  startError("invalid_request", "refused", { upstream: upstreamSays("1000"), charged: "no" });

function reference(id: string): UploadedImage {
  if (!harness.files.rows.has(id)) harness.files.add(id);
  return { imageUri: toFileHandle(id), width: 640, height: 480, format: "png" };
}

const edit = (...ids: string[]) => imageRequest({ references: ids.map(reference) });

/** Has files uploaded and used by an earlier job. */
async function useBefore(...ids: string[]): Promise<void> {
  await harness.create(edit(...ids));
  await settle();
  harness.upstream.posts.length = 0;
  harness.upstream.requests.length = 0;
}

/** Makes the upstream refuse every start that names one of these handles. */
function forget(...handles: string[]): void {
  harness.upstream.onPost = () => {
    const request = JSON.stringify(harness.upstream.requests.at(-1));
    if (handles.some((handle) => request.includes(`"${handle}"`))) {
      harness.upstream.behaviours.unshift({ kind: "fail", error: staleHandle() });
    }
  };
}

describe("a start that is refused with remembered uploads", () => {
  it("is sent once more with new uploads, under the same submit id, and paid once", async () => {
    await useBefore("file_a", "file_b");
    forget("image-1");
    const job = await harness.create(edit("file_a", "file_b"));
    await settle();
    const { posts, uploaded, requests, charged } = harness.upstream;
    expect(uploaded.slice(2)).toEqual(["nowhere/file_a", "nowhere/file_b"]);
    expect(posts).toHaveLength(2);
    expect(new Set(posts).size).toBe(1);
    expect(requests[1]).toMatchObject({
      references: [{ imageUri: "image-3" }, { imageUri: "image-4" }],
    });
    expect(charged.filter((id) => id === posts[0])).toHaveLength(1);
    expect((await harness.job(job.id)).phase).toBe("generating");
    expect((await harness.record(job.id)).handlesRenewedAt).toBe(harness.clock.now());
  });

  it("says that the handles were renewed before anything is sent again", async () => {
    await useBefore("file_a");
    forget("image-1");
    const seen: (number | null)[] = [];
    const before = harness.upstream.onPost;
    harness.upstream.onPost = async (submitId) => {
      before(submitId);
      const [record] = (await harness.store.list({ limit: 1, order: "desc" })).records;
      seen.push(record?.handlesRenewedAt ?? null);
    };
    await harness.create(edit("file_a"));
    await settle();
    expect(seen).toEqual([null, harness.clock.now()]);
  });

  it("fails when it is refused again, without a third post", async () => {
    await useBefore("file_a");
    harness.upstream.behaviours = [
      { kind: "fail", error: staleHandle() },
      { kind: "fail", error: staleHandle() },
    ];
    const job = await harness.create(edit("file_a"));
    await settle();
    expect(harness.upstream.posts).toHaveLength(2);
    expect(await harness.job(job.id)).toMatchObject({
      status: "failed",
      error: { code: "invalid_request", charged: "no" },
    });
    await harness.reopen();
    await harness.clock.advance(600_000);
    expect(harness.upstream.posts).toHaveLength(2);
  });

  it("does the same for the frames, pictures, videos and sounds of a video", async () => {
    harness.files.add("file_v", "file_v", { kind: "video" });
    const frames = videoRequest({
      firstFrame: reference("file_a"),
      lastFrame: reference("file_b"),
    });
    await harness.create(frames);
    await settle();
    const uploadsBefore = harness.upstream.uploaded.length;
    harness.upstream.behaviours = [{ kind: "fail", error: staleHandle() }];
    const job = await harness.create(frames);
    await settle();
    expect(harness.upstream.uploaded.length - uploadsBefore).toBe(2);
    expect((await harness.job(job.id)).phase).toBe("generating");
  });

  it("lets later jobs with the same file use the new handle at once", async () => {
    await useBefore("file_a");
    forget("image-1");
    await harness.create(edit("file_a"));
    await settle();
    const posts = harness.upstream.posts.length;
    await harness.create(edit("file_a"));
    await settle();
    expect(harness.upstream.posts.length - posts).toBe(1);
  });

  it("leaves a handle alone that another job has renewed meanwhile", async () => {
    await useBefore("file_a");
    const [key, old] = [...harness.files.handles.entries()][0]!;
    const newer = { ...(old.handle as UploadedImage), imageUri: "newer" };
    harness.upstream.onPost = () => {
      harness.files.handles.set(key, { handle: newer, at: harness.clock.now() });
      harness.upstream.onPost = () => undefined;
    };
    harness.upstream.behaviours = [{ kind: "fail", error: staleHandle() }];
    await harness.create(edit("file_a"));
    await settle();
    expect(harness.upstream.uploaded).toHaveLength(1);
    expect(harness.upstream.requests[1]).toMatchObject({ references: [{ imageUri: "newer" }] });
  });
});

describe("a start that is not sent again with new uploads", () => {
  const refusals: [string, JimengError][] = [
    [
      "another refusal",
      startError("content_rejected", "refused", { upstream: upstreamSays("2038") }),
    ],
    ["a refusal without a code", startError("invalid_request", "refused")],
    [
      "a refusal for credits",
      startError("insufficient_credits", "refused", { upstream: upstreamSays("1006") }),
    ],
  ];
  it.each(refusals)("fails at once after %s", async (_name, error) => {
    await useBefore("file_a");
    harness.upstream.behaviours = [{ kind: "fail", error }];
    const job = await harness.create(edit("file_a"));
    await settle();
    expect(harness.upstream.posts).toHaveLength(1);
    expect(harness.upstream.uploaded).toHaveLength(1);
    expect((await harness.job(job.id)).status).toBe("failed");
  });

  it("fails at once when its files were uploaded just now", async () => {
    harness.upstream.behaviours = [{ kind: "fail", error: staleHandle() }];
    const job = await harness.create(edit("file_a"));
    await settle();
    expect(harness.upstream.posts).toHaveLength(1);
    expect((await harness.job(job.id)).status).toBe("failed");
  });

  it("fails at once when it has no files", async () => {
    harness.upstream.behaviours = [{ kind: "fail", error: staleHandle() }];
    const job = await harness.create(imageRequest());
    await settle();
    expect(harness.upstream.posts).toHaveLength(1);
    expect((await harness.job(job.id)).status).toBe("failed");
  });

  it("is looked up, never sent again, when the same code comes with a start in doubt", async () => {
    await useBefore("file_a");
    const doubtful = startError("unexpected_response", "unknown", {
      upstream: upstreamSays("1000"),
    });
    harness.upstream.behaviours = [{ kind: "accept-then-fail", error: doubtful }];
    const job = await harness.create(edit("file_a"));
    await settle();
    expect(harness.upstream.posts).toHaveLength(1);
    await harness.clock.advance(5000);
    expect((await harness.job(job.id)).phase).toBe("generating");
    expect(harness.upstream.posts).toHaveLength(1);
  });

  it("is not sent again once its caller cancelled it", async () => {
    await useBefore("file_a");
    let jobId = "";
    harness.upstream.onPost = async () => {
      await harness.jobs.cancel(jobId);
    };
    harness.upstream.behaviours = [{ kind: "fail", error: staleHandle() }];
    jobId = (await harness.create(edit("file_a"))).id;
    await settle();
    expect(harness.upstream.posts).toHaveLength(1);
    expect((await harness.job(jobId)).status).not.toBe("completed");
  });
});
