// What differs between the five regions of the upstream.

/** Names a region by the prefix that clients use. */
export type Region = "cn" | "us" | "hk" | "jp" | "sg";

/** Names the cluster an account lives in; a session sent to another one is answered 1015 (docs/upstream/README.md [C]). */
export type Cluster = "cn" | "us" | "asia";

/** Holds the facts of one region. */
export interface RegionFacts {
  cluster: Cluster;
  /** The application id of the query, the `Appid` header and `http_common_info`. */
  aid: number;
  /** The ImageX service id, equal to `space_name` of the upload token. */
  serviceId: string;
  /** The region of the SigV4 scope. */
  awsRegion: string;
  /** The folder of uploaded images and of results. */
  imageBucket: string;
  /** The host that the upload token names. */
  imagexHost: string;
}

const cn: RegionFacts = {
  cluster: "cn",
  aid: 513695,
  serviceId: "tb4s082cfz",
  awsRegion: "cn-north-1",
  imageBucket: "tos-cn-i-tb4s082cfz",
  imagexHost: "imagex.bytedanceapi.com",
};

const us: RegionFacts = {
  cluster: "us",
  aid: 513641,
  serviceId: "wopfjsm1ax",
  awsRegion: "us-east-1",
  imageBucket: "tos-alisg-i-wopfjsm1ax-sg",
  imagexHost: "imagex16-normal-us-ttp.capcutapi.us",
};

const asia: RegionFacts = {
  cluster: "asia",
  aid: 513641,
  serviceId: "wopfjsm1ax",
  awsRegion: "ap-southeast-1",
  imageBucket: "tos-alisg-i-wopfjsm1ax-sg",
  imagexHost: "imagex-normal-sg.capcutapi.com",
};

/** The space of videos and sounds, the same in every region (vod-upload.md). */
export const vodSpace = "dreamina";

/** The folder of uploaded videos and sounds and of result videos, the same in every region (history.md, vod-upload.md). */
export const videoBucket = "tos-cn-v-148450";

/** Maps each region to its facts (docs/upstream/README.md). */
export const regions: Readonly<Record<Region, RegionFacts>> = {
  cn,
  us,
  hk: asia,
  jp: asia,
  sg: asia,
};

/** Lists every application id the upstream knows. */
export const knownAids: ReadonlySet<number> = new Set([cn.aid, us.aid]);

/** Tells whether a text is one of the five region names. */
export function isRegion(value: unknown): value is Region {
  return typeof value === "string" && Object.hasOwn(regions, value);
}

/**
 * Reads the `region` query value in either case. Other two-letter countries are served by the
 * Asian hosts (docs/upstream/README.md [S]); anything else is not a region and yields undefined.
 */
export function parseRegion(value: string | undefined): Region | undefined {
  if (value === undefined) return undefined;
  const lower = value.toLowerCase();
  if (isRegion(lower)) return lower;
  return /^[a-z]{2}$/.test(lower) ? "sg" : undefined;
}
