// The handle of a started generation, which finds it again from any process.

/** A site and its hosts: `cn` is 即梦, the others are Dreamina (docs/upstream/README.md [C]). */
export type Region = "cn" | "us" | "hk" | "jp" | "sg";

/** The kind of result of a generation. */
export type GenerationKind = "image" | "video" | "audio";

/** The kind of result of a model; sounds come of tools. */
export type ModelKind = "image" | "video";

/** The upstream's own estimate, in seconds (`forecast_*_cost`, history.md [C]). */
export interface Forecast {
  queueSeconds: number;
  generateSeconds: number;
}

/** A JSON handle to a started generation; resumable anywhere with the same account. */
export interface Operation {
  version: 1;
  region: Region;
  kind: GenerationKind;
  model: string;
  submitId: string;
  historyId: string;
  /** Unix milliseconds by our clock; null when adopted by a look-up. */
  startedAt: number | null;
  forecast: Forecast | null;
  logid: string | null;
}
