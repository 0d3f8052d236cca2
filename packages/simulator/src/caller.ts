// Identifies who is calling: session, account, region, application id; refuses what does not fit together.

import type { Account } from "./accounts.ts";
import { invalidParameter } from "./envelope.ts";
import type { Refusal } from "./envelope.ts";
import { knownAids, parseRegion, regions } from "./regions.ts";
import type { Region } from "./regions.ts";
import type { World } from "./world.ts";

const sessionCookie = "sessionid";

type Headers = Readonly<Record<string, string | string[] | undefined>>;
type Query = Readonly<Record<string, string | undefined>>;

/** Who is calling, and for which region. */
export interface Caller {
  account: Account;
  region: Region;
}

function header(headers: Headers, name: string): string | undefined {
  const value = headers[name];
  return Array.isArray(value) ? value[0] : value;
}

/** Reads the session of a request: the `sessionid` cookie, or on commerce also a bearer (docs/upstream/README.md [R]). */
export function readSession(headers: Headers, allowBearer: boolean): string | undefined {
  for (const part of (header(headers, "cookie") ?? "").split(";")) {
    const [name = "", ...value] = part.split("=");
    if (name.trim() === sessionCookie && value.join("=").trim() !== "") {
      return value.join("=").trim();
    }
  }
  const bearer = /^Bearer\s+(\S+)$/i.exec(header(headers, "authorization") ?? "");
  return allowBearer ? bearer?.[1] : undefined;
}

function readAid(headers: Headers, query: Query, isRequired: boolean): number | undefined {
  const text = query["aid"] ?? header(headers, "appid");
  if (text === undefined || text === "") {
    if (isRequired) throw invalidParameter("aid is missing");
    return undefined;
  }
  const aid = Number(text);
  if (!knownAids.has(aid)) throw invalidParameter(`aid ${text} is not known`);
  return aid;
}

/** Builds the account of a caller without a session; it is stored nowhere and owns nothing. */
function guestOf(region: Region): Account {
  return {
    fingerprint: "",
    uid: "0",
    region,
    expired: false,
    vip: 0,
    purchase: 0,
    gifts: [],
    paidUntil: 0,
    claims: {},
  };
}

/** Reads the region and the application id of a request; refuses what is not known or does not fit together. */
function readPlace(
  request: { headers: Headers; query: Query },
  needsAid: boolean,
): { requested: Region | undefined; aid: number | undefined } {
  const aid = readAid(request.headers, request.query, needsAid);
  const text = request.query["region"];
  const requested = parseRegion(text);
  if (text !== undefined && requested === undefined) {
    throw invalidParameter(`region ${text} is not known`);
  }
  if (requested !== undefined && aid !== undefined && regions[requested].aid !== aid) {
    throw invalidParameter(`aid ${aid} does not belong to region ${requested}`);
  }
  return { requested, aid };
}

function chooseRegion(
  account: Account,
  requested: Region | undefined,
  aid: number | undefined,
): { region: Region; isCertain: boolean } {
  if (requested !== undefined) return { region: requested, isCertain: true };
  if (aid === regions.cn.aid) return { region: "cn", isCertain: true };
  const bound = account.region;
  const fits = bound !== null && (aid === undefined || regions[bound].aid === aid);
  if (fits) return { region: bound, isCertain: true };
  return { region: aid === undefined ? "cn" : "sg", isCertain: false };
}

/** What an endpoint asks of its callers. */
export interface CallerRules {
  needsAid: boolean;
  allowBearer: boolean;
  /** True where a caller without a session is served as well. */
  allowGuest: boolean;
  /** Builds the refusal for a missing, unknown or expired session and for a session of another cluster. */
  login: (reason: string) => Refusal;
}

/** Finds the caller of a request. A wrong `aid`, or one of another region, is refused with 1000. */
export function identify(
  world: World,
  request: { headers: Headers; query: Query },
  rules: CallerRules,
): Caller {
  const needsAid = rules.needsAid && world.strict;
  const session = readSession(request.headers, rules.allowBearer);
  if (session === undefined && rules.allowGuest) {
    const { requested, aid } = readPlace(request, needsAid);
    const region = requested ?? (aid === undefined || aid === regions.cn.aid ? "cn" : "sg");
    return { account: guestOf(region), region };
  }
  if (session === undefined) throw rules.login("no session");
  const account = world.accounts.resolve(session);
  if (account === undefined) throw rules.login("unknown session");
  if (account.expired) throw rules.login("expired session");
  const { requested, aid } = readPlace(request, needsAid);
  const { region, isCertain } = chooseRegion(account, requested, aid);
  if (isCertain && !world.accounts.admit(account, region)) {
    throw rules.login("session of another cluster");
  }
  return { account, region: isCertain ? region : (account.region ?? region) };
}
