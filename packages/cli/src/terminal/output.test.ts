// Tests what lands on which stream, and in which words.

import { describe, expect, test } from "vitest";

import { createOutput, failureLines, formatTable, progressLine } from "./output.ts";
import { english } from "../words/english.ts";

function capture(
  terminal: { isTTY?: boolean; columns?: number } = {},
  isDumb = false,
  hasColors = false,
) {
  const written = { stdout: "", stderr: "" };
  const output = createOutput({
    isDumb,
    hasColors,
    words: english,
    stdout: { ...terminal, write: (text) => (written.stdout += text) },
    stderr: { ...terminal, write: (text) => (written.stderr += text) },
  });
  return { output, written };
}

describe("output", () => {
  test("keeps results on stdout and everything else on stderr", () => {
    const { output, written } = capture();
    output.note("starting");
    output.warning("the size was substituted");
    output.progress({ label: "generating", percent: 10, elapsedMs: 0 });
    output.failure({ code: "internal", message: "broken", exitCode: 70 });
    output.result("./a.png");
    expect(written.stdout).toBe("./a.png\n");
    expect(written.stderr).toBe(
      "starting\nwarning: the size was substituted\ngenerating\nerror: broken\n",
    );
  });

  test("shows a log in words on a terminal only", () => {
    const { output, written } = capture({ isTTY: true });
    output.log?.('{"level":30,"msg":"request completed","status":200}\n');
    expect(written.stdout).toBe(" info  request completed status=200\n");
    expect(capture().output.log).toBeUndefined();
  });

  test("draws nothing on a dumb terminal", () => {
    const { output, written } = capture({ isTTY: true, columns: 80 }, true);
    output.progress({ label: "generating", percent: 10, elapsedMs: 0 });
    output.note("done");
    expect(written.stderr).toBe("generating\ndone\n");
  });

  test("prints JSON on one line", () => {
    const { output, written } = capture({ isTTY: true, columns: 20 });
    output.json({ prompt: "猫\n".repeat(30) });
    expect(written.stdout.split("\n")).toHaveLength(2);
    expect(JSON.parse(written.stdout)).toEqual({ prompt: "猫\n".repeat(30) });
  });

  test("repeats a progress label only when it changes where there is no terminal", () => {
    const { output, written } = capture();
    for (const percent of [1, 2, 3])
      output.progress({ label: "generating", percent, elapsedMs: 0 });
    output.progress({ label: "saving", percent: 95, elapsedMs: 0 });
    expect(written.stderr).toBe("generating\nsaving\n");
  });

  test("takes the progress line away before anything else is printed on a terminal", () => {
    const { output, written } = capture({ isTTY: true, columns: 60 });
    output.progress({ label: "generating", percent: 50, elapsedMs: 2500 });
    output.note("done");
    expect(written.stderr.endsWith("\r\u001b[2Kdone\n")).toBe(true);
    expect(written.stderr).toContain(" 50 %  2 s  generating");
  });

  test("lets no control character of a server's text reach the terminal", () => {
    const { output, written } = capture({ isTTY: true, columns: 80 });
    output.failure({ code: "internal", message: "bad\u001b[31m\nnews\u009b\u202E", exitCode: 70 });
    output.progress({ label: "gen\u0007erating", percent: 5, elapsedMs: 0 });
    output.endProgress();
    expect(written.stderr.replaceAll("\r\u001b[2K", "")).toMatch(
      /^[^\p{Cc}\u202E]*\n[^\p{Cc}\u202E]*$/u,
    );
  });
});

describe("colours", () => {
  test("mark errors and warnings where the terminal has them, and nothing else", () => {
    const { output, written } = capture({ isTTY: true }, false, true);
    output.warning("odd");
    output.failure({ code: "internal", message: "bad\u001b[2J", fix: "mend it", exitCode: 70 });
    output.note("done");
    output.result("./a.png");
    expect(written.stderr).toBe(
      "\u001b[33mwarning: odd\u001b[39m\n\u001b[31merror: bad [2J\u001b[39m\nfix: mend it\ndone\n",
    );
    expect(written.stdout).toBe("./a.png\n");
  });
});

describe("a list that is drawn anew", () => {
  test("clears a terminal, and nothing else", () => {
    const terminal = capture({ isTTY: true });
    expect(terminal.output.clear()).toBe(true);
    expect(terminal.written.stdout).toBe("\u001b[H\u001b[2J");
    for (const { output, written } of [capture(), capture({ isTTY: true }, true)]) {
      expect(output.clear()).toBe(false);
      expect(written.stdout).toBe("");
    }
  });
});

describe("progress line", () => {
  test("says how long it still takes, where that is known", () => {
    const state = { label: "generating", percent: 40, elapsedMs: 12_000, remainingSeconds: 18 };
    expect(progressLine(state, 80, english)).toContain("40 %  12 s  generating, about 18 s left");
    expect(progressLine({ ...state, remainingSeconds: null }, 80, english)).toMatch(/generating$/);
  });

  test("fits into the columns and shows the share done", () => {
    expect(progressLine({ label: "generating", percent: 0, elapsedMs: 0 }, 80, english)).toMatch(
      /^░{24} {3}0 %/,
    );
    expect(progressLine({ label: "saving", percent: 100, elapsedMs: 61_000 }, 80, english)).toMatch(
      /^█{24} 100 % {2}61 s {2}saving$/,
    );
    expect(
      progressLine({ label: "generating", percent: 42, elapsedMs: 0 }, 30, english).length,
    ).toBeLessThan(30);
  });
});

describe("failure lines", () => {
  test("tell the error, the fix, the job and whether anything was spent", () => {
    expect(
      failureLines(
        {
          code: "content_rejected",
          message: "the prompt was refused",
          fix: "Reword the prompt.",
          jobId: "job_1",
          charged: "no",
          exitCode: 5,
        },
        english,
      ),
    ).toEqual([
      "error: the prompt was refused",
      "fix: Reword the prompt.",
      "job: job_1",
      "charged: no, nothing was spent",
    ]);
  });

  test("name the parameter unless the message does", () => {
    expect(
      failureLines({ code: "x", message: "is wrong", param: "ratio", exitCode: 2 }, english),
    ).toEqual(["error: is wrong (ratio)"]);
    expect(
      failureLines({ code: "x", message: "ratio is wrong", param: "ratio", exitCode: 2 }, english),
    ).toEqual(["error: ratio is wrong"]);
  });
});

describe("table", () => {
  const header = ["id", "prompt"];
  const rows = [
    ["job_1", "一只可爱的猫咪在花园里玩耍"],
    ["job_20", "a cat"],
  ];

  test("lines the columns up and cuts nothing where the output is read by a program", () => {
    expect(formatTable(header, rows, undefined)).toEqual([
      "id      prompt",
      "job_1   一只可爱的猫咪在花园里玩耍",
      "job_20  a cat",
    ]);
  });

  test("cuts the last column to the terminal's width", () => {
    expect(formatTable(header, rows, 20)[1]).toBe("job_1   一只可爱的…");
  });
});

describe("what a reader does not see", () => {
  const hidden =
    "a\u2028b\u2029c\u202ed\u2066e\u200bf\ufeffg\u00adh\u2060i\u{E0041}j\u200dk\u0085l\u3164m";

  test("does not reach the terminal, on any stream and in any cell", () => {
    const { output, written } = capture({ isTTY: true, columns: 200 });
    output.result(hidden);
    output.note(hidden);
    output.warning(hidden);
    output.table(["id", "prompt"], [[hidden, hidden]]);
    output.failure({ code: "x", message: hidden, fix: hidden, jobId: hidden, exitCode: 2 });
    const text = `${written.stdout}${written.stderr}`;
    const unseen = hidden.split(/[a-m]/).filter((each) => each !== "");
    expect(unseen.filter((each) => text.includes(each))).toEqual([]);
    expect(written.stdout.split("\n")[0]).toBe("a b c d efghijk lm");
  });

  test("is written as escapes in JSON, which means the same text", () => {
    const { output, written } = capture();
    output.json({ prompt: hidden });
    expect(JSON.parse(written.stdout)).toEqual({ prompt: hidden });
    expect(written.stdout).toMatch(/^[\x20-\x7e]*\n$/);
  });

  test("stays where it joins an emoji", () => {
    const { output, written } = capture();
    output.result("👨‍👩‍👧 👩🏽‍🚀 ❤️‍🔥");
    expect(written.stdout).toBe("👨‍👩‍👧 👩🏽‍🚀 ❤️‍🔥\n");
  });
});
