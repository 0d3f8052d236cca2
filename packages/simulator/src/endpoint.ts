// Serves a JSON endpoint of the upstream: caller, signature, body, envelope, request log.

import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import type * as z from "zod";

import { identify } from "./caller.ts";
import type { Caller } from "./caller.ts";
import {
  commerceEnvelope,
  invalidParameter,
  makeLogid,
  mwebEnvelope,
  passportError,
  Refusal,
} from "./envelope.ts";
import { knownRefusal } from "./faults/fault.ts";
import type { FaultEffect } from "./faults/fault.ts";
import { effectOf } from "./faults/faults.ts";
import { effectsOf, faultNames } from "./faults/transport.ts";
import { findPicture } from "./pictures.ts";
import type { Picture } from "./pictures.ts";
import { verifySign } from "./sign.ts";
import type { Region } from "./regions.ts";
import type { SignVerdict } from "./sign.ts";
import type { World } from "./world.ts";

/** One request to an endpoint that passed the checks all endpoints share. */
export interface Call extends Caller {
  world: World;
  /** The parsed JSON body, an object. */
  body: Record<string, unknown>;
  /** The value of `Appvr`, empty when absent. */
  versionCode: string;
  logid: string;
  /** The scheme and authority under which the caller reached the server. */
  base: string;
  /** The faults that apply to this request. */
  effects: readonly FaultEffect[];
  /** Finds a picture that the account uploaded, or one of its results, by URI. */
  findPicture(uri: string): Picture | undefined;
  /** Records in the request log how many ids the request names. */
  countIds(count: number): void;
}

/** One JSON endpoint. */
export interface Endpoint {
  /** Short name for the request log and for faults. */
  name: string;
  path: string;
  envelope: "mweb" | "commerce" | "passport";
  /** True where a bad `Sign` is refused with 1014 instead of only being recorded (docs/upstream/README.md). */
  refusesBadSign?: boolean;
  /** True where some regions refuse the requests of programs with -6 (docs/upstream/README.md). */
  refusesPrograms?: boolean;
  /** True where a query string is refused with 1014 when the option says so. */
  refusesQuery?: boolean;
  /** True where a caller without a session is served as well; the account of the call is then an empty one. */
  allowsGuests?: boolean;
  /** Returns `data` of the envelope, or throws a Refusal. */
  handle(call: Call): unknown;
}

/** The codes of the commerce envelope (errors.md). */
const commerceCodes = { login: "34010105", parameter: "34010100" } as const;
const passportExpired = { code: 13, text: "会话过期，请重新登录" };

const loginRefusal: Record<Endpoint["envelope"], (reason: string) => Refusal> = {
  mweb: (reason) => new Refusal("1015", "login error", { reason }),
  commerce: (reason) => new Refusal(commerceCodes.login, "login error", { reason }),
  passport: (reason) => new Refusal("error", passportExpired.text, { reason }),
};

/** Checks a body against a schema; refuses with 1000, and names `reason` or the first wrong field in the request log. */
export function checkBody<T>(
  schema: z.ZodType<T>,
  body: Record<string, unknown>,
  reason?: string,
): T {
  const parsed = schema.safeParse(body);
  if (parsed.success) return parsed.data;
  throw invalidParameter(reason ?? parsed.error.issues[0]?.path.join(".") ?? "body");
}

function parseObject(body: unknown, endpoint: Endpoint): Record<string, unknown> {
  // Clients of family A send no body to the passport and rely on its answer.
  const isEmpty = !Buffer.isBuffer(body) || body.length === 0;
  if (endpoint.envelope === "passport" && isEmpty) return {};
  let parsed: unknown;
  try {
    parsed = JSON.parse(Buffer.isBuffer(body) ? body.toString("utf8") : "");
  } catch {
    throw invalidParameter("the body is not JSON");
  }
  if (typeof parsed !== "object" || parsed === null || Array.isArray(parsed)) {
    throw invalidParameter("the body is not a JSON object");
  }
  return parsed as Record<string, unknown>;
}

function toRefusal(error: unknown, endpoint: Endpoint): Refusal {
  if (!(error instanceof Refusal)) throw error;
  if (endpoint.envelope === "commerce" && error.ret === "1000") {
    return new Refusal(commerceCodes.parameter, "param error", { reason: error.reason });
  }
  return error;
}

/**
 * Reads the query; of a name that is given twice, as by clients that add their own to a complete path, the last counts.
 */
function readQuery(query: unknown): Record<string, string | undefined> {
  const values = query as Record<string, string | string[] | undefined>;
  return Object.fromEntries(
    Object.entries(values).map(([name, value]) => [
      name,
      Array.isArray(value) ? value.at(-1) : value,
    ]),
  );
}

/** Returns the scheme and authority under which the caller reached the server; a proxy in front may say https. */
function baseOf(request: FastifyRequest): string {
  const forwarded = request.headers["x-forwarded-proto"];
  const scheme = forwarded === "https" ? "https" : "http";
  return `${scheme}://${request.headers.host ?? request.host}`;
}

/** The parts that a page of the site adds to its requests: two of the query and a header. Their values are not judged. */
const pageParts = { query: ["msToken", "X-Bogus"], header: "x-gnarly" } as const;

/** Refuses a write that did not come from a page of the site, in the regions that are set so. */
function refuseProgram(
  world: World,
  endpoint: Endpoint,
  region: Region,
  request: { headers: FastifyRequest["headers"]; query: Record<string, string | undefined> },
): void {
  if (endpoint.refusesPrograms !== true || !world.refusesProgramsIn.has(region)) return;
  const isFromPage =
    pageParts.query.every((name) => (request.query[name] ?? "") !== "") &&
    (request.headers[pageParts.header] ?? "") !== "";
  if (!isFromPage) throw knownRefusal(endpoint.name, "-6", { reason: "not from a page" });
}

interface Outcome {
  ret: string;
  errmsg: string;
  data: unknown;
  reason: string | null;
  httpStatus: number;
  account: string | null;
  idCount: number;
  sign: SignVerdict;
}

async function perform(
  world: World,
  endpoint: Endpoint,
  request: FastifyRequest,
  logid: string,
): Promise<Outcome> {
  const sign = verifySign(endpoint.path, request.headers, request.url.split("?", 2)[1]);
  const outcome: Outcome = {
    ret: "0",
    errmsg: "success",
    data: null,
    reason: null,
    httpStatus: 200,
    account: null,
    idCount: 0,
    sign,
  };
  try {
    const query = readQuery(request.query);
    const caller = identify(
      world,
      { headers: request.headers, query },
      {
        needsAid: endpoint.envelope === "mweb",
        allowBearer: endpoint.envelope === "commerce",
        allowGuest: endpoint.allowsGuests === true,
        login: loginRefusal[endpoint.envelope],
      },
    );
    outcome.account = caller.account.fingerprint || null;
    if (endpoint.refusesBadSign === true && world.strict && sign !== "ok") {
      throw new Refusal("1014", "sign error", { reason: `Sign is ${sign}` });
    }
    refuseProgram(world, endpoint, caller.region, { headers: request.headers, query });
    if (
      endpoint.refusesQuery === true &&
      world.refusesBalanceQuery &&
      Object.keys(query).length > 0
    ) {
      throw knownRefusal(endpoint.name, "1014", { reason: "a query was sent" });
    }
    const effects = effectsOf(request);
    const refuse = effectOf(effects, "refuse");
    if (refuse !== undefined) throw knownRefusal(endpoint.name, refuse.ret, refuse);
    const version = request.headers["appvr"];
    world.records.settle();
    outcome.data = await endpoint.handle({
      world,
      ...caller,
      body: parseObject(request.body, endpoint),
      versionCode: typeof version === "string" ? version : "",
      logid,
      base: baseOf(request),
      effects,
      findPicture: (uri) => findPicture(world, caller.account.fingerprint, uri),
      countIds: (count) => {
        outcome.idCount = count;
      },
    });
  } catch (error) {
    const refusal = toRefusal(error, endpoint);
    outcome.ret = refusal.ret;
    outcome.errmsg = refusal.message;
    outcome.data = refusal.data;
    outcome.reason = refusal.reason;
    outcome.httpStatus = refusal.httpStatus;
  }
  return outcome;
}

function wrap(endpoint: Endpoint, outcome: Outcome, nowMs: number, logid: string): unknown {
  if (endpoint.envelope === "passport") {
    if (outcome.ret === "0") return { data: outcome.data, message: "success" };
    return passportError(passportExpired.code, outcome.errmsg);
  }
  const build = endpoint.envelope === "mweb" ? mwebEnvelope : commerceEnvelope;
  return build(outcome.ret, outcome.errmsg, outcome.data, { nowMs, logid });
}

/** Registers a JSON endpoint: business errors come with HTTP 200, as on the upstream (errors.md). */
export function registerEndpoint(server: FastifyInstance, world: World, endpoint: Endpoint): void {
  const handler = async (request: FastifyRequest, reply: FastifyReply) => {
    const logid = makeLogid(world.clock.now());
    const outcome = await perform(world, endpoint, request, logid);
    world.log.add({
      at: world.clock.wallNow(),
      method: "POST",
      path: endpoint.path,
      endpoint: endpoint.name,
      account: outcome.account,
      status: outcome.httpStatus,
      ret: outcome.ret,
      accepted: outcome.ret === "0",
      reason: outcome.reason ?? faultNames(request),
      id_count: outcome.idCount,
      sign: outcome.sign,
    });
    return reply
      .status(outcome.httpStatus)
      .type("application/json; charset=utf-8")
      .send(JSON.stringify(wrap(endpoint, outcome, world.clock.now(), logid)));
  };
  const config = { endpoint: () => endpoint.name };
  server.route({ method: "POST", url: endpoint.path, config, handler });
}
