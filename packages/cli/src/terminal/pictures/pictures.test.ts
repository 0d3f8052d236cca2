// Tests that a terminal is asked once, is left as it was, and gets pictures in the form that it named.

import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { deflateSync } from "node:zlib";

import { describe, expect, test } from "vitest";

import { askTerminal, chooseProtocol } from "./ask-terminal.ts";
import type { TerminalInput } from "./ask-terminal.ts";
import { drawPng } from "./draw.ts";
import { readPng } from "./png.ts";

/** Makes the control characters of a terminal's answer visible, for patterns. */
const visible = (text: string): string =>
  text.replaceAll("\u001b", "ESC").replaceAll("\u0007", "BEL");

const kittyAnswer = "\u001b_Gi=31;OK\u001b\\\u001bP>|kitty(0.42)\u001b\\\u001b[?62;c";

/** A terminal that answers the question with these words. */
function terminal(answer: string) {
  const asked: string[] = [];
  const modes: boolean[] = [];
  let listener: ((bytes: Buffer) => void) | undefined;
  const input: TerminalInput = {
    isTTY: true,
    setRawMode: (isRaw) => modes.push(isRaw),
    on: (_event, given) => (listener = given),
    off: () => (listener = undefined),
    resume: () => undefined,
    pause: () => undefined,
  };
  const output = {
    isTTY: true,
    write(text: string) {
      asked.push(text);
      for (const byte of answer) listener?.(Buffer.from(byte, "latin1"));
    },
  };
  return { input, output, asked, modes, isListening: () => listener !== undefined };
}

describe("the question", () => {
  test("is answered in pieces, and the terminal is left as it was", async () => {
    const { isListening, asked, modes, ...rest } = terminal(kittyAnswer);
    expect(await askTerminal({ ...rest, onInterrupt: () => undefined })).toBe("kitty");
    expect(asked).toHaveLength(1);
    expect(modes).toEqual([true, false]);
    expect(isListening()).toBe(false);
  });

  test("is not put where the output or the input is no terminal", async () => {
    const { input, output, asked } = terminal(kittyAnswer);
    const onInterrupt = (): void => undefined;
    for (const given of [
      { input, output: { ...output, isTTY: false } },
      { input: { ...input, isTTY: false }, output },
    ]) {
      expect(await askTerminal({ ...given, onInterrupt })).toBeUndefined();
    }
    expect(asked).toEqual([]);
  });

  test("lets Ctrl-C through", async () => {
    let interrupts = 0;
    const { input, output } = terminal("\u0003\u001b[?62;c");
    await askTerminal({ input, output, onInterrupt: () => (interrupts += 1) });
    expect(interrupts).toBeGreaterThan(0);
  });

  test.each([
    [kittyAnswer, "kitty"],
    ["\u001bP>|iTerm2 3.6.1\u001b\\\u001b[?64;1;4c", "iterm"],
    ["\u001bP>|WezTerm 2026\u001b\\\u001b[?65;4;6c", "iterm"],
    ["\u001b[?62;4;22c", "sixel"],
    ["\u001b[?64;1;22c", undefined],
    ["", undefined],
  ])("answered %j means %s", (answer, protocol) => {
    expect(chooseProtocol(answer)).toBe(protocol);
  });
});

/** Returns a PNG of these rows, each with its filter first. */
function png(width: number, channels: 3 | 4, rows: number[][]): Uint8Array {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(rows.length, 4);
  header.set([8, channels === 4 ? 6 : 2, 0, 0, 0], 8);
  const chunk = (type: string, data: Uint8Array): Uint8Array => {
    const length = Buffer.alloc(4);
    length.writeUInt32BE(data.length);
    return Buffer.concat([length, Buffer.from(type), data, Buffer.alloc(4)]);
  };
  const signature = Buffer.from("\u0089PNG\r\n\u001a\n", "latin1");
  const packed = deflateSync(Buffer.from(rows.flat()));
  const parts = [chunk("IHDR", header), chunk("IDAT", packed), chunk("IEND", Buffer.alloc(0))];
  return Buffer.concat([signature, ...parts]);
}

describe("pixels of a PNG", () => {
  test("are read through every filter", () => {
    const picture = png(2, 3, [
      [0, 10, 20, 30, 40, 50, 60],
      [1, 10, 20, 30, 30, 30, 30],
      [2, 0, 0, 0, 0, 0, 0],
      [3, 5, 10, 15, 15, 15, 15],
      [4, 0, 0, 0, 0, 0, 0],
    ]);
    const row = [10, 20, 30, 255, 40, 50, 60, 255];
    const half = [10, 20, 30, 255, 40, 50, 60, 255];
    expect([...(readPng(picture)?.data ?? [])]).toEqual([...row, ...row, ...row, ...half, ...half]);
  });

  test("keep their transparency", () => {
    expect(readPng(png(1, 4, [[0, 1, 2, 3, 4]]))).toEqual({
      width: 1,
      height: 1,
      data: new Uint8Array([1, 2, 3, 4]),
    });
  });

  test("of something else are none", () => {
    expect(readPng(Buffer.from("GIF89a"))).toBeUndefined();
    expect(readPng(Buffer.from("\u0089PNG\r\n\u001a\n", "latin1"))).toBeUndefined();
  });
});

describe("a drawn picture", () => {
  const picture = readFileSync(
    fileURLToPath(new URL("../../../../../docs/images/picture.png", import.meta.url)),
  );

  test("is the whole file for kitty, in pieces of 4096 characters, and for iTerm2", async () => {
    const kitty = visible((await drawPng(picture, "kitty")) ?? "");
    const pieces = [...kitty.matchAll(/ESC_G([^;]*);([\w+/=]*)ESC\\/g)];
    expect(pieces[0]?.[1]).toBe("a=T,f=100,q=2,m=1");
    expect(pieces.at(-1)?.[1]).toBe("m=0");
    expect(Math.max(...pieces.map(([, , text = ""]) => text.length))).toBe(4096);
    const joined = pieces.map(([, , text]) => text).join("");
    expect(Buffer.from(joined, "base64").equals(picture)).toBe(true);
    const iterm = visible((await drawPng(picture, "iterm")) ?? "");
    expect(iterm).toMatch(/^ESC\]1337;File=inline=1;size=\d+;[^:]*:[\w+/=]+BEL\n$/);
  });

  test("is sixels of its pixels", async () => {
    const drawn = (await drawPng(png(2, 3, [[0, 255, 0, 0, 0, 0, 255]]), "sixel")) ?? "";
    expect(visible(drawn)).toMatch(/^ESCP0;\d;0?q"1;1;2;1#[\s\S]*ESC\\\n$/);
    expect(await drawPng(Buffer.from("no picture"), "sixel")).toBeUndefined();
  });
});
