// Tests that every shell gets its script, that the script is answered, and that the examples of the help are real.

import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { describe, expect, test, vi } from "vitest";

import { buildProgram } from "../program.ts";
import { createOutput } from "../terminal/output.ts";
import { chinese } from "../words/chinese.ts";
import { english } from "../words/english.ts";
import type { Words } from "../words/words.ts";

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
  test.skipIf(process.platform === "win32")(
    "in bash hands over what is typed, and evaluates none of it",
    async () => {
      const folder = mkdtempSync(join(tmpdir(), "jimeng-bash-"));
      let script = "";
      const stdout = { write: (text: string) => (script += text) };
      const output = createOutput({ stdout, stderr: silent, words: english });
      const context = { output, words: english, environment: {}, currentFolder: folder };
      await buildProgram(context).parseAsync(["completion", "bash"], { from: "user" });
      const asked = `${script}
      jimeng() { printf '%s|' "$@" > asked; printf 'download\\tsave files\\n:4\\n'; }
      COMP_WORDS=(jimeng jobs '$(touch evaluated)'); COMP_CWORD=2; _jimeng; echo "\${COMPREPLY[@]}"`;
      const run = spawnSync("bash", ["-c", asked], { cwd: folder, encoding: "utf8" });
      expect(run.stdout, run.stderr).toBe("download\n");
      expect(readFileSync(join(folder, "asked"), "utf8")).toBe(
        "complete|--|jobs|$(touch evaluated)|",
      );
      expect(readdirSync(folder)).toEqual(["asked"]);
      rmSync(folder, { recursive: true });
    },
  );

  test.each(["zsh", "fish", "powershell"])(
    "prints the script of %s, which calls the command",
    async (shell) => {
      expect(await printed("completion", shell)).toMatch(/jimeng[\s\S]*complete.*--/);
    },
  );

  test("knows no other shell", async () => {
    await expect(printed("completion", "csh")).rejects.toThrow("bash, zsh, fish, powershell");
  });

  test.each([
    [["ima"], /^image\t/m],
    [["jobs", "sea"], /^search\t/m],
    [["image", "--ra"], /^--ratio\t/m],
    [["upscale", "a.png", "--mode", ""], /^smart/m],
    [["compl"], /^completion\t/m],
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
