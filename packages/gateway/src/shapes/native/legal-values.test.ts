// Tests the legal values of tools against the check of their requests, and those of models against the registry.

import { findModel, prepareRequest } from "@jimeng/sdk";
import type { PreparedRequest, ToolRequest } from "@jimeng/sdk";
import { prepareToolRequest } from "@jimeng/sdk/tools";
import { expect, test } from "vitest";

import { unreadImage } from "../../submission/place-references.ts";
import { toLegalValues } from "./legal-values.ts";

const check = (request: ToolRequest): PreparedRequest => prepareToolRequest(request).request;
const picture = (request: object): ToolRequest =>
  ({ kind: "image", image: unreadImage, ...request }) as ToolRequest;

test("a tool takes each of its legal values, and none beside them", () => {
  const smart = picture({ tool: "smart_hd" });
  const { resolutions } = toLegalValues(check(smart), undefined);
  expect(
    resolutions.map((resolution) => check({ ...smart, resolution } as ToolRequest)),
  ).toHaveLength(3);
  expect(() => check({ ...smart, resolution: "16k" } as ToolRequest)).toThrow("16k");

  const outpaint = picture({ tool: "outpaint" });
  const { counts, ratios } = toLegalValues(check(outpaint), undefined);
  for (const count of counts) check({ ...outpaint, count } as ToolRequest);
  for (const ratio of ratios) check({ ...outpaint, ratio } as ToolRequest);
  expect(ratios.length).toBeGreaterThan(5);
  expect(() => check({ ...outpaint, count: counts.length + 1 } as ToolRequest)).toThrow("1 to 4");

  const music = { kind: "audio", tool: "music", prompt: "piano" } as const;
  const [shortest = 0, longest = 0] = toLegalValues(check(music), undefined).durations;
  for (const durationSeconds of [shortest, longest]) check({ ...music, durationSeconds });
  for (const durationSeconds of [shortest - 1, longest + 1])
    expect(() => check({ ...music, durationSeconds })).toThrow();
});

test("a model takes what the registry says", () => {
  const model = findModel("jimeng-video-3.0");
  const { request } = prepareRequest({ kind: "video", model: "jimeng-video-3.0", prompt: "waves" });
  expect(toLegalValues(request, model)).toMatchObject({
    durations: model?.durationsSeconds,
    ratios: model?.ratios,
    counts: [1],
  });
});
