// Zooming, moving, pinching and swiping in a frame.

import { useEffect, useRef, useState } from "react";
import type { RefObject } from "react";

import { actualScale, fitFactor, moveZoom, whole, zoomAt } from "./zoom.ts";
import type { Zoom, ZoomSizes } from "./zoom.ts";

/** What zooming needs. */
export interface ZoomOptions {
  picture: { width: number; height: number };
  zoom: Zoom;
  onZoom: (zoom: Zoom) => void;
  /** Told of a swipe over the whole picture: -1 to the one before, 1 to the next one. */
  onSwipe?: (step: -1 | 1) => void;
}

const wheelFactor = 0.0016;
const swipePixels = 60;

interface Point {
  x: number;
  y: number;
}

/** How to zoom by keys and buttons. */
export interface Zooming {
  by: (factor: number) => void;
  toActual: () => void;
  toWhole: () => void;
  /** The size of one of the picture's pixels on the screen, 1 for the same. */
  shown: number;
}

/** Handles wheel, pointers and double presses in an element; returns how to zoom by keys and buttons. */
export function useZoom(element: RefObject<HTMLElement | null>, options: ZoomOptions): Zooming {
  const latest = useRef(options);
  latest.current = options;
  const sizes = (): ZoomSizes => ({
    frame: {
      width: element.current?.clientWidth ?? 1,
      height: element.current?.clientHeight ?? 1,
    },
    picture: latest.current.picture,
  });

  useEffect(() => {
    const box = element.current;
    if (box === null) return undefined;
    return listen(box, latest, sizes);
  }, [element]);
  useSizeOf(element);

  return {
    by(factor) {
      options.onZoom(zoomAt(sizes(), options.zoom, { factor, x: 0, y: 0 }));
    },
    toActual() {
      const factor = actualScale(sizes()) / options.zoom.scale;
      options.onZoom(zoomAt(sizes(), options.zoom, { factor, x: 0, y: 0 }));
    },
    toWhole: () => options.onZoom(whole),
    shown: fitFactor(sizes()) * options.zoom.scale,
  };
}

/** Renders anew when the size of an element changes, and once it has one. */
function useSizeOf(element: RefObject<HTMLElement | null>): void {
  const [, setSize] = useState("");
  useEffect(() => {
    const observer = new ResizeObserver(([entry]) => {
      const { width = 0, height = 0 } = entry?.contentRect ?? {};
      setSize(`${width} ${height}`);
    });
    if (element.current !== null) observer.observe(element.current);
    return () => observer.disconnect();
  }, [element]);
}

/** Listens in an element; returns how to stop. */
function listen(
  box: HTMLElement,
  latest: { readonly current: ZoomOptions },
  sizes: () => ZoomSizes,
): () => void {
  const pointers = new Map<number, Point>();
  let start: Point | null = null;

  const fromMiddle = (at: { clientX: number; clientY: number }): Point => {
    const { left, top, width, height } = box.getBoundingClientRect();
    return { x: at.clientX - left - width / 2, y: at.clientY - top - height / 2 };
  };
  const zoomTo = (factor: number, at: Point): void =>
    latest.current.onZoom(zoomAt(sizes(), latest.current.zoom, { factor, ...at }));
  const onWheel = (event: WheelEvent): void => {
    event.preventDefault();
    zoomTo(Math.exp(-event.deltaY * wheelFactor * (event.ctrlKey ? 6 : 1)), fromMiddle(event));
  };
  const onDown = (event: PointerEvent): void => {
    if (event.button !== 0) return;
    pointers.set(event.pointerId, fromMiddle(event));
    start = pointers.size === 1 ? fromMiddle(event) : null;
    box.setPointerCapture(event.pointerId);
  };
  const onMove = (event: PointerEvent): void => {
    const before = pointers.get(event.pointerId);
    if (before === undefined) return;
    const at = fromMiddle(event);
    const other = [...pointers].find(([id]) => id !== event.pointerId)?.[1];
    pointers.set(event.pointerId, at);
    if (other !== undefined) {
      const distance = (point: Point): number => Math.hypot(point.x - other.x, point.y - other.y);
      const middle = { x: (at.x + other.x) / 2, y: (at.y + other.y) / 2 };
      zoomTo(distance(at) / Math.max(1, distance(before)), middle);
    } else if (latest.current.zoom.scale > 1) {
      const by = { x: at.x - before.x, y: at.y - before.y };
      latest.current.onZoom(moveZoom(sizes(), latest.current.zoom, by));
    }
  };
  const onUp = (event: PointerEvent): void => {
    const at = fromMiddle(event);
    const { zoom, onSwipe } = latest.current;
    if (start !== null && zoom.scale === 1 && pointers.size === 1 && event.type === "pointerup") {
      const [across, along] = [at.x - start.x, at.y - start.y];
      if (Math.abs(across) > swipePixels && Math.abs(across) > 2 * Math.abs(along))
        onSwipe?.(across < 0 ? 1 : -1);
    }
    pointers.delete(event.pointerId);
    start = null;
  };
  const onDouble = (event: MouseEvent): void => {
    if (latest.current.zoom.scale > 1) latest.current.onZoom(whole);
    else zoomTo(Math.max(2, actualScale(sizes())), fromMiddle(event));
  };
  box.addEventListener("wheel", onWheel, { passive: false });
  box.addEventListener("pointerdown", onDown);
  box.addEventListener("pointermove", onMove);
  box.addEventListener("pointerup", onUp);
  box.addEventListener("pointercancel", onUp);
  box.addEventListener("dblclick", onDouble);
  return () => {
    box.removeEventListener("wheel", onWheel);
    box.removeEventListener("pointerdown", onDown);
    box.removeEventListener("pointermove", onMove);
    box.removeEventListener("pointerup", onUp);
    box.removeEventListener("pointercancel", onUp);
    box.removeEventListener("dblclick", onDouble);
  };
}
