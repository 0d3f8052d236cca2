// Tests the setting of what pictures are answered as.

import { expect, it } from "vitest";

import { parseResponseFormats } from "./response-formats.ts";

const read = (text: string) =>
  parseResponseFormats("JIMENG_RESPONSE_FORMAT", text, [
    { name: "cherry", key: "obviously-fake-1" },
    { name: null, key: "obviously-fake-2" },
  ]);

it("has one format for everybody and others for single keys", () => {
  expect(read("auto")).toEqual({ usual: "auto", ofKeys: new Map() });
  expect(read("url, cherry = b64_json")).toEqual({
    usual: "url",
    ofKeys: new Map([["cherry", "b64_json"]]),
  });
  expect(read("cherry=url").usual).toBe("auto");
});

it.each([
  ["png", /must be url, b64_json or auto/],
  ["url,", /must be url/],
  ["a=b=url", /must be url/],
  ["url,b64_json", /two formats/],
  ["other=url", /the key other/],
  ["cherry=url,cherry=auto", /twice/],
])("refuses %j", (text, problem) => {
  expect(() => read(text)).toThrow(problem);
});
