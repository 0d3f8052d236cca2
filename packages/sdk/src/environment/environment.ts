// Reads settings from an environment that the caller passes (subpath `@jimeng/sdk/environment`).

import type { JimengOptions } from "../options.ts";
import type { RegionHosts } from "../regions.ts";
import type { Region } from "../operation.ts";

type Environment = Readonly<Record<string, string | undefined>>;

const prefixes: Readonly<Record<Region, string>> = {
  cn: "JIMENG_CN",
  us: "JIMENG_US",
  hk: "JIMENG_SG",
  jp: "JIMENG_SG",
  sg: "JIMENG_SG",
};

/**
 * Reads hosts, app id, versions and retry settings for a region: `JIMENG_BASE_URL` or `JIMENG_CN_BASE_URL`,
 * `JIMENG_US_BASE_URL`, `JIMENG_SG_BASE_URL` (hk, jp, sg), each also `…_COMMERCE_URL`, `…_PASSPORT_URL`,
 * `…_IMAGEX_URL`, `…_VOD_URL`, `…_AID`; `PLATFORM_CODE VERSION_CODE WEB_VERSION DA_VERSION AIGC_FEATURES
 * MAX_RETRY_COUNT RETRY_DELAY JIMENG_USER_AGENT`. Pass the process's own environment.
 */
export function readEnvironment(
  environment: Environment,
  region: Region = "cn",
): Omit<JimengOptions, "session"> {
  const read = (name: string): string | undefined => environment[name]?.trim() || undefined;
  const regional = (name: string): string | undefined =>
    read(`${prefixes[region]}_${name}`) ?? (region === "cn" ? read(`JIMENG_${name}`) : undefined);
  const baseUrls: Partial<RegionHosts> = {
    mweb: regional("BASE_URL"),
    commerce: regional("COMMERCE_URL"),
    passport: regional("PASSPORT_URL"),
    imagex: regional("IMAGEX_URL"),
    vod: regional("VOD_URL"),
  };
  return {
    region,
    baseUrls,
    aid: toNumber(regional("AID")),
    versions: {
      platformCode: read("PLATFORM_CODE"),
      appVersion: read("VERSION_CODE"),
      webVersion: read("WEB_VERSION"),
      draftVersion: read("DA_VERSION"),
      aigcFeatures: read("AIGC_FEATURES"),
    },
    maxRetryCount: toNumber(read("MAX_RETRY_COUNT")),
    retryDelayMs: toNumber(read("RETRY_DELAY")),
    userAgent: read("JIMENG_USER_AGENT"),
  };
}

function toNumber(text: string | undefined): number | undefined {
  return text === undefined || !Number.isFinite(Number(text)) ? undefined : Number(text);
}
