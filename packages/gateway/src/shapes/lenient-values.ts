// Reads the many ways in which clients write a size, a ratio, a resolution, a number and a time.

/** What a size says; at most one kind of it. */
export type SizeWords =
  | { kind: "pixels"; width: number; height: number }
  | { kind: "ratio"; ratio: string }
  | { kind: "resolution"; resolution: string }
  | { kind: "open" };

// Names of sizes that other image services use.
const namedRatios: Readonly<Record<string, string>> = {
  square: "1:1",
  square_hd: "1:1",
  portrait: "3:4",
  portrait_3_4: "3:4",
  portrait_4_3: "3:4",
  portrait_2_3: "2:3",
  portrait_9_16: "9:16",
  portrait_16_9: "9:16",
  landscape: "4:3",
  landscape_4_3: "4:3",
  landscape_3_2: "3:2",
  landscape_16_9: "16:9",
  landscape_21_9: "21:9",
};
const openWords: ReadonlySet<string> = new Set(["auto", "adaptive", "default", "original", "keep"]);
// Larger numbers are pixels: the largest ratio of any model is 21:9.
const largestRatioNumber = 32;
const separators = /^(\d{1,5})(?:\.0+)?(?:px)?[x×*✕✖:/](\d{1,5})(?:\.0+)?(?:px)?$/;

/** Returns a text with ASCII digits, separators and letters, lower case, without blanks. */
function plain(text: string): string {
  // NFKC turns full-width digits, colons and letters into the usual ones.
  return text.normalize("NFKC").replaceAll(/\s+/g, "").toLowerCase();
}

/** Reads a size in any of its spellings; undefined when it is none. */
export function readSize(value: unknown): SizeWords | undefined {
  if (isPixels(value)) return readPixels(value.width, value.height);
  if (typeof value !== "string") return undefined;
  const text = plain(value);
  if (openWords.has(text)) return { kind: "open" };
  const named = namedRatios[text.replaceAll("-", "_")];
  if (named !== undefined) return { kind: "ratio", ratio: named };
  const resolution = readResolution(text);
  if (resolution !== undefined) return { kind: "resolution", resolution };
  const [, first, second] = separators.exec(text) ?? [];
  return first === undefined ? undefined : readPixels(Number(first), Number(second));
}

function readPixels(width: number, height: number): SizeWords | undefined {
  if (!(width > 0 && height > 0)) return undefined;
  if (width <= largestRatioNumber && height <= largestRatioNumber) {
    return { kind: "ratio", ratio: `${width}:${height}` };
  }
  return { kind: "pixels", width, height };
}

function isPixels(value: unknown): value is { width: number; height: number } {
  return (
    typeof value === "object" &&
    value !== null &&
    "width" in value &&
    "height" in value &&
    typeof value.width === "number" &&
    typeof value.height === "number"
  );
}

const resolutionPattern = /^\d{1,4}(\.\d)?(k|p)$/;
const bareHeights: ReadonlySet<string> = new Set(["480", "720", "1080"]);

/** Reads a resolution such as `2K`, `720P` or `1080`; undefined when it is none. */
export function readResolution(value: unknown): string | undefined {
  if (typeof value !== "string" && typeof value !== "number") return undefined;
  const text = plain(String(value));
  if (bareHeights.has(text)) return `${text}p`;
  return resolutionPattern.test(text) ? text : undefined;
}

/** Reads a whole number that may come as text; anything else stays as it is. */
export function readNumber(value: unknown): unknown {
  if (typeof value !== "string") return value;
  const text = plain(value);
  return /^[+-]?\d{1,15}(\.0+)?$/.test(text) ? Number(text) : value;
}

/** Reads seconds such as `5`, `"5s"`, `"5.0"` and `"5 seconds"`; anything else stays as it is. */
export function readSeconds(value: unknown): unknown {
  if (typeof value !== "string") return value;
  const [, digits] =
    /^(\d{1,6})(?:\.0+)?(?:s|sec|secs|second|seconds|秒)?$/.exec(plain(value)) ?? [];
  return digits === undefined ? value : Number(digits);
}
