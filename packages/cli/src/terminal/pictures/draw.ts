// Turns a PNG into what a terminal draws in place of text.

import type { PictureProtocol } from "./ask-terminal.ts";
import { readPng } from "./png.ts";

// Kitty takes at most so many characters in one piece.
const kittyPiece = 4096;
const sixelColors = 256;

/** Returns the characters that draw a PNG; undefined where it cannot be drawn this way. */
export async function drawPng(
  png: Uint8Array,
  protocol: PictureProtocol,
): Promise<string | undefined> {
  if (protocol === "kitty") return kitty(png);
  if (protocol === "iterm") return iterm(png);
  const pixels = readPng(png);
  if (pixels === undefined) return undefined;
  // Loaded on first use: few terminals draw sixels.
  const { image2sixel } = await import("sixel");
  return `${image2sixel(pixels.data, pixels.width, pixels.height, sixelColors)}\n`;
}

/** https://sw.kovidgoyal.net/kitty/graphics-protocol: f=100 is PNG, a=T shows it at once, q=2 asks for no answer. */
function kitty(png: Uint8Array): string {
  const text = Buffer.from(png).toString("base64");
  const pieces: string[] = [];
  for (let at = 0; at < text.length; at += kittyPiece) {
    const control = at === 0 ? "a=T,f=100,q=2," : "";
    const isLast = at + kittyPiece >= text.length;
    const piece = text.slice(at, at + kittyPiece);
    pieces.push(`\u001b_G${control}m=${isLast ? 0 : 1};${piece}\u001b\\`);
  }
  return `${pieces.join("")}\n`;
}

/** https://iterm2.com/documentation-images.html */
function iterm(png: Uint8Array): string {
  const text = Buffer.from(png).toString("base64");
  return `\u001b]1337;File=inline=1;size=${png.byteLength};preserveAspectRatio=1:${text}\u0007\n`;
}
