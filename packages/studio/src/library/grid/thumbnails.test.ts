// Tests reading thumbnails together, and what becomes of those that cannot be read so.

import type { GridAsset } from "@jimeng/gateway/api";
import { expect, test, vi } from "vitest";

import { Thumbnails } from "./thumbnails.ts";
import type { ReadThumbnails } from "./thumbnails.ts";

const assetOf = (id: string, type = "image/png"): GridAsset => ({
  id,
  url: `http://elsewhere/v1/assets/${id}.png`,
  content_type: type,
  width: 1,
  height: 1,
  thumbhash: null,
  job_id: "job_1",
  starred: false,
  created_at: 1,
});
const many = (count: number, name = "asset"): GridAsset[] =>
  Array.from({ length: count }, (_, at) => assetOf(`${name}_${at}`));
const settled = () => new Promise((resolve) => setTimeout(resolve, 0));
const addressOf = (id: string): string => `/v1/assets/${id}.png?variant=thumbnail`;

/** Makes thumbnails whose files have so many bytes. */
function thumbnailsOf(bytes = 4) {
  const toData = (id: string) => ({ id, content_type: "image/webp", data: "A".repeat(bytes) });
  const read = vi.fn<ReadThumbnails>(async (ids) => ({ data: ids.map(toData) }));
  return { thumbnails: new Thumbnails(read), read };
}

test("what is seen is read in few answers, once, and then shown without a request", async () => {
  const { thumbnails, read } = thumbnailsOf();
  const seen = many(150);
  thumbnails.want(seen);
  thumbnails.want(seen);
  expect(thumbnails.sourceOf(seen[0]!)).toBeUndefined();
  await settled();
  expect(read.mock.calls.map(([ids]) => ids.length)).toEqual([100, 50]);
  expect(thumbnails.sourceOf(seen[149]!)).toBe("data:image/webp;base64,AAAA");
  expect(thumbnails.version()).toBe(2);
  thumbnails.want(seen);
  expect(read).toHaveBeenCalledTimes(2);
});

test("what is left out, all where the reading fails, and videos have addresses of their own", async () => {
  const { thumbnails, read } = thumbnailsOf();
  const [first, second] = many(2) as [GridAsset, GridAsset];
  const video = assetOf("video", "video/mp4");
  read.mockResolvedValueOnce({ data: [{ id: first.id, content_type: "image/webp", data: "" }] });
  thumbnails.want([first, second, video]);
  expect(thumbnails.sourceOf(video)).toBe(addressOf("video"));
  await settled();
  expect(read).toHaveBeenCalledExactlyOnceWith([first.id, second.id]);
  expect(thumbnails.sourceOf(second)).toBe(addressOf(second.id));
  const third = assetOf("third");
  read.mockRejectedValueOnce(new Error("away"));
  thumbnails.want([third]);
  await settled();
  expect(thumbnails.sourceOf(third)).toBe(addressOf("third"));
});

test("those that were read first are given up when there are too many, and never what is seen", async () => {
  const { thumbnails, read } = thumbnailsOf(3_000_000);
  const [first, ...others] = many(7) as [GridAsset, ...GridAsset[]];
  thumbnails.want([first]);
  await settled();
  thumbnails.want(others);
  await settled();
  expect(others.every((asset) => thumbnails.sourceOf(asset) !== undefined)).toBe(true);
  expect(thumbnails.sourceOf(first)).toBeUndefined();
  thumbnails.want([...others, first]);
  await settled();
  expect(read).toHaveBeenCalledTimes(3);
});
