// Scrolls content that is taller than a browser can make an element: the element is as tall as allowed, and a base says how
// far its top is from the content's. Small movements are exact; the base moves when an end of the element comes near.

/** The heights that matter, in pixels. */
export interface ScrollHeights {
  /** Of the content. */
  content: number;
  /** Of what is seen of it. */
  view: number;
  /** The tallest element that may be made. */
  limit: number;
}

/** A place: what the browser scrolls by, and what has to be added to get the content's own place. */
export interface ScrollPlace {
  scrollTop: number;
  base: number;
}

// Chromium's tallest box is 33,554,428 device pixels, Firefox' 17,895,697.
const tallestDevicePixels = 12_000_000;

/** Returns the tallest element for a device pixel ratio, in CSS pixels. */
export function tallestElement(pixelRatio: number): number {
  return Math.floor(tallestDevicePixels / Math.max(1, pixelRatio));
}

/** Returns how tall the element is. */
export function elementHeight({ content, limit }: ScrollHeights): number {
  return Math.min(content, limit);
}

function lastPlace({ content, view }: ScrollHeights): number {
  return Math.max(0, content - view);
}

/** Returns the place for an offset of the content: the same share of the element's way. */
export function placeFor(heights: ScrollHeights, offset: number): ScrollPlace {
  const last = lastPlace(heights);
  const place = Math.max(0, Math.min(last, offset));
  const way = Math.max(0, elementHeight(heights) - heights.view);
  const scrollTop = heights.content <= heights.limit ? place : Math.round((place / last) * way);
  return { scrollTop, base: place - scrollTop };
}

/** Returns the offset in the content, between its ends. */
export function offsetAt(heights: ScrollHeights, { scrollTop, base }: ScrollPlace): number {
  return Math.max(0, Math.min(lastPlace(heights), scrollTop + base));
}

/** Returns whether the base has to move before more can be scrolled: an end is near that is not the content's. */
export function isAtEdge(heights: ScrollHeights, { scrollTop, base }: ScrollPlace): boolean {
  if (heights.content <= heights.limit) return base !== 0;
  const margin = heights.view * 4;
  const last = elementHeight(heights) - heights.view;
  const offset = scrollTop + base;
  if (offset < 0 || offset > lastPlace(heights)) return true;
  const isNearTop = scrollTop < margin && offset > scrollTop + 1;
  const isNearEnd = last - scrollTop < margin && lastPlace(heights) - offset > last - scrollTop + 1;
  return isNearTop || isNearEnd;
}
