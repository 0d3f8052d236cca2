// Draws the simulator's pictures: a landscape from the seed, the prompt on it, and the word SIMULATED so that a result
// cannot be taken for a real one. Runs in the media worker.

import { createCanvas } from "@napi-rs/canvas";
import type { Canvas, SKRSContext2D } from "@napi-rs/canvas";

import { familiesFor } from "./fonts.ts";
import type { MediaSpec } from "./media-spec.ts";

const mark = "SIMULATED";

/** Sky from top to horizon, sun, and hills from far to near. */
const palettes: Array<{ sky: [string, string, string]; sun: string; hills: string[] }> = [
  {
    sky: ["#1b2a5c", "#8c4a7d", "#f7a36b"],
    sun: "#ffe6b3",
    hills: ["#7a4a78", "#4d3566", "#271f45"],
  },
  {
    sky: ["#0f4c75", "#3f8fb8", "#cdebf2"],
    sun: "#fff7d6",
    hills: ["#5b9aa8", "#35707c", "#17414d"],
  },
  {
    sky: ["#2d1b4e", "#5d3a8e", "#e88fb4"],
    sun: "#ffd1e3",
    hills: ["#7d4c93", "#55327a", "#2e1b50"],
  },
  {
    sky: ["#14342b", "#3f7d58", "#efe8a8"],
    sun: "#fff4bf",
    hills: ["#6fa36b", "#3d7550", "#1c4233"],
  },
  {
    sky: ["#3b1c32", "#a64253", "#ffcf8f"],
    sun: "#fff0cf",
    hills: ["#9a4a55", "#6a2f4b", "#371b33"],
  },
  {
    sky: ["#0b1d3a", "#274b7a", "#9fc3e6"],
    sun: "#f4f8ff",
    hills: ["#4d74a3", "#2c4d7b", "#132a4d"],
  },
];

interface Random {
  (): number;
}

function randomFrom(seed: number): Random {
  let state = seed >>> 0 || 1;
  return () => {
    state = (Math.imul(state ^ (state >>> 15), 0x2c1b3c6d) + 0x9e3779b9) >>> 0;
    const mixed = Math.imul(state ^ (state >>> 13), 0x297a2d39) >>> 0;
    return ((mixed ^ (mixed >>> 16)) >>> 0) / 0x1_0000_0000;
  };
}

function paintHills(
  context: SKRSContext2D,
  size: { width: number; height: number },
  hills: string[],
  random: Random,
  share: number,
): void {
  const { width, height } = size;
  for (const [index, colour] of hills.entries()) {
    const base = height * (0.62 + index * 0.12);
    const swing = height * (0.07 - index * 0.012);
    const phase = random() * Math.PI * 2 + share * (index + 1) * 1.2;
    const waves = 1.4 + random() * 1.6;
    context.fillStyle = colour;
    context.beginPath();
    context.moveTo(0, height);
    const step = Math.max(2, Math.round(width / 160));
    for (let x = 0; x <= width + step; x += step) {
      const angle = (x / width) * Math.PI * waves + phase;
      context.lineTo(x, base + Math.sin(angle) * swing + Math.sin(angle * 2.7) * swing * 0.35);
    }
    context.lineTo(width, height);
    context.closePath();
    context.fill();
  }
}

/** Paints the landscape at `share` (0 to 1) of a video's length. */
export function paintLandscape(context: SKRSContext2D, spec: MediaSpec, share: number): void {
  const { width, height } = spec;
  const random = randomFrom(spec.seed);
  const palette = palettes[Math.floor(random() * palettes.length)] ?? palettes[0];
  if (palette === undefined) return;
  const sky = context.createLinearGradient(0, 0, 0, height * 0.8);
  palette.sky.forEach((colour, index) => sky.addColorStop(index / 2, colour));
  context.fillStyle = sky;
  context.fillRect(0, 0, width, height);
  const unit = Math.min(width, height);
  const sunX = width * (0.62 + random() * 0.22) - width * 0.3 * share;
  const sunY = height * (0.3 + random() * 0.12) + height * 0.16 * share;
  const glow = context.createRadialGradient(sunX, sunY, unit * 0.05, sunX, sunY, unit * 0.42);
  glow.addColorStop(0, `${palette.sun}aa`);
  glow.addColorStop(1, `${palette.sun}00`);
  context.fillStyle = glow;
  context.fillRect(0, 0, width, height);
  context.fillStyle = palette.sun;
  context.beginPath();
  context.arc(sunX, sunY, unit * 0.085, 0, Math.PI * 2);
  context.fill();
  paintHills(context, spec, palette.hills, random, share);
}

/** Breaks a text into lines no wider than `limit`; Latin words stay whole where they fit. */
function wrap(context: SKRSContext2D, text: string, limit: number): string[] {
  const words = text.match(/[\x21-\x7e]+\s*|\s+|[^\x21-\x7e\s]/gu) ?? [];
  const lines: string[] = [];
  let line = "";
  for (const word of words.flatMap((one) => (one.length > 24 ? Array.from(one) : [one]))) {
    if (line !== "" && context.measureText((line + word).trimEnd()).width > limit) {
      lines.push(line.trimEnd());
      line = word.trimStart();
    } else {
      line += word;
    }
  }
  if (line.trim() !== "") lines.push(line.trimEnd());
  return lines;
}

function fitText(
  context: SKRSContext2D,
  text: string,
  box: { width: number; height: number; unit: number },
  families: string,
): { lines: string[]; size: number } {
  for (let size = box.unit * 0.085; ; size *= 0.86) {
    context.font = `600 ${Math.round(size)}px ${families}`;
    const lines = wrap(context, text, box.width);
    const isSmallest = size < box.unit * 0.022;
    if (lines.length * size * 1.4 <= box.height || isSmallest) {
      const maxLines = Math.max(1, Math.floor(box.height / (size * 1.4)));
      return { lines: lines.slice(0, maxLines), size };
    }
  }
}

function paintMark(context: SKRSContext2D, spec: MediaSpec, families: string): void {
  const unit = Math.min(spec.width, spec.height);
  const size = Math.max(9, Math.round(unit * 0.03));
  context.font = `700 ${size}px ${families}`;
  const width = context.measureText(mark).width;
  const pad = size * 0.7;
  const x = spec.width - width - pad * 3;
  context.fillStyle = "#00000073";
  context.beginPath();
  context.roundRect(x, pad, width + pad * 2, size + pad * 1.1, size * 0.4);
  context.fill();
  context.fillStyle = "#ffffffe6";
  context.fillText(mark, x + pad, pad * 1.55 + size / 2);
}

/** Draws the still layer with prompt, caption and mark, so that a video draws its text once. */
export function makeTextLayer(spec: MediaSpec): Canvas {
  const { width, height } = spec;
  const layer = createCanvas(width, height);
  const context = layer.getContext("2d");
  const families = familiesFor(spec.text + spec.caption + mark);
  const unit = Math.min(width, height);
  const left = width * 0.07;
  const shade = context.createLinearGradient(0, height * 0.25, 0, height);
  shade.addColorStop(0, "#00000000");
  shade.addColorStop(1, "#00000088");
  context.fillStyle = shade;
  context.fillRect(0, 0, width, height);
  context.textBaseline = "middle";
  context.shadowColor = "#000000a0";
  context.shadowBlur = unit * 0.012;
  const box = { width: width * 0.86, height: height * 0.5, unit };
  const { lines, size } = fitText(context, spec.text, box, families);
  context.fillStyle = "#ffffff";
  const top = height * 0.86 - lines.length * size * 1.4;
  lines.forEach((line, index) => context.fillText(line, left, top + (index + 0.5) * size * 1.4));
  context.font = `400 ${Math.max(9, Math.round(unit * 0.028))}px ${families}`;
  context.fillStyle = "#ffffffcc";
  context.fillText(spec.caption, left, height * 0.92, width * 0.86);
  context.shadowColor = "#00000000";
  paintMark(context, spec, families);
  return layer;
}

/** Draws a complete picture, or the frame of a video at `share` of its length. */
export function drawScene(spec: MediaSpec, share: number, layer = makeTextLayer(spec)): Canvas {
  const canvas = createCanvas(spec.width, spec.height);
  const context = canvas.getContext("2d");
  paintLandscape(context, spec, share);
  context.drawImage(layer, 0, 0);
  return canvas;
}
