// Zooming and moving a picture in a frame. A scale of 1 shows the whole picture in the frame.

/** Where a picture is: its scale, and how far its middle is from the frame's, in pixels. */
export interface Zoom {
  scale: number;
  x: number;
  y: number;
}

/** The sizes that matter, in pixels. */
export interface ZoomSizes {
  frame: { width: number; height: number };
  /** The picture's own pixels. */
  picture: { width: number; height: number };
}

/** The whole picture. */
export const whole: Zoom = { scale: 1, x: 0, y: 0 };

const mostPerPixel = 8;
const smallest = 1;

/** Returns the factor from the picture's pixels to the frame's when the whole picture is shown; nothing is enlarged. */
export function fitFactor({ frame, picture }: ZoomSizes): number {
  return Math.min(1, frame.width / picture.width, frame.height / picture.height);
}

/** Returns the scale at which a pixel of the picture is a pixel of the screen. */
export function actualScale(sizes: ZoomSizes): number {
  return Math.max(smallest, 1 / fitFactor(sizes));
}

/** Returns the place with the scale in its bounds, and no edge of the picture further inside than needed. */
export function clampZoom(sizes: ZoomSizes, zoom: Zoom): Zoom {
  const scale = Math.max(smallest, Math.min(actualScale(sizes) * mostPerPixel, zoom.scale));
  const factor = fitFactor(sizes) * scale;
  const room = (length: number, frame: number): number =>
    Math.max(0, (length * factor - frame) / 2);
  const [wide, high] = [
    room(sizes.picture.width, sizes.frame.width),
    room(sizes.picture.height, sizes.frame.height),
  ];
  return {
    scale,
    x: Math.max(-wide, Math.min(wide, zoom.x)),
    y: Math.max(-high, Math.min(high, zoom.y)),
  };
}

/** Zooms by a factor around a point, which is given from the middle of the frame and stays where it is. */
export function zoomAt(
  sizes: ZoomSizes,
  zoom: Zoom,
  { factor, x, y }: { factor: number; x: number; y: number },
): Zoom {
  const target = Math.max(
    smallest,
    Math.min(actualScale(sizes) * mostPerPixel, zoom.scale * factor),
  );
  const real = target / zoom.scale;
  return clampZoom(sizes, {
    scale: target,
    x: x - (x - zoom.x) * real,
    y: y - (y - zoom.y) * real,
  });
}

/** Moves by a distance. */
export function moveZoom(sizes: ZoomSizes, zoom: Zoom, by: { x: number; y: number }): Zoom {
  return clampZoom(sizes, { ...zoom, x: zoom.x + by.x, y: zoom.y + by.y });
}

/** Returns the CSS transform of a place. */
export function toTransform({ scale, x, y }: Zoom): string {
  return `translate(${x}px, ${y}px) scale(${scale})`;
}
