// Holds the facts that differ between the five regions of the upstream.

/** A region by the prefix that clients use. */
export type Region = "cn" | "us" | "hk" | "jp" | "sg";

/**
 * The cluster that an account lives in; a session sent to another one is answered 1015 (docs/upstream/README.md [C]).
 */
export type Cluster = "cn" | "us" | "asia";

/** Where the results of a region are served (docs/upstream/history.md). */
export interface ResultFacts {
  imageHost: string;
  /** The host of the videos that the history shows. */
  previewHost: string;
  /** The host of the videos that get_local_item_list gives. */
  originalHost: string;
  /** The folder of result videos below `video/tos/`. */
  videoFolder: string;
  /** The query value `a` of a video's URL. */
  videoApp: number;
}

/** The facts of one region. */
export interface RegionFacts {
  cluster: Cluster;
  /** Application id of the query, the `Appid` header and `http_common_info`. */
  aid: number;
  /** The ImageX service id, equal to `space_name` of the upload token. */
  serviceId: string;
  /** The region of the SigV4 scope, which the services name in their answers. */
  awsRegion: string;
  /** Every region that a signature for a service may name (apply-upload.md, vod-upload.md). */
  signingRegions: Readonly<Record<"imagex" | "vod", readonly string[]>>;
  /** The folder of uploaded images and of results. */
  imageBucket: string;
  results: ResultFacts;
}

/** The folder of uploaded videos and sounds, the same in every region (docs/upstream/vod-upload.md), and of cn's results. */
export const videoBucket = "tos-cn-v-148450";

const cn: RegionFacts = {
  cluster: "cn",
  aid: 513695,
  serviceId: "tb4s082cfz",
  awsRegion: "cn-north-1",
  // Three running clients sign VOD in China, one of them with the short name.
  signingRegions: { imagex: ["cn-north-1"], vod: ["cn-north-1", "cn"] },
  imageBucket: "tos-cn-i-tb4s082cfz",
  results: {
    imageHost: "p3-dreamina-sign.byteimg.com",
    previewHost: "v3-artist.vlabvod.com",
    originalHost: "v26-dreamnia.jimeng.com",
    videoFolder: `cn/${videoBucket}`,
    videoApp: 4066,
  },
};

const us: RegionFacts = {
  cluster: "us",
  aid: 513641,
  serviceId: "wopfjsm1ax",
  awsRegion: "us-east-1",
  signingRegions: { imagex: ["us-east-1"], vod: ["us-east-1"] },
  imageBucket: "tos-alisg-i-wopfjsm1ax-sg",
  results: {
    imageHost: "p16-dreamina-sign-useast5.capcutcdn-us.com",
    previewHost: "v19-dreamina.capcutcdn-us.com",
    originalHost: "v19-dreamina.capcutcdn-us.com",
    videoFolder: "useast5/tos-useast5-ve-14178-tx",
    videoApp: 513641,
  },
};

const asia: RegionFacts = {
  cluster: "asia",
  aid: 513641,
  serviceId: "wopfjsm1ax",
  awsRegion: "ap-southeast-1",
  // The first is what one family of clients signs with, the second what another, running one does.
  signingRegions: {
    imagex: ["ap-southeast-1", "ap-singapore-1"],
    vod: ["ap-southeast-1", "ap-singapore-1"],
  },
  imageBucket: "tos-alisg-i-wopfjsm1ax-sg",
  results: {
    imageHost: "p16-dreamina-sign-sg.ibyteimg.com",
    previewHost: "v16-cc.capcut.com",
    originalHost: "v16-cc.capcut.com",
    videoFolder: "alisg/tos-alisg-ve-14178-sg",
    videoApp: 513641,
  },
};

/** The space of videos and sounds, the same in every region (vod-upload.md). */
export const vodSpace = "dreamina";

/** The facts of each region (docs/upstream/README.md). */
export const regions: Readonly<Record<Region, RegionFacts>> = {
  cn,
  us,
  hk: asia,
  jp: asia,
  sg: asia,
};

/** All hosts of results. */
export const resultHosts: ReadonlySet<string> = new Set(
  [cn, us, asia].flatMap(({ results }) => [
    results.imageHost,
    results.previewHost,
    results.originalHost,
  ]),
);

/** All application ids that the upstream knows. */
export const knownAids: ReadonlySet<number> = new Set([cn.aid, us.aid]);

/** Tells whether a value is one of the five region names. */
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
