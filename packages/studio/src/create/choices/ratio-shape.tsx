// The shape of a ratio, drawn.

const shapePixels = 26;

/** The shape of a ratio such as `16:9`. */
export function RatioShape({ ratio, size = shapePixels }: { ratio: string; size?: number }) {
  const [width = 1, height = 1] = ratio.split(":").map(Number);
  const scale = size / Math.max(width, height);
  return (
    <svg width={size} height={size} viewBox={`0 0 ${size} ${size}`} aria-hidden>
      <rect
        x={(size - width * scale) / 2 + 1}
        y={(size - height * scale) / 2 + 1}
        width={Math.max(2, width * scale - 2)}
        height={Math.max(2, height * scale - 2)}
        rx={2}
        fill="none"
        stroke="currentColor"
        strokeWidth={1.5}
      />
    </svg>
  );
}
