// Tests that a log line can be read on a terminal and cannot steer it.

import { expect, test } from "vitest";

import { readableLogLine } from "./log-lines.ts";

const time = new Date(2026, 10, 28, 8, 5, 9).getTime();
const read = (facts: object) => readableLogLine(JSON.stringify({ level: 30, time, ...facts }));

test("tells time, level, message and facts in one line", () => {
  expect(
    read({ msg: "request completed", method: "GET", path: "/v1/jobs", status: 200, key_id: null }),
  ).toBe("08:05:09 info  request completed method=GET path=/v1/jobs status=200\n");
});

test("quotes what holds blanks, and shows objects as JSON", () => {
  expect(read({ level: 40, msg: "odd", reason: "no answer", upstream: { ret: "1" } })).toBe(
    '08:05:09 warn  odd reason="no answer" upstream={"ret":"1"}\n',
  );
});

test("shows the message and the stack of a defect", () => {
  const err = {
    type: "TypeError",
    message: "x is undefined",
    stack: "TypeError: x\n    at f (a.ts:1:2)",
  };
  expect(read({ level: 50, msg: "Unexpected error", err })).toBe(
    "08:05:09 error Unexpected error (x is undefined)\n    at f (a.ts:1:2)\n",
  );
});

test("takes out what steers the terminal", () => {
  const line = read({ msg: "a\u001b[2J\u202eb\nc", path: "/\u001b]0;x" });
  expect(line).toContain("a [2J b c");
  for (const character of ["\u001b", "\u202e"]) expect(line).not.toContain(character);
  expect(line.indexOf("\n")).toBe(line.length - 1);
});

test("passes on what is no line of the logger", () => {
  expect(readableLogLine("plain words\n")).toBe("plain words\n");
});
