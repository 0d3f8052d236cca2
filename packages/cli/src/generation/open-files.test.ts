// Tests which program opens a file, and that one that is missing is told.

import { expect, test, vi } from "vitest";

import { openCommand, openFiles } from "./open-files.ts";

test.each([
  ["darwin", ["open", ["a b.png"]]],
  ["win32", ["cmd", ["/c", "start", "", "a b.png"]]],
  ["linux", ["xdg-open", ["a b.png"]]],
] as const)("on %s a file is opened by the desktop", (platform, command) => {
  expect(openCommand(platform, "a b.png")).toEqual(command);
});

test("files are told for which there is no program", async () => {
  vi.stubEnv("PATH", "/nowhere");
  expect(await openFiles(["a.png", "b.png"])).toEqual(["a.png", "b.png"]);
  vi.unstubAllEnvs();
});
