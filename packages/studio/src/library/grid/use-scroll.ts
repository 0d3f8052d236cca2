// The scrolling of the grid: which part of the content is seen, and whether it moves too fast for pictures to be read.

import { useCallback, useLayoutEffect, useMemo, useRef, useState } from "react";
import type { RefObject } from "react";

import { elementHeight, isAtEdge, offsetAt, placeFor, tallestElement } from "./scroll-map.ts";
import type { ScrollHeights } from "./scroll-map.ts";

/** The part of the content that is seen, in pixels. */
export interface ScrollWindow {
  offset: number;
  view: number;
  width: number;
  /** What is added to the browser's own place to get the content's. */
  base: number;
  /** Whether it moves faster than pictures can be looked at. */
  isFast: boolean;
  /** The height of the element that is scrolled. */
  height: number;
}

/** The window with the means to move it. */
export interface Scroll {
  window: ScrollWindow;
  scrollTo: (offset: number) => void;
}

// Pixels in a millisecond: three screens in a second.
const fastSpeed = 3;
const idleMs = 120;

/** Follows the scrolling of an element whose content has a height. */
export function useScroll(element: RefObject<HTMLElement | null>, content: number): Scroll {
  const [state, setState] = useState({ scrollTop: 0, base: 0, view: 0, width: 0, isFast: false });
  const latest = useRef({ base: 0, offset: 0, at: 0, content });
  latest.current.content = content;
  const heightsOf = useCallback(
    (view: number): ScrollHeights => ({
      content: latest.current.content,
      view,
      limit: tallestElement(devicePixelRatio),
    }),
    [],
  );

  const scrollTo = useCallback(
    (offset: number) => {
      const box = element.current;
      if (box === null) return;
      const place = placeFor(heightsOf(box.clientHeight), offset);
      latest.current.base = place.base;
      latest.current.offset = place.scrollTop + place.base;
      setState((before) => ({ ...before, ...place }));
      box.scrollTop = place.scrollTop;
    },
    [element, heightsOf],
  );

  useLayoutEffect(() => {
    const box = element.current;
    if (box === null) return undefined;
    let idle: ReturnType<typeof setTimeout> | undefined;
    const measure = (): void =>
      setState((before) => ({ ...before, view: box.clientHeight, width: box.clientWidth }));
    const settle = (): void => {
      setState((before) => (before.isFast ? { ...before, isFast: false } : before));
    };
    const onScroll = (): void => {
      const { base, offset: before, at } = latest.current;
      const heights = heightsOf(box.clientHeight);
      const offset = offsetAt(heights, { scrollTop: box.scrollTop, base });
      const now = performance.now();
      const speed = Math.abs(offset - before) / Math.max(1, now - at);
      Object.assign(latest.current, { offset, at: now });
      if (isAtEdge(heights, { scrollTop: box.scrollTop, base })) {
        scrollTo(offset);
        return;
      }
      setState((known) => ({
        ...known,
        scrollTop: box.scrollTop,
        base,
        isFast: speed > fastSpeed,
      }));
      clearTimeout(idle);
      idle = setTimeout(settle, idleMs);
    };
    measure();
    const observer = new ResizeObserver(measure);
    observer.observe(box);
    box.addEventListener("scroll", onScroll, { passive: true });
    return () => {
      clearTimeout(idle);
      observer.disconnect();
      box.removeEventListener("scroll", onScroll);
    };
  }, [element, heightsOf, scrollTo]);

  return useMemo(() => {
    const heights = heightsOf(state.view);
    return {
      window: {
        ...state,
        offset: offsetAt({ ...heights, content }, state),
        height: elementHeight({ ...heights, content }),
      },
      scrollTo,
    };
  }, [state, content, heightsOf, scrollTo]);
}
