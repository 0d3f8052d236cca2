// The formats of pictures, apart from the schemas: programs of the command line load only this.

/** The formats that pictures are converted to. */
export const pictureFormats = ["png", "jpeg", "webp"] as const;

/** One of the formats that pictures are converted to. */
export type PictureFormat = (typeof pictureFormats)[number];

/** The types of stored pictures that can be converted: sharp's own build reads no HEIC, JPEG XL and BMP. */
export const convertibleTypes: ReadonlySet<string> = new Set([
  "image/png",
  "image/jpeg",
  "image/webp",
  "image/gif",
  "image/avif",
  "image/tiff",
]);
