// Reads settings from an environment that the caller passes (subpath `@jimeng/sdk/environment`).

import { JimengError } from "../errors.ts";
import { countChanges } from "../known-names.ts";
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
 * MAX_RETRY_COUNT RETRY_DELAY JIMENG_USER_AGENT`. Pass the process's own environment. Throws `invalid_request` with the
 * variable as param for one that is misspelt or not a number.
 */
export function readEnvironment(
  environment: Environment,
  region: Region = "cn",
): Omit<JimengOptions, "session"> {
  refuseMisspelt(environment);
  const read = (name: string): string | undefined => environment[name]?.trim() || undefined;
  const readNumber = (name: string): number | undefined => toNumber(name, read(name));
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
    aid:
      readNumber(`${prefixes[region]}_AID`) ??
      (region === "cn" ? readNumber("JIMENG_AID") : undefined),
    versions: {
      platformCode: read("PLATFORM_CODE"),
      appVersion: read("VERSION_CODE"),
      webVersion: read("WEB_VERSION"),
      draftVersion: read("DA_VERSION"),
      aigcFeatures: read("AIGC_FEATURES"),
    },
    maxRetryCount: readNumber("MAX_RETRY_COUNT"),
    retryDelayMs: readNumber("RETRY_DELAY"),
    userAgent: read("JIMENG_USER_AGENT"),
  };
}

// The regions that share a prefix come first: JIMENG_JP_BASE_URL is a misspelt JIMENG_SG_BASE_URL.
const variables = ["JIMENG_SG", "JIMENG_CN", "JIMENG_US", "JIMENG"]
  .flatMap((prefix) =>
    ["BASE_URL", "COMMERCE_URL", "PASSPORT_URL", "IMAGEX_URL", "VOD_URL", "AID"].map(
      (name) => `${prefix}_${name}`,
    ),
  )
  .concat("JIMENG_USER_AGENT");
const maxMisspeltLetters = 2;

/** Throws for a variable that is nearly one of these: the others of that prefix belong to the gateway. */
function refuseMisspelt(environment: Environment): void {
  for (const [name, value] of Object.entries(environment)) {
    if (!name.startsWith("JIMENG_") || !value || variables.includes(name)) continue;
    const near = variables.find((one) => countChanges(one, name) <= maxMisspeltLetters);
    if (near === undefined) continue;
    throw new JimengError("invalid_request", `${name} is not known.`, {
      param: name,
      fix: `Use ${near}.`,
    });
  }
}

function toNumber(name: string, text: string | undefined): number | undefined {
  if (text === undefined || Number.isFinite(Number(text))) {
    return text === undefined ? undefined : Number(text);
  }
  throw new JimengError("invalid_request", `${name} is not a number.`, {
    param: name,
    fix: "Give a number, or leave it out.",
  });
}
