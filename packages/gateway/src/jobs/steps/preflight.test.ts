// Tests the site's free check of references before a paid start: only an explicit refusal stops it.

import { JimengError } from "@jimeng/sdk";
import { afterEach, beforeEach, describe, expect, it } from "vitest";

import { imageRequest, startError, videoRequest } from "../../testing/fake-upstream.ts";
import { toFileHandle } from "../../references/file-handles.ts";
import { startHarness } from "../../testing/job-harness.ts";
import type { Harness } from "../../testing/job-harness.ts";
import type { JobSettings } from "../settings.ts";

let harness: Harness;
beforeEach(async () => {
  harness = await startHarness();
});
afterEach(() => harness.close());

const picture = (id: string) => ({
  imageUri: toFileHandle(id),
  width: 640,
  height: 480,
  format: "png",
});

function omni(...ids: string[]) {
  for (const id of ids) if (!harness.files.rows.has(id)) harness.files.add(id);
  return videoRequest({ references: ids.map(picture) });
}

const settle = () => harness.clock.advance(0);

async function reopen(preflight: JobSettings["preflight"]) {
  await harness.close();
  harness = await startHarness({ settings: { preflight } });
}

describe("the check before a paid start", () => {
  it("asks about the materials of an omni reference, once for one set", async () => {
    await harness.create(omni("file_a", "file_b"));
    await settle();
    expect(harness.upstream.audits).toMatchObject([
      { materials: [{ imageUri: "image-1" }, { imageUri: "image-2" }] },
    ]);
    await harness.create(omni("file_a", "file_b"));
    await settle();
    expect(harness.upstream.audits).toHaveLength(1);
    await harness.create(omni("file_b", "file_a"));
    await settle();
    expect(harness.upstream.audits).toHaveLength(2);
    expect(harness.upstream.posts).toHaveLength(3);
  });

  it("ends the job at an explicit refusal, names the reference and pays nothing", async () => {
    harness.upstream.auditAnswers = [["passed", "refused"]];
    const first = await harness.create(omni("file_a", "file_b"));
    await settle();
    const again = await harness.create(omni("file_a", "file_b"));
    await settle();
    for (const { id } of [first, again]) {
      expect(await harness.job(id)).toMatchObject({
        status: "failed",
        error: {
          code: "content_rejected",
          stage: "reference",
          param: "references",
          index: 1,
          charged: "no",
        },
      });
    }
    expect(harness.upstream.audits).toHaveLength(1);
    expect(harness.upstream.posts).toEqual([]);
  });

  it.each<[string, Error | ("passed" | "refused" | "unknown")[]]>([
    ["fails", new JimengError("upstream_unavailable", "down")],
    ["refuses as a whole", new JimengError("content_rejected", "no")],
    ["breaks", new Error("broken")],
    ["decides nothing", ["unknown", "unknown"]],
    ["answers nothing", []],
  ])("lets the start go on when it %s", async (_what, answer) => {
    harness.upstream.auditAnswers = [answer];
    await harness.create(omni("file_a", "file_b"));
    await settle();
    expect(harness.upstream.posts).toHaveLength(1);
  });

  it("lets the start go on after ten seconds without an answer", async () => {
    harness.upstream.auditHangs = true;
    await harness.create(omni("file_a"));
    await harness.clock.advance(9999);
    expect(harness.upstream.posts).toEqual([]);
    await harness.clock.advance(1);
    expect(harness.upstream.posts).toHaveLength(1);
  });

  it("asks about nothing else on its own", async () => {
    harness.files.add("file_a");
    await harness.create(imageRequest({ references: [picture("file_a")] }));
    await harness.create(videoRequest({ firstFrame: picture("file_a") }));
    await harness.create(videoRequest());
    await settle();
    expect(harness.upstream.posts).toHaveLength(3);
    expect(harness.upstream.audits).toEqual([]);
  });

  it("asks about every reference when it is always wanted, and about none when it is off", async () => {
    await reopen("always");
    harness.files.add("file_a");
    await harness.create(imageRequest({ references: [picture("file_a")] }));
    await harness.create(videoRequest({ firstFrame: picture("file_a") }));
    await harness.create(videoRequest());
    await settle();
    expect(harness.upstream.audits).toHaveLength(2);
    await reopen("off");
    await harness.create(omni("file_a"));
    await settle();
    expect(harness.upstream.audits).toEqual([]);
    expect(harness.upstream.posts).toHaveLength(1);
  });

  it("never ends a job whose start may have been taken", async () => {
    harness.upstream.behaviours = [
      { kind: "accept-then-fail", error: startError("timeout", "unknown") },
    ];
    const job = await harness.create(omni("file_a"));
    await settle();
    harness.upstream.auditAnswers = [["refused"]];
    await harness.clock.advance(120_000);
    expect((await harness.job(job.id)).error?.code).not.toBe("content_rejected");
  });
});
