// Tests that many parts hear of the end of one response by one listener.

import { EventEmitter } from "node:events";

import { expect, test } from "vitest";

import { whenClosed } from "./when-closed.ts";

test("many parts hear of the end of a response, in order, by one listener", () => {
  const response = new EventEmitter();
  const heard: number[] = [];
  for (let part = 0; part < 20; part += 1) whenClosed(response, () => heard.push(part));
  expect(response.listenerCount("close")).toBe(1);
  expect(heard).toEqual([]);
  response.emit("close");
  expect(heard).toEqual(Array.from({ length: 20 }, (_none, part) => part));
});
