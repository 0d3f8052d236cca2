// Tests that log lines are written together, and that a process that ends in any way leaves none behind.

import { spawn } from "node:child_process";
import { once } from "node:events";
import { setImmediate as nextTurn } from "node:timers/promises";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";

import { describe, expect, test } from "vitest";

import { createLogOutput } from "./log-output.ts";

function collect(failure?: { code: string; times: number }) {
  const writes: string[] = [];
  let failures = failure?.times ?? 0;
  const output = createLogOutput(1, (_descriptor, bytes) => {
    if (failures > 0) {
      failures -= 1;
      throw Object.assign(new Error("write"), { code: failure?.code });
    }
    // A pipe may take a part only.
    const taken = bytes.subarray(0, 8);
    writes.push(Buffer.from(taken).toString());
    return taken.length;
  });
  return { output, writes, all: () => writes.join("") };
}

describe("log lines", () => {
  test("of one turn are written together, in their order", async () => {
    const { output, writes } = collect();
    output.write("one\n");
    output.write("two\n");
    expect(writes).toEqual([]);
    await nextTurn();
    expect(writes).toEqual(["one\ntwo\n"]);
  });

  test("are written at once where it is asked for", () => {
    const { output, all } = collect();
    output.write("the last words of a process\n");
    output.flushSync();
    expect(all()).toBe("the last words of a process\n");
  });

  test("are not held without end in one long turn", () => {
    const { output, all } = collect();
    const line = `${"x".repeat(300_000)}\n`;
    output.write(line);
    expect(all()).toBe(line);
  });

  test("wait for a pipe that is full", () => {
    const { output, all } = collect({ code: "EAGAIN", times: 2 });
    output.write("line\n");
    output.flushSync();
    expect(all()).toBe("line\n");
  });

  test.each(["ENOSPC", "EPIPE"])("are lost at %s, and the gateway goes on", (code) => {
    const { output, all } = collect({ code, times: 1 });
    output.write("lost\n");
    output.flushSync();
    output.write("next\n");
    output.flushSync();
    expect(all()).toBe("next\n");
  });
});

describe("a process that ends", () => {
  const logging = new URL("./logging.ts", import.meta.url).href;

  async function outputOf(ending: string, signal?: NodeJS.Signals): Promise<string> {
    const program = `
      import { createLogger } from ${JSON.stringify(logging)};
      const logger = createLogger("info");
      for (let line = 0; line < 1000; line += 1) logger.info({ line }, "line");
      ${ending}`;
    const child = spawn(
      process.execPath,
      ["--conditions=source", "--input-type=module", "--eval", program],
      { stdio: ["ignore", "pipe", "pipe"], cwd: fileURLToPath(new URL(".", import.meta.url)) },
    );
    const ended = once(child, "close");
    if (signal !== undefined) child.stderr.once("data", () => child.kill(signal));
    const [lines] = await Promise.all([text(child.stdout), ended]);
    return lines;
  }

  test.each([
    ["by itself", "", undefined],
    ["with an exit code", "process.exit(3);", undefined],
    ["by an error that nothing catches", "throw new Error('a crash');", undefined],
    [
      "by a rejection that nothing catches",
      "await Promise.reject(new Error('a crash'));",
      undefined,
    ],
    [
      "by SIGTERM, after the turn of its last line",
      "setImmediate(() => process.stderr.write('ready')); setInterval(() => undefined, 1000);",
      "SIGTERM",
    ],
    [
      "by SIGKILL, right after a fatal line",
      "logger.fatal('the end'); process.kill(process.pid, 'SIGKILL');",
      undefined,
    ],
  ] as const)("%s has written every line", async (_name, ending, signal) => {
    const lines = (await outputOf(ending, signal)).trimEnd().split("\n");
    const numbers = lines.flatMap((line) => {
      const { line: number } = JSON.parse(line) as { line?: number };
      return number === undefined ? [] : [number];
    });
    expect(numbers).toEqual(Array.from({ length: 1000 }, (_, index) => index));
  });
});
