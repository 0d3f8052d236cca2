// Which base URLs and app ids each region uses, from the settings of its cluster.

import { JimengError, isLoopbackHost } from "@jimeng/sdk";
import type { Region, RegionHosts } from "@jimeng/sdk";

import { upstreamHosts } from "./settings.ts";
import type { upstreamClusters } from "./settings.ts";

/** Says where a region's upstream is, where settings differ from the sdk's defaults. */
export interface UpstreamRegion {
  baseUrls: Partial<RegionHosts>;
  /** Null for the region's own. */
  aid: number | null;
  /** Tells whether the configured base URL is this machine: only then may results be fetched from loopback. */
  loopback: boolean;
}

type ClusterName = (typeof upstreamClusters)[number]["name"];

/** Maps each region to the part of the setting names that it reads. */
const clusterOf: Record<Region, ClusterName> = {
  cn: "CN",
  us: "US",
  hk: "SG",
  jp: "SG",
  sg: "SG",
};

/** Reads the base URLs and app ids of all regions. Throws `invalid_request` naming the variable. */
export function parseUpstreamRegions(
  read: (name: string) => string | undefined,
): Record<Region, UpstreamRegion> {
  const parse = (region: Region): UpstreamRegion => parseRegion(clusterOf[region], read);
  return { cn: parse("cn"), us: parse("us"), hk: parse("hk"), jp: parse("jp"), sg: parse("sg") };
}

/** Points every region and every kind of host at one server on this machine. */
export function toSimulatorRegions(url: string): Record<Region, UpstreamRegion> {
  return parseUpstreamRegions((name) => (name.endsWith("_BASE_URL") ? url : undefined));
}

function parseRegion(
  cluster: ClusterName,
  read: (name: string) => string | undefined,
): UpstreamRegion {
  const readShort = (suffix: string): [string, string | undefined] => {
    const name = `JIMENG_${cluster}_${suffix}`;
    const value = read(name);
    if (value !== undefined || cluster !== "CN") return [name, value];
    return [`JIMENG_${suffix}`, read(`JIMENG_${suffix}`)];
  };
  const base = parseUrl(...readShort("BASE_URL"));
  const loopback = base !== undefined && isLoopbackHost(new URL(base).hostname);
  const baseUrls: Partial<RegionHosts> = {};
  if (base !== undefined) baseUrls.mweb = base;
  for (const [kind, host] of Object.entries(upstreamHosts)) {
    const name = `JIMENG_${cluster}_${host.name}_URL`;
    const url = parseUrl(name, read(name)) ?? (loopback ? base : undefined);
    if (url !== undefined) baseUrls[kind as keyof typeof upstreamHosts] = url;
  }
  return { baseUrls, aid: parseAid(...readShort("AID")), loopback };
}

function parseUrl(name: string, text: string | undefined): string | undefined {
  if (text === undefined) return undefined;
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || (url.protocol !== "https:" && url.protocol !== "http:")) {
    throw refuse(name, "must be a full URL such as https://jimeng.jianying.com");
  }
  if (url.protocol === "http:" && !isLoopbackHost(url.hostname)) {
    throw refuse(name, "must begin with https: http would carry the session in the clear");
  }
  if (url.username !== "" || url.password !== "" || url.search !== "" || url.hash !== "") {
    throw refuse(name, "may hold a host and a path only: remove credentials, query and fragment");
  }
  return `${url.origin}${url.pathname.replace(/\/+$/, "")}`;
}

function parseAid(name: string, text: string | undefined): number | null {
  if (text === undefined) return null;
  if (!/^[1-9]\d{0,9}$/.test(text)) throw refuse(name, "must be an app id, such as 513695");
  return Number(text);
}

function refuse(name: string, problem: string): JimengError {
  return new JimengError("invalid_request", `${name} ${problem}.`, { param: name });
}
