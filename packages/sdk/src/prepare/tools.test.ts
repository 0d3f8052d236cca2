// Tests the check of requests of tools: defaults, refusals that name the property, and that preparing twice changes nothing.

import fc from "fast-check";
import { describe, expect, test } from "vitest";

import { JimengError } from "../errors.ts";
import { tools } from "../models/tools.ts";
import type { ToolRequest } from "../requests.ts";
import { prepareStart, prepareToolRequest } from "./tools.ts";

const image = { imageUri: "tos-cn-i-0/1", width: 10, height: 10, format: "png" };
const product = { itemId: "7500000000000000001", historyId: "90000000000001" };
const video = { videoId: "v0", width: 1280, height: 720, durationMs: 4000, name: "" };
const share = fc.double({ min: 0, max: 1, noNaN: true });

const valid: fc.Arbitrary<ToolRequest> = fc.oneof(
  fc.record(
    { kind: fc.constant("image"), tool: fc.constant("hd"), image: fc.constant(image) } as const,
    { requiredKeys: ["kind", "tool", "image"] },
  ),
  fc.record(
    {
      kind: fc.constant("image"),
      tool: fc.constant("smart_hd"),
      image: fc.constant(image),
      product: fc.constant(product),
      resolution: fc.constantFrom("2k", "4K", "8k"),
      originalStrength: share,
      detailStrength: share,
    } as const,
    { requiredKeys: ["kind", "tool", "image"] },
  ),
  fc.record(
    {
      kind: fc.constant("image"),
      tool: fc.constant("outpaint"),
      image: fc.constant(image),
      left: share.filter((value) => value > 0),
      ratio: fc.constantFrom("1:1", "16:9"),
      count: fc.integer({ min: 1, max: 4 }),
    } as const,
    { requiredKeys: ["kind", "tool", "image"] },
  ),
  fc.constant({ kind: "image", tool: "detail_fix", product } as const),
  fc.constant({ kind: "video", tool: "frame_interpolation", video } as const),
  fc.constant({ kind: "video", tool: "frame_interpolation", product } as const),
  fc.record(
    {
      kind: fc.constant("audio"),
      tool: fc.constant("music"),
      prompt: fc.constant("rain"),
      title: fc.string(),
      durationSeconds: fc.integer({ min: 30, max: 360 }),
      lyrics: fc.string(),
    } as const,
    { requiredKeys: ["kind", "tool", "prompt"] },
  ),
  fc.record({
    kind: fc.constant("audio"),
    tool: fc.constant("speech"),
    prompt: fc.constant("hello"),
    voice: fc.constant("7"),
  } as const),
);

describe("a request of a tool", () => {
  test("is complete once prepared, and preparing it again changes nothing", () => {
    fc.assert(
      fc.property(valid, (request) => {
        const { request: prepared } = prepareToolRequest(request);
        expect(prepared.count).toBeGreaterThan(0);
        expect(prepared.upstreamCount).toBe(prepared.count);
        expect(tools.find(({ name }) => name === request.tool)?.id).toBe(prepared.model);
        expect(prepareToolRequest(prepared).request).toEqual(prepared);
        expect(prepareToolRequest(JSON.parse(JSON.stringify(prepared))).request).toEqual(prepared);
      }),
    );
  });

  test.each<[Record<string, unknown>, string]>([
    [{ kind: "image", tool: "erase", image }, "tool"],
    [{ kind: "image", tool: "jimeng-hd", image }, "tool"],
    [{ kind: "video", tool: "hd", image }, "kind"],
    [{ kind: "image", tool: "hd" }, "image"],
    [{ kind: "image", tool: "hd", image: { ...image, imageUri: " " } }, "image"],
    [{ kind: "image", tool: "hd", image, model: "jimeng-5.0" }, "model"],
    [{ kind: "image", tool: "hd", image, resolution: "2k" }, "resolution"],
    [{ kind: "image", tool: "hd", image, width: 4096 }, "width"],
    [{ kind: "image", tool: "hd", image, count: 2 }, "count"],
    [{ kind: "image", tool: "hd", image, prompts: "x" }, "prompts"],
    [{ kind: "image", tool: "hd", image, left: 0.5 }, "left"],
    [{ kind: "image", tool: "smart_hd", image, resolution: "16k" }, "resolution"],
    [{ kind: "image", tool: "smart_hd", image, detailStrength: 1.5 }, "detailStrength"],
    [{ kind: "image", tool: "outpaint", image, left: -0.1 }, "left"],
    [{ kind: "image", tool: "outpaint", image, top: Number.NaN }, "top"],
    [{ kind: "image", tool: "outpaint", image, top: 0, left: 0 }, "top"],
    [{ kind: "image", tool: "outpaint", image, ratio: "7:5" }, "ratio"],
    [{ kind: "image", tool: "outpaint", image, count: 5 }, "count"],
    [{ kind: "image", tool: "detail_fix", image }, "image"],
    [{ kind: "image", tool: "detail_fix" }, "product"],
    [{ kind: "image", tool: "detail_fix", product: { ...product, itemId: 75 } }, "product.itemId"],
    [{ kind: "image", tool: "detail_fix", product: { ...product, id: "1" } }, "product.id"],
    [
      { kind: "image", tool: "detail_fix", product: { ...product, historyId: "007" } },
      "product.historyId",
    ],
    [{ kind: "video", tool: "frame_interpolation" }, "video"],
    [{ kind: "video", tool: "frame_interpolation", video, product }, "product"],
    [
      { kind: "video", tool: "frame_interpolation", product: { ...product, itemId: "a" } },
      "product.itemId",
    ],
    [{ kind: "video", tool: "frame_interpolation", video: { ...video, durationMs: 0 } }, "video"],
    [{ kind: "audio", tool: "music", prompt: " " }, "prompt"],
    [{ kind: "audio", tool: "music", prompt: "a", durationSeconds: 20 }, "durationSeconds"],
    [{ kind: "audio", tool: "music", prompt: "a", durationSeconds: 30.5 }, "durationSeconds"],
    [{ kind: "audio", tool: "music", prompt: "a", vocals: false, lyrics: "la" }, "lyrics"],
    [{ kind: "audio", tool: "music", prompt: "a", tags: ["pop"] }, "tags"],
    [{ kind: "audio", tool: "speech", prompt: "a" }, "voice"],
    [{ kind: "audio", tool: "speech", prompt: "a", voice: "7", speechRate: 1000 }, "speechRate"],
  ])("%j is refused by the name %s, with a fix", (request, param) => {
    let thrown: unknown;
    try {
      prepareToolRequest(request as unknown as ToolRequest);
    } catch (error) {
      thrown = error;
    }
    if (!JimengError.isInstance(thrown)) throw new Error("it was not refused");
    expect(thrown.code).toBe("invalid_request");
    expect(thrown.detail).toMatchObject({ param, fix: expect.any(String) });
  });

  test("of speech is not started as a generation", () => {
    const speech = { kind: "audio", tool: "speech", prompt: "a", voice: "7" } as const;
    expect(() => prepareStart(speech, {})).toThrow(/no generation/);
  });

  test("warns where nobody has run the tool, and of what nobody has captured", () => {
    const hd = { kind: "image", tool: "hd", image } as const;
    expect(prepareToolRequest(hd, { region: "cn" }).warnings).toEqual([]);
    expect(prepareToolRequest(hd, { region: "jp" }).warnings).toMatchObject([
      { code: "experimental_tool" },
    ]);
    const large = { kind: "image", tool: "smart_hd", image, resolution: "8k" } as const;
    expect(prepareToolRequest(large, { region: "cn" }).warnings).toMatchObject([
      { code: "experimental_tool", param: "resolution" },
    ]);
  });
});
