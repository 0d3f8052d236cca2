// Tests under which key each call of a generateImage goes.

import { expect, test } from "vitest";

import { KeySlots } from "./key-slots.ts";

test("without a key of the caller's every call has its own", () => {
  const keys = new KeySlots();
  const headers = {};
  const one = keys.take(headers, undefined).key;
  expect(one).toMatch(/^aisdk_img_/);
  expect(keys.take(headers, undefined).key).not.toBe(one);
});

test("calls of one generateImage at the same time have numbered keys, and the same ones again later", () => {
  const keys = new KeySlots();
  const headers = { "Idempotency-Key": "mine" };
  const slots = [1, 2, 3].map(() => keys.take(headers, undefined));
  expect(slots.map(({ key }) => key)).toEqual(["mine", "mine-2", "mine-3"]);
  for (const slot of slots) slot.release(false);
  expect(keys.take(headers, undefined).key).toBe("mine");
  expect(keys.take({ ...headers }, undefined).key).toBe("mine");
});

test("a call of which nothing was sent has its own key again, though others have ended since", () => {
  const keys = new KeySlots();
  const headers = { "idempotency-key": "mine" };
  const first = keys.take(headers, undefined);
  const second = keys.take(headers, undefined);
  second.release(true);
  first.release(false);
  expect(keys.take(headers, undefined).key).toBe("mine-2");
});

test("the header wins over the option", () => {
  const keys = new KeySlots();
  expect(keys.take({ "idempotency-key": "header" }, "option").key).toBe("header");
  expect(keys.take({}, "option").key).toBe("option");
  expect(keys.take(undefined, "option").key).toBe("option");
});
