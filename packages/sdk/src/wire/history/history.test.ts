// Tests how history records in every captured state are read.

import fc from "fast-check";
import { describe, expect, test } from "vitest";

import type { Operation } from "../../operation.ts";
import type { Generation } from "../../requests.ts";
import { fixture } from "../../testing/client.ts";
import type { Loose } from "../../testing/client.ts";
import { parseRecord, toGeneration, toOperation } from "./history.ts";

const policy = { allowLoopback: false };

function operationOf(kind: "image" | "video"): Operation {
  return {
    version: 1,
    region: "cn",
    kind,
    model: "jimeng-4.0",
    submitId: "00000000-0000-4000-8000-000000000001",
    historyId: "90000000000001",
    startedAt: 0,
    forecast: null,
    logid: null,
  };
}

function recordOf(name: string): Loose {
  return structuredClone(Object.values(fixture(name).body.data)[0]);
}

function read(record: Loose, kind: "image" | "video" = "image"): Generation {
  return toGeneration(parseRecord(record)!, operationOf(kind), policy);
}

describe("history records", () => {
  test("reads four finished pictures from the original's URL, with size and expiry", () => {
    const generation = read(recordOf("history_done_images"));
    expect(generation).toMatchObject({
      status: "completed",
      partial: false,
      expectedCount: 4,
      finishedCount: 4,
      error: null,
    });
    expect(generation.outputs).toHaveLength(4);
    expect(generation.outputs[0]).toMatchObject({
      kind: "image",
      itemId: "7500000000000000001",
      width: 2048,
      height: 2048,
      format: "png",
      expiresAt: 1_760_003_600_000,
      url: expect.stringContaining("aigc_resize_mark:0:0.png"),
    });
    expect(generation).toMatchObject({
      createdAt: 1_760_000_000_591,
      finishedAt: 1_760_000_041_000,
      forecast: { queueSeconds: 1, generateSeconds: 33 },
      queue: { state: "finished", position: 0, length: 0 },
    });
  });

  test("reads a finished video", () => {
    const generation = read(recordOf("history_done_video"), "video");
    expect(generation).toMatchObject({ status: "completed", partial: false, expectedCount: null });
    expect(generation.outputs).toMatchObject([
      {
        kind: "video",
        width: 704,
        height: 1248,
        fps: 24,
        durationMs: 5042,
        format: "mp4",
        hasAudio: false,
        url: expect.stringContaining("https://v3-artist.vlabvod.com/"),
        coverUrl: expect.stringContaining("https://p3-dreamina-sign.byteimg.com/"),
      },
    ]);
  });

  test.each([
    ["history_processing_20", 20, "generating"],
    ["history_processing_42", 42, "generating"],
    ["history_processing_45", 45, "generating"],
    ["history_queued", 20, "queued"],
    ["history_processing_video", 20, "queued"],
  ])("keeps %s pending", (name, upstreamStatus, state) => {
    expect(read(recordOf(name))).toMatchObject({
      status: "pending",
      upstreamStatus,
      queue: { state },
      error: null,
      outputs: [],
    });
  });

  test("keeps 45 pending although it shows pictures already", () => {
    const generation = read(recordOf("history_partial_status45_with_items"));
    expect(generation.status).toBe("pending");
    expect(generation.outputs).toHaveLength(3);
    expect(read(recordOf("history_multi_image_needs_continue"))).toMatchObject({
      status: "pending",
      expectedCount: 8,
      finishedCount: 4,
    });
  });

  test("calls three of four pictures a partial success", () => {
    const generation = read(recordOf("history_partial_images"));
    expect(generation).toMatchObject({ status: "completed", partial: true });
    expect(generation.outputs).toHaveLength(3);
  });

  test("counts as missing what is neither shown nor refused", () => {
    const record = recordOf("history_done_images");
    const missing = () => read(record).missingCount;
    expect(missing()).toBe(0);
    record.item_list = record.item_list.slice(0, 3);
    expect(missing()).toBe(1);
    record.item_list[2].gen_result_data = { result_code: 2038 };
    expect(missing()).toBe(1);
    record.failed_item_list = [{ common_attr: { id: "1" } }];
    expect(missing()).toBe(0);
    expect(read(recordOf("history_done_video"), "video").missingCount).toBe(0);
  });

  test.each([
    ["history_failed_2038_text", "content_rejected", { stage: "prompt", charged: "no" }],
    [
      "history_failed_copyright_empty_code",
      "content_rejected",
      { stage: "output", charged: "unknown" },
    ],
    ["history_failed_output_review", "content_rejected", { stage: "output", charged: "no" }],
    ["history_cancelled", "cancelled", { charged: "refunded" }],
    [
      "history_failed_generic",
      "generation_failed",
      { charged: "unknown", upstream: { failCode: "2002" } },
    ],
  ])("explains %s as %s", (name, code, detail) => {
    const { status, error } = read(recordOf(name));
    expect(status).toBe("failed");
    expect(error).toMatchObject({ code, detail: { ...detail, fix: expect.any(String) } });
    expect(error!.detail.upstream).toMatchObject({ logid: "20250101000000000000000000PLACEHOLD" });
  });

  test.each([10, 30, 40, 100])(
    "takes the pictures that status %i carries, and fails without any",
    (status) => {
      const record = { ...recordOf("history_done_images"), status };
      expect(read(record)).toMatchObject({ status: "completed", partial: true });
      expect(read({ ...record, item_list: [] })).toMatchObject({ status: "failed", outputs: [] });
    },
  );

  test("keeps 50 without usable pictures pending", () => {
    const record = recordOf("history_done_images");
    expect(read({ ...record, item_list: [] }).status).toBe("pending");
    expect(
      read({ ...record, item_list: [{ common_attr: { id: "1" } }, null, 7, "x"] }).status,
    ).toBe("pending");
  });

  test.each([-1, 0, 21, 42, 45, 77])("keeps status %i pending", (status) => {
    expect(read({ ...recordOf("history_failed_generic"), status }).status).toBe("pending");
  });

  test("falls back to the largest cover, then to the plain cover", () => {
    const record = recordOf("history_done_images");
    for (const item of record.item_list) item.image.large_images = [];
    record.item_list[0].common_attr.cover_url_map["4096"] =
      "https://p3-dreamina-sign.byteimg.com/largest.webp?format=.webp";
    delete record.item_list[1].common_attr.cover_url_map;
    const [largest, plain, third] = read(record).outputs;
    expect(largest).toMatchObject({
      url: expect.stringContaining("largest.webp"),
      width: null,
      format: "webp",
    });
    expect(plain).toMatchObject({ url: expect.stringContaining("aigc_resize:2048:2048") });
    expect(third).toMatchObject({ url: expect.stringContaining("aigc_resize:2400:2400") });
  });

  test("takes the largest picture of an item, wherever it stands in the list", () => {
    const record = recordOf("history_done_images");
    const [item] = record.item_list;
    const large = item.image.large_images[0];
    const small = { ...large, image_url: `${large.image_url}&small`, width: 360, height: 360 };
    const hidden = { ...large, image_url: "", width: 9000, height: 9000 };
    item.image.large_images = [small, hidden, large];
    expect(read(record).outputs[0]).toMatchObject({ url: large.image_url, width: 2048 });
    for (const image of item.image.large_images) delete image.width;
    expect(read(record).outputs[0]).toMatchObject({ url: small.image_url, width: null });
  });

  test("takes the best other quality of a video that shows no original", () => {
    const record = recordOf("history_done_video");
    const { video } = record.item_list[0];
    const { origin } = video.transcoded_video;
    const quality = (name: string, width: number, height: number) => ({
      ...origin,
      video_url: `https://v3-artist.vlabvod.com/${name}.mp4`,
      width,
      height,
    });
    video.transcoded_video = {
      "360p": quality("360p", 640, 360),
      "720p": quality("720p", 1280, 720),
      "1080p": { video_url: null, width: 1920, height: 1080 },
      odd: "nothing",
    };
    expect(read(record, "video")).toMatchObject({
      status: "completed",
      outputs: [{ url: expect.stringContaining("/720p.mp4"), width: 1280, height: 720 }],
    });
    video.transcoded_video.origin = origin;
    expect(read(record, "video").outputs[0]).toMatchObject({ url: origin.video_url, width: 704 });
  });

  test("counts an item that is listed twice once, and keeps two items of one id apart", () => {
    const record = recordOf("history_done_images");
    const [first, second] = record.item_list;
    record.item_list = [first, structuredClone(first), second];
    const ids = read(record).outputs.map(({ itemId }) => itemId);
    expect(ids).toEqual(["7500000000000000001", "7500000000000000002"]);
    second.common_attr.id = first.common_attr.id;
    second.image.large_images[0].image_url = "https://p3-dreamina-sign.byteimg.com/another.png";
    const outputs = read(record).outputs;
    expect(outputs.map(({ url }) => url)).toEqual([
      first.image.large_images[0].image_url,
      "https://p3-dreamina-sign.byteimg.com/another.png",
    ]);
    expect(new Set(outputs.map(({ itemId }) => itemId)).size).toBe(2);
  });

  test("finds an international video under common_attr", () => {
    const record = recordOf("history_done_video");
    const [item] = record.item_list;
    item.common_attr.transcoded_video = item.video.transcoded_video;
    item.video.transcoded_video = null;
    expect(read(record, "video").outputs).toMatchObject([
      { url: expect.stringContaining("vlabvod"), width: 704 },
    ]);
  });

  test("takes no URL that is not https, except on loopback when the region is loopback", () => {
    const record = recordOf("history_done_images");
    const hostile = [
      "http://example.com/a.png",
      "file:///etc/passwd",
      "javascript:1",
      "http://127.0.0.1/a.png",
    ];
    record.item_list.forEach((item: Loose, index: number) => {
      item.image.large_images[0].image_url = hostile[index];
      delete item.common_attr.cover_url;
      delete item.common_attr.cover_url_map;
    });
    expect(read(record).outputs).toEqual([]);
    const local = toGeneration(parseRecord(record)!, operationOf("image"), { allowLoopback: true });
    expect(local.outputs).toMatchObject([{ url: "http://127.0.0.1/a.png" }]);
  });

  test("normalises a numeric fail_code", () => {
    expect(read({ status: 30, fail_code: 2038 }).error).toMatchObject({
      code: "content_rejected",
      detail: { upstream: { failCode: "2038" } },
    });
  });

  test("keeps an unknown fail_code as it is", () => {
    expect(read({ status: 30, fail_code: "987654" }).error).toMatchObject({
      code: "upstream_error",
      detail: { upstream: { failCode: "987654" } },
    });
  });

  test("makes an operation of a record that was looked up", () => {
    const record = parseRecord(recordOf("history_done_video"))!;
    expect(
      toOperation(record, "s", "cn", () => ({ id: "jimeng-video-3.0", kind: "video" })),
    ).toMatchObject({
      kind: "video",
      model: "jimeng-video-3.0",
      submitId: "s",
      historyId: "90000000000001",
      startedAt: null,
      forecast: { queueSeconds: 0, generateSeconds: 123 },
    });
  });

  test("never throws, whatever a record holds, and never fails a job without a failure status", () => {
    fc.assert(
      fc.property(
        fc.dictionary(
          fc.constantFrom(...Object.keys(recordOf("history_done_images"))),
          fc.jsonValue(),
        ),
        (fields) => {
          const record = parseRecord({ ...recordOf("history_done_images"), ...fields });
          if (record === undefined) return;
          const { status } = toGeneration(record, operationOf("image"), policy);
          if (status === "failed") expect([10, 30, 40, 100]).toContain(record.status);
        },
      ),
      { numRuns: 300 },
    );
  });
});
