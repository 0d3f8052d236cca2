// What others recorded of each region: which calls from a program, with the session alone, the site answers. It is told
// to owners and decides nothing: every call is sent, and the site decides (docs/upstream/README.md).

import type { Region } from "@jimeng/sdk";

/** What was recorded of one kind of call; `unknown` where nobody recorded anything. */
export type Recorded = "works" | "refused" | "unknown";

/** The three kinds of calls. */
export interface RecordedOfRegion {
  /** Account, credits, models, history. */
  reads: Recorded;
  /** Pictures and videos. */
  starts: Recorded;
  /** The daily credits. */
  claims: Recorded;
}

const asiaUnknown: RecordedOfRegion = { reads: "unknown", starts: "unknown", claims: "unknown" };

/** The records by region: two accounts on cn, one on us, the models and credits of one on sg, autumn 2026 [L]. */
export const recordedFromPrograms: Readonly<Record<Region, RecordedOfRegion>> = {
  cn: { reads: "works", starts: "works", claims: "works" },
  us: { reads: "works", starts: "refused", claims: "refused" },
  hk: asiaUnknown,
  jp: asiaUnknown,
  sg: { ...asiaUnknown, reads: "works" },
};
