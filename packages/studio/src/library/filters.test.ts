// Tests the address of a view.

import { expect, test } from "vitest";

import {
  dayEnd,
  dayOf,
  dayStart,
  formatView,
  isNarrowed,
  parseView,
  toAssetQuery,
  usualView,
} from "./filters.ts";

test("a view is read as it was written, beside what others keep in the address", () => {
  const view = {
    ...usualView,
    q: "小猫 & cat",
    kind: "video",
    starred: true,
    key: "key_1",
    from: "2026-01-01",
    size: "xl",
  } as const;
  const search = formatView(view, "asset=asset_1&q=old");
  expect(new URLSearchParams(search).get("asset")).toBe("asset_1");
  expect(parseView(search)).toEqual(view);
  expect(formatView(usualView, search)).toBe("asset=asset_1");
});

test.each(["kind=picture", "size=huge", "from=yesterday", "to=2026-99-99", "starred=1", "q="])(
  "what cannot be read is as usual: %s",
  (search) => {
    expect(parseView(search)).toEqual(usualView);
  },
);

test("the gateway is asked for what is set, and days are whole", () => {
  const view = {
    ...usualView,
    q: "  ",
    tag: " cover ",
    key: "key_1",
    trashed: true,
    from: "2026-11-29",
    to: "2026-11-29",
  };
  const query = toAssetQuery(view);
  expect(query).toEqual({
    tag: "cover",
    key: "key_1",
    trashed: true,
    from: dayStart("2026-11-29"),
    to: dayEnd("2026-11-29"),
  });
  expect(dayOf(dayStart("2026-11-29"))).toBe("2026-11-29");
  expect(dayOf(dayEnd("2026-11-29") - 1)).toBe("2026-11-29");
  expect(dayOf(dayEnd("2026-11-29"))).toBe("2026-11-30");
  expect(isNarrowed({ ...usualView, trashed: true, size: "s" })).toBe(false);
  expect(isNarrowed(view)).toBe(true);
});
