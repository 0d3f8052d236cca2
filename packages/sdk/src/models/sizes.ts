// The pixel tables per resolution, and the choice of the nearest size.

/** A size in pixels. */
export interface Size {
  width: number;
  height: number;
}

/** Pixels by ratio, such as `16:9`. */
export type SizesByRatio = Readonly<Record<string, Size>>;

/** The ratios of every image model (sizes.md [C]). */
export const imageRatios = ["1:1", "3:4", "16:9", "4:3", "9:16", "2:3", "3:2", "21:9"] as const;

/** The ratios of every video model (sizes.md [C]). */
export const videoRatios = ["21:9", "16:9", "4:3", "1:1", "3:4", "9:16"] as const;

function table(
  ratios: readonly string[],
  pixels: readonly (readonly [number, number])[],
): SizesByRatio {
  return Object.fromEntries(
    ratios.map((ratio, index) => {
      const [width, height] = pixels[index] ?? [0, 0];
      return [ratio, { width, height }];
    }),
  );
}

/**
 * The 1k table of 4.x and later (`live_small_1k`; the widely copied swap of 4:3 and 3:4 is corrected [C]).
 * The upstream may answer with other pixels: a 16:9 job came back as 1280x720 [R].
 */
export const smallSizes1k = table(imageRatios, [
  [1024, 1024],
  [768, 1024],
  [1024, 576],
  [1024, 768],
  [576, 1024],
  [682, 1024],
  [1024, 682],
  [1195, 512],
]);

/** The 1k table of models before 4.0 (`legacy_3x_1k` [C]). */
export const legacySizes1k = table(imageRatios, [
  [1328, 1328],
  [1104, 1472],
  [1664, 936],
  [1472, 1104],
  [936, 1664],
  [1056, 1584],
  [1584, 1056],
  [2016, 864],
]);

/**
 * The 1.5k table of 5.0 Pro and Flash: 1:1 from a run [L], the other ratios from the documentation of the same model on
 * the official API [D] (sizes.md). The account's live list replaces it.
 */
export const sizes15k = table(imageRatios, [
  [1536, 1536],
  [1344, 1792],
  [2048, 1152],
  [1792, 1344],
  [1152, 2048],
  [1248, 1872],
  [1872, 1248],
  [2352, 1008],
]);

/** The 2k table (captured resolution map [C]). */
export const sizes2k = table(imageRatios, [
  [2048, 2048],
  [1728, 2304],
  [2560, 1440],
  [2304, 1728],
  [1440, 2560],
  [1664, 2496],
  [2496, 1664],
  [3024, 1296],
]);

/** The 4k table with ratio codes 1 to 8 (`live`, 4 clients [C]; open question 46). */
export const sizes4k = table(imageRatios, [
  [4096, 4096],
  [3520, 4693],
  [5404, 3040],
  [4693, 3520],
  [3040, 5404],
  [3328, 4992],
  [4992, 3328],
  [6197, 2656],
]);

/**
 * Computes nominal pixels of a video from its short side; the upstream is sent a ratio only and decides the pixels
 * (sizes.md).
 */
export function nominalVideoSizes(
  shortSide: number,
  ratios: readonly string[] = videoRatios,
): SizesByRatio {
  return Object.fromEntries(
    ratios.map((ratio) => {
      const [across = 1, down = 1] = ratio.split(":").map(Number);
      const scale = shortSide / Math.min(across, down);
      return [ratio, { width: Math.round(across * scale), height: Math.round(down * scale) }];
    }),
  );
}

const shortSides: Readonly<Record<string, number>> = { "2k": 1440, "4k": 2160 };

/** Returns the nominal sizes of a resolution's name, such as 768p; undefined for a name that tells no number of lines. */
export function nominalSizesOf(
  resolution: string,
  ratios: readonly string[],
): SizesByRatio | undefined {
  const [, lines] = /^(\d{3,4})p$/.exec(resolution) ?? [];
  const shortSide = lines === undefined ? shortSides[resolution] : Number(lines);
  return shortSide === undefined ? undefined : nominalVideoSizes(shortSide, ratios);
}

/** One choice out of a model's tables. */
export interface SizeChoice extends Size {
  ratio: string;
  resolution: string;
  exact: boolean;
}

/** Maximum factor between the ratio of a substitute and the wanted one: 15 percent. */
const maxRatioFactor = 1.15;

/**
 * Chooses the size nearest to the wanted one, of those with the same orientation and a ratio within 15 percent: the
 * nearest ratio first, then the nearest area; of two resolutions as near as each other the smaller. Returns undefined
 * when none is that near.
 */
export function nearestSize(
  sizes: Readonly<Record<string, SizesByRatio>>,
  wanted: Size,
): SizeChoice | undefined {
  const all = choicesIn(sizes, wanted);
  const exact = all.find(({ choice }) => choice.exact);
  if (exact !== undefined) return exact.choice;
  return all.filter(isWithinBounds).toSorted(byNearness)[0]?.choice;
}

/** Returns up to `count` sizes near the wanted one, whatever their orientation, the nearest first. */
export function nearSizes(
  sizes: Readonly<Record<string, SizesByRatio>>,
  wanted: Size,
  count: number,
): SizeChoice[] {
  return choicesIn(sizes, wanted)
    .toSorted(byNearness)
    .slice(0, count)
    .map(({ choice }) => choice);
}

interface Candidate {
  choice: SizeChoice;
  /** Logarithmic distances; 0 is the same. */
  ratioDistance: number;
  areaDistance: number;
  sameOrientation: boolean;
}

function choicesIn(sizes: Readonly<Record<string, SizesByRatio>>, wanted: Size): Candidate[] {
  const wantedRatio = wanted.width / wanted.height;
  return Object.entries(sizes).flatMap(([resolution, byRatio]) =>
    Object.entries(byRatio).map(([ratio, size]) => ({
      choice: {
        ...size,
        ratio,
        resolution,
        exact: size.width === wanted.width && size.height === wanted.height,
      },
      // Tables round to whole pixels (682x1024 for 2:3), so the ratio's own name is compared, not its pixels.
      ratioDistance: Math.abs(Math.log(ratioOf(ratio) / wantedRatio)),
      areaDistance: Math.abs(Math.log((size.width * size.height) / (wanted.width * wanted.height))),
      sameOrientation: orientationOf(ratioOf(ratio)) === orientationOf(wantedRatio),
    })),
  );
}

// A nearly square picture may become square, but a portrait never becomes a landscape.
const squareFactor = 1.05;

function orientationOf(ratio: number): "portrait" | "square" | "landscape" {
  if (ratio > squareFactor) return "landscape";
  return ratio < 1 / squareFactor ? "portrait" : "square";
}

function isWithinBounds({ ratioDistance, sameOrientation }: Candidate): boolean {
  return sameOrientation && ratioDistance <= Math.log(maxRatioFactor);
}

const sameDistance = 1e-9;

function byNearness(one: Candidate, other: Candidate): number {
  const ratios = one.ratioDistance - other.ratioDistance;
  if (Math.abs(ratios) > sameDistance) return ratios;
  const areas = one.areaDistance - other.areaDistance;
  if (Math.abs(areas) > sameDistance) return areas;
  return one.choice.width - other.choice.width;
}

function ratioOf(ratio: string): number {
  const [across = 1, down = 1] = ratio.split(":").map(Number);
  return across / down;
}
