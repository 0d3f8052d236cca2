// Tests the limits of files at every door: raw bodies, forms, data URLs and what a request declares.

import { afterAll, beforeAll, describe, expect, it } from "vitest";

import { buildFakeApp } from "../../testing/fake-app.ts";
import type { FakeApp } from "../../testing/fake-app.ts";
import { toDataUrl, toForm } from "../../testing/form-samples.ts";
import { largeMp4, wav, wholePng } from "../../testing/reference-samples.ts";

const megabyte = 1024 * 1024;
let fake: FakeApp;
beforeAll(async () => {
  fake = await buildFakeApp({
    JIMENG_MAX_IMAGE_UPLOAD_MB: "1",
    JIMENG_MAX_VIDEO_UPLOAD_MB: "4",
    JIMENG_MAX_AUDIO_UPLOAD_MB: "2",
  });
});
afterAll(() => fake.close());

const kinds = [
  {
    word: "picture",
    type: "image/png",
    limit: 1,
    setting: "JIMENG_MAX_IMAGE_UPLOAD_MB",
    make: (bytes: number) => wholePng(8, 8, bytes),
  },
  {
    word: "video",
    type: "video/mp4",
    limit: 4,
    setting: "JIMENG_MAX_VIDEO_UPLOAD_MB",
    make: largeMp4,
  },
  {
    word: "sound",
    type: "audio/wav",
    limit: 2,
    setting: "JIMENG_MAX_AUDIO_UPLOAD_MB",
    // 8,000 bytes a second.
    make: (bytes: number) => wav(bytes / 8),
  },
];

describe.each(kinds)("a $word", ({ word, type, limit, setting, make }) => {
  const small = make((limit - 0.5) * megabyte);
  const large = make((limit + 0.1) * megabyte);

  const doors: Record<string, (file: Buffer) => Promise<{ statusCode: number; json(): any }>> = {
    "raw body": (payload) =>
      fake.app.inject({
        method: "POST",
        url: "/v1/files",
        headers: { "content-type": type },
        payload,
      }),
    "raw body of no declared kind": (payload) =>
      fake.app.inject({
        method: "POST",
        url: "/v1/files",
        headers: { "content-type": "application/octet-stream" },
        payload,
      }),
    form: async (file) =>
      fake.app.inject({
        method: "POST",
        url: "/v1/files",
        ...(await toForm([["file", file, "a"]])),
      }),
    "data URL": (file) =>
      fake.app.inject({
        method: "POST",
        url: "/v1/videos",
        payload: {
          prompt: "like @1 and @2",
          model: "jimeng-video-seedance-2.0",
          references: [toDataUrl(wholePng()), toDataUrl(file, type)],
        },
      }),
  };

  it.each(Object.keys(doors))(
    "by %s is taken below its limit and refused above it",
    async (name) => {
      const door = doors[name]!;
      const taken = await door(small);
      expect(taken.json().error?.code).not.toBe("payload_too_large");
      const refused = await door(large);
      expect(refused.statusCode).toBe(413);
      const { error } = refused.json();
      expect(error).toMatchObject({
        code: "payload_too_large",
        reason: "too_large",
        charged: "no",
      });
      expect(error.message).toBe(`The ${word} is larger than ${limit} MB (${setting}).`);
      expect(error.fix).toContain(setting);
    },
  );
});
