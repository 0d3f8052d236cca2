// Lists the image sizes by ratio code (sizes.md).

/** Width and height in pixels by ratio code, 1 to 8. */
export type SizeTable = Readonly<Record<number, readonly [width: number, height: number]>>;

/** The 1k sizes of 4.x and later, with 3:4 and 4:3 the right way round. */
export const smallSizes1k: SizeTable = {
  1: [1024, 1024],
  2: [768, 1024],
  3: [1024, 576],
  4: [1024, 768],
  5: [576, 1024],
  6: [682, 1024],
  7: [1024, 682],
  8: [1195, 512],
};

/** The 1k sizes of 3.x and older. */
export const legacySizes1k: SizeTable = {
  1: [1328, 1328],
  2: [1104, 1472],
  3: [1664, 936],
  4: [1472, 1104],
  5: [936, 1664],
  6: [1056, 1584],
  7: [1584, 1056],
  8: [2016, 864],
};

/** The 1.5k sizes. They were never published, so these are 1.5 times the small 1k ones [I]. */
export const liveSizes1point5k: SizeTable = Object.fromEntries(
  Object.entries(smallSizes1k).map(([code, [width, height]]) => [
    code,
    [Math.round(width * 1.5), Math.round(height * 1.5)] as const,
  ]),
);

/** The 2k sizes. */
export const liveSizes2k: SizeTable = {
  1: [2048, 2048],
  2: [1728, 2304],
  3: [2560, 1440],
  4: [2304, 1728],
  5: [1440, 2560],
  6: [1664, 2496],
  7: [2496, 1664],
  8: [3024, 1296],
};

/** The 4k sizes of the live list, codes 1 to 8. */
export const liveSizes4k: SizeTable = {
  1: [4096, 4096],
  2: [3520, 4693],
  3: [5404, 3040],
  4: [4693, 3520],
  5: [3040, 5404],
  6: [3328, 4992],
  7: [4992, 3328],
  8: [6197, 2656],
};
