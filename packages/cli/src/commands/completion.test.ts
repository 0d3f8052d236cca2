// Tests that every shell gets its script, that the script is answered, and that the examples of the help are real.

import { describe, expect, test, vi } from "vitest";

import { buildProgram } from "../program.ts";
import { createOutput } from "../terminal/output.ts";
import { chinese } from "../words/chinese.ts";
import { english } from "../words/english.ts";
import type { Words } from "../words/words.ts";
import { completionShells } from "./completion.ts";

const silent = { write: () => undefined };

function programIn(words: Words) {
  const output = createOutput({ stdout: silent, stderr: silent, words });
  return buildProgram({ output, words, environment: {}, currentFolder: "/" });
}

/** Runs a command and returns what the completion printed. */
async function printed(...words: string[]): Promise<string> {
  const log = vi.spyOn(console, "log").mockReturnValue();
  try {
    await programIn(english).parseAsync(words, { from: "user" });
    return log.mock.calls.map(([line]) => `${line}\n`).join("");
  } finally {
    log.mockRestore();
  }
}

describe("jimeng completion", () => {
  test.each(completionShells)("prints the script of %s, which calls the command", async (shell) => {
    expect(await printed("completion", shell)).toMatch(/jimeng[\s\S]*complete.*--/);
  });

  test("knows no other shell", async () => {
    await expect(printed("completion", "csh")).rejects.toThrow("bash, zsh, fish, powershell");
  });

  test.each([
    [["ima"], /^image\t/m],
    [["jobs", "sea"], /^search\t/m],
    [["image", "--ra"], /^--ratio\t/m],
    [["upscale", "a.png", "--mode", ""], /^smart/m],
  ])("completes %j", async (words, found) => {
    expect(await printed("complete", "--", ...words)).toMatch(found);
  });
});

describe.each([
  ["English", english],
  ["Chinese", chinese],
])("the examples in %s", (_, words) => {
  const program = programIn(words);
  const { title: _title, ...examples } = words.help.examples;
  const lines = Object.values(examples).flatMap((text) => text.split("\n"));

  test.each(lines)("%s", (line) => {
    const [call = ""] = line.split(" #");
    const typed = call.trim().split(/\s+/).slice(1);
    let command = program;
    for (const word of typed) {
      command = command.commands.find((one) => one.name() === word) ?? command;
    }
    expect(command).not.toBe(program);
    const group = command.commands.find((one) => one.name() === "list");
    const known = [...command.options, ...(group?.options ?? [])].map(({ long }) => long);
    for (const option of call.match(/--[a-z-]+/g) ?? []) expect(known, line).toContain(option);
  });
});
