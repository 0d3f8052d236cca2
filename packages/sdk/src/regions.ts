// The differences between the five sites: hosts, app id, locale. One record per region.

import type { Region } from "./operation.ts";

/** The base URLs of one region; each may carry a path prefix, none ends in a slash. */
export interface RegionHosts {
  /** Host of generation and history (`mweb` in docs/upstream/README.md). */
  mweb: string;
  /** Host of credits. */
  commerce: string;
  /** Host of account information. */
  passport: string;
  /** Host that takes image uploads. */
  imagex: string;
  /** Host that takes video and audio uploads. */
  vod: string;
}

/** One site (docs/upstream/README.md; marks there). */
export interface RegionRecord {
  id: Region;
  hosts: RegionHosts;
  /** The app id sent with every call [C]. */
  aid: number;
  /** The value of the query parameter that names the region [C]. */
  queryRegion: string;
  /** The locale header's country [C]. */
  country: string;
  /** The locale header's language on the generation hosts [C]. */
  language: string;
  /** The locale header's language on the credit hosts [R]. */
  commerceLanguage: string;
  /** The web page that this site's own requests come from. */
  siteOrigin: string;
  /** The region inside an upload's signature scope [C for cn]. */
  signingRegion: string;
  /** The one where a token's own region is a short form such as `sg`; the same one by default [L for sg]. */
  shortSigningRegion?: string;
  /** The upload space used when a token names none [C]. */
  uploadServiceId: string;
  /** Whether the site sends a web id with each request (cn only, docs/upstream/README.md). */
  sendsWebId: boolean;
}

const cnSite = "https://jimeng.jianying.com";
const dreaminaSite = "https://dreamina.capcut.com";
const vodHost = "https://vod.bytedanceapi.com";
const internationalAid = 513641;
const internationalServiceId = "wopfjsm1ax";

function asia(id: "hk" | "jp" | "sg", language: string): RegionRecord {
  const mweb = "https://mweb-api-sg.capcut.com";
  return {
    id,
    hosts: {
      mweb,
      commerce: "https://commerce-api-sg.capcut.com",
      passport: mweb,
      imagex: "https://imagex-normal-sg.capcutapi.com",
      vod: vodHost,
    },
    aid: internationalAid,
    queryRegion: id.toUpperCase(),
    country: id,
    language,
    commerceLanguage: language,
    siteOrigin: dreaminaSite,
    signingRegion: "ap-southeast-1",
    shortSigningRegion: "ap-singapore-1",
    uploadServiceId: internationalServiceId,
    sendsWebId: false,
  };
}

/** The five sites by region. */
export const regions: Readonly<Record<Region, RegionRecord>> = {
  cn: {
    id: "cn",
    hosts: {
      mweb: cnSite,
      commerce: cnSite,
      passport: cnSite,
      imagex: "https://imagex.bytedanceapi.com",
      vod: vodHost,
    },
    aid: 513695,
    queryRegion: "cn",
    country: "cn",
    language: "zh-Hans",
    commerceLanguage: "ZH",
    siteOrigin: cnSite,
    signingRegion: "cn-north-1",
    uploadServiceId: "tb4s082cfz",
    sendsWebId: true,
  },
  us: {
    id: "us",
    hosts: {
      mweb: "https://dreamina-api.us.capcut.com",
      commerce: "https://commerce.us.capcut.com",
      passport: "https://dreamina-api.us.capcut.com",
      imagex: "https://imagex16-normal-us-ttp.capcutapi.us",
      vod: vodHost,
    },
    aid: internationalAid,
    queryRegion: "US",
    country: "us",
    language: "en",
    commerceLanguage: "en",
    siteOrigin: dreaminaSite,
    signingRegion: "us-east-1",
    uploadServiceId: internationalServiceId,
    sendsWebId: false,
  },
  hk: asia("hk", "en"),
  jp: asia("jp", "ja"),
  sg: asia("sg", "en"),
};
