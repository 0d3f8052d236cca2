// Selecting by a rectangle that is drawn with the mouse.

import { useEffect, useRef, useState } from "react";
import type { RefObject } from "react";

import { cellsInside } from "./grid-layout.ts";
import type { GridLayout } from "./grid-layout.ts";

/** A rectangle in the content, in pixels. */
export interface Band {
  left: number;
  right: number;
  top: number;
  bottom: number;
}

/** What drawing needs. */
export interface BandOptions {
  layout: GridLayout;
  /** Returns how far the content is scrolled. */
  offset: () => number;
  scrollTo: (offset: number) => void;
  /** Told which results are inside, while it is drawn. */
  onDraw: (ranges: readonly [number, number][]) => void;
  onBegin: (isAdded: boolean) => void;
}

// Less is a press with an unsteady hand.
const shortest = 6;
const edge = 48;
const stepPixels = 18;

/** Draws rectangles in an element; returns the one that is drawn and whether the last press drew one. */
export function useBand(
  element: RefObject<HTMLElement | null>,
  options: BandOptions,
): { band: Band | null; hasDrawn: () => boolean } {
  const [band, setBand] = useState<Band | null>(null);
  const latest = useRef(options);
  latest.current = options;
  const drawn = useRef(false);

  useEffect(() => {
    const box = element.current;
    if (box === null) return undefined;
    let start: { x: number; y: number } | null = null;
    let pointer = { x: 0, y: 0 };
    let frame = 0;

    const placeOf = (event: { clientX: number; clientY: number }) => {
      const { left, top } = box.getBoundingClientRect();
      return { x: event.clientX - left, y: event.clientY - top };
    };
    function draw(): void {
      if (start === null) return;
      const { layout, offset, onDraw } = latest.current;
      const at = { x: pointer.x, y: pointer.y + offset() };
      const area = {
        left: Math.min(start.x, at.x),
        right: Math.max(start.x, at.x),
        top: Math.min(start.y, at.y),
        bottom: Math.max(start.y, at.y),
      };
      setBand(area);
      onDraw(cellsInside(layout, area));
    }
    function scrollAtEdge(): void {
      if (start === null || box === null) return;
      const { offset, scrollTo } = latest.current;
      const step =
        pointer.y < edge ? -stepPixels : pointer.y > box.clientHeight - edge ? stepPixels : 0;
      if (step !== 0 && drawn.current) {
        scrollTo(offset() + step);
        draw();
      }
      frame = requestAnimationFrame(scrollAtEdge);
    }
    const onDown = (event: PointerEvent): void => {
      drawn.current = false;
      if (event.pointerType !== "mouse" || event.button !== 0) return;
      pointer = placeOf(event);
      start = { x: pointer.x, y: pointer.y + latest.current.offset() };
    };
    const onMove = (event: PointerEvent): void => {
      if (start === null) return;
      pointer = placeOf(event);
      const moved = Math.hypot(pointer.x - start.x, pointer.y + latest.current.offset() - start.y);
      if (!drawn.current) {
        if (moved < shortest) return;
        drawn.current = true;
        box.setPointerCapture(event.pointerId);
        latest.current.onBegin(event.ctrlKey || event.metaKey || event.shiftKey);
        frame = requestAnimationFrame(scrollAtEdge);
      }
      draw();
    };
    const onEnd = (): void => {
      start = null;
      cancelAnimationFrame(frame);
      setBand(null);
    };
    box.addEventListener("pointerdown", onDown);
    box.addEventListener("pointermove", onMove);
    box.addEventListener("pointerup", onEnd);
    box.addEventListener("pointercancel", onEnd);
    return () => {
      cancelAnimationFrame(frame);
      box.removeEventListener("pointerdown", onDown);
      box.removeEventListener("pointermove", onMove);
      box.removeEventListener("pointerup", onEnd);
      box.removeEventListener("pointercancel", onEnd);
    };
  }, [element]);

  return { band, hasDrawn: () => drawn.current };
}
