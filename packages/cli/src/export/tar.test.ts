// Tests that the machine's own tar reads what is written.

import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { expect, test } from "vitest";

import { tarEnd, tarHeader, tarPadding } from "./tar.ts";

test("the machine's tar finds each file with its bytes", () => {
  const folder = mkdtempSync(join(tmpdir(), "jimeng-tar-"));
  try {
    const files = [
      ["jobs.jsonl", "{}\n"],
      ["assets/a.png", "x".repeat(512)],
      ["empty.csv", ""],
    ] as const;
    const parts = files.flatMap(([name, text]) => [
      tarHeader({ name, bytes: text.length, modifiedAt: 1_764_000_000_000 }),
      Buffer.from(text),
      tarPadding(text.length),
    ]);
    writeFileSync(join(folder, "export.tar"), Buffer.concat([...parts, tarEnd()]));
    const run = spawnSync("tar", ["-xf", "export.tar"], { cwd: folder, encoding: "utf8" });
    expect(run).toMatchObject({ status: 0, stderr: "" });
    for (const [name, text] of files) expect(readFileSync(join(folder, name), "utf8")).toBe(text);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test("what the format cannot hold is refused", () => {
  const entry = { name: "a", bytes: 1, modifiedAt: 0 };
  expect(() => tarHeader({ ...entry, name: "a".repeat(101) })).toThrow(RangeError);
  expect(() => tarHeader({ ...entry, bytes: 8 ** 11 })).toThrow(RangeError);
});
