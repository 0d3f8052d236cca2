// Tests the two meanings of Ctrl-C with real signals in a process of its own.

import { spawn } from "node:child_process";
import { once } from "node:events";

import { expect, test } from "vitest";

const program = `
  const { listenForInterrupts } = await import(${JSON.stringify(new URL("./interrupt.ts", import.meta.url).href)});
  const interrupts = listenForInterrupts();
  interrupts.signal.addEventListener("abort", () => console.log("asked to stop", interrupts.exitCode()));
  setInterval(() => undefined, 1000);
  if (process.argv.includes("release")) interrupts.release();
  console.log("ready");
`;

function start(...words: string[]) {
  const child = spawn(process.execPath, ["--input-type=module", "--eval", program, ...words], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const lines = child.stdout.setEncoding("utf8")[Symbol.asyncIterator]();
  return { child, next: async () => String((await lines.next()).value).trim() };
}

test("asks to stop at the first interrupt and ends the process at the second", async () => {
  const { child, next } = start();
  expect(await next()).toBe("ready");
  child.kill("SIGINT");
  expect(await next()).toBe("asked to stop 130");
  expect(child.exitCode).toBeNull();
  child.kill("SIGTERM");
  expect(await once(child, "exit")).toEqual([143, null]);
});

test("leaves the process its usual behaviour after the release", async () => {
  const { child, next } = start("release");
  expect(await next()).toBe("ready");
  child.kill("SIGINT");
  expect(await once(child, "exit")).toEqual([null, "SIGINT"]);
});
