// Tests the limits of each kind of file: how early each is enforced, and what the error says.

import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { describe, expect, it, onTestFinished } from "vitest";

import { createFileReceiver } from "./receive-file.ts";
import { limitOf, requestLimitOf, tooLarge, tooLargeTogether } from "./upload-limits.ts";
import { largeMp4, wav, wholePng } from "../testing/reference-samples.ts";

const megabyte = 1024 * 1024;
const uploadMegabytes = { image: 1, video: 4, audio: 2 };

async function refusalOf(head: Buffer) {
  const folder = await mkdtemp(join(tmpdir(), "jimeng-limits-"));
  onTestFinished(() => rm(folder, { recursive: true }));
  const receive = createFileReceiver(folder, {
    uploadMegabytes,
    referenceLimits: { megapixels: 100, seconds: 10_000 },
  });
  let sent = 0;
  async function* endless(): AsyncGenerator<Uint8Array> {
    for (let bytes = head; ; bytes = Buffer.alloc(16_384)) {
      sent += bytes.length;
      yield await Promise.resolve(bytes);
    }
  }
  const error = await receive(endless(), { name: "", declaredType: null }).then(
    () => undefined,
    (cause: unknown) => cause,
  );
  expect(await readdir(folder)).toEqual([]);
  return { error, sent };
}

describe("the limit of a kind", () => {
  it.each([
    ["picture", wholePng(), 1, "JIMENG_MAX_IMAGE_UPLOAD_MB"],
    ["video", largeMp4(100), 4, "JIMENG_MAX_VIDEO_UPLOAD_MB"],
    ["sound", wav(), 2, "JIMENG_MAX_AUDIO_UPLOAD_MB"],
  ])("stops a %s as soon as it is passed", async (word, head, megabytes, setting) => {
    const { error, sent } = await refusalOf(head);
    expect(error).toMatchObject({
      code: "payload_too_large",
      message: `The ${word} is larger than ${megabytes} MB (${setting}).`,
      detail: {
        reason: "too_large",
        charged: "no",
        fix: `Give a smaller ${word}, or raise ${setting}.`,
      },
    });
    expect(sent).toBeGreaterThan(megabytes * megabyte);
    expect(sent).toBeLessThanOrEqual(megabytes * megabyte + 2 * 16_384);
  });

  it("is the largest of all while the kind is not known, and the error names every setting", () => {
    expect(limitOf(uploadMegabytes)).toBe(4 * megabyte);
    expect(tooLarge(uploadMegabytes)).toMatchObject({
      message: "The file is larger than 4 MB, more than any picture, video or sound may have.",
      detail: { fix: expect.stringContaining("JIMENG_MAX_AUDIO_UPLOAD_MB") },
    });
  });

  it("leaves room for ten pictures or three videos in one request, whichever is more", () => {
    expect(requestLimitOf(uploadMegabytes)).toBe(12 * megabyte);
    expect(requestLimitOf({ image: 2, video: 4, audio: 50 })).toBe(20 * megabyte);
    expect(tooLargeTogether(uploadMegabytes).message).toContain("12 MB together");
  });
});
