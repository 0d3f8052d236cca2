// Serves the query API at `/` that ImageX and VOD share: signature, action, envelope (apply-upload.md,
// commit-upload.md).

import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";

import { makeLogid } from "../envelope.ts";
import { effectOf } from "../faults/faults.ts";
import { effectsOf, faultNames } from "../faults/transport.ts";
import { regions } from "../regions.ts";
import { awsScheme, cloudScheme, parseAuthorization, verifySignature } from "../uploads/sigv4.ts";
import type { UploadToken } from "../uploads/uploads.ts";
import type { World } from "../world.ts";

/**
 * A refusal in the form of `ResponseMetadata.Error`, thrown by actions (codes of errors.md; numbers are the simulator's
 * own [I]).
 */
export class ActionError extends Error {
  readonly code: string;
  readonly httpStatus: number;

  constructor(code: string, message: string, httpStatus = 400) {
    super(message);
    this.code = code;
    this.httpStatus = httpStatus;
  }
}

/** One signed call of an action. */
export interface ActionCall {
  world: World;
  token: UploadToken;
  query: Readonly<Record<string, string | undefined>>;
  body: Buffer;
  request: FastifyRequest;
  requestId: string;
  /** The authority under which the simulator was reached. */
  authority: string;
}

/** One action of the query API. */
export interface Action {
  name: string;
  /** A name for the request log and for faults. */
  endpoint: string;
  method: "GET" | "POST";
  version: string;
  service: "imagex" | "vod";
  /** The scenes of the upload token that it takes. */
  scenes: ReadonlySet<number>;
  handle(call: ActionCall): Record<string, unknown>;
}

const errorNumbers: Readonly<Record<string, number>> = {
  InvalidAccessKeyId: 100009,
  SignatureDoesNotMatch: 100010,
  AccessDenied: 100013,
  InvalidActionOrVersion: 100008,
  InvalidParameter: 100002,
  InvalidSessionKey: 100023,
};
const forbidden = 403;

function authenticate(world: World, action: Action, request: FastifyRequest): UploadToken {
  const schemes = world.strict ? [awsScheme] : [awsScheme, cloudScheme];
  const credential = parseAuthorization(request.headers.authorization, schemes);
  if (credential === undefined) {
    throw new ActionError("SignatureDoesNotMatch", "no SigV4 authorization", forbidden);
  }
  const token = world.uploads.findToken(credential.accessKeyId);
  if (token === undefined) {
    throw new ActionError("InvalidAccessKeyId", "the access key is not known", forbidden);
  }
  const [path = "/", query = ""] = request.url.split("?", 2);
  const body = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0);
  const signed = { method: request.method, path, query, headers: request.headers, body };
  const isScope =
    credential.service === action.service &&
    regions[token.region].signingRegions[action.service].includes(credential.region);
  if (!isScope || !verifySignature(signed, credential, token.secretAccessKey)) {
    throw new ActionError("SignatureDoesNotMatch", "the signature does not match", forbidden);
  }
  if (request.headers[credential.scheme.tokenHeader] !== token.sessionToken) {
    throw new ActionError(
      "AccessDenied",
      "the session token does not belong to the key",
      forbidden,
    );
  }
  const isExpired = effectOf(effectsOf(request), "expired") !== undefined;
  if (isExpired || token.expiresAt <= world.clock.now()) {
    throw new ActionError("AccessDenied", "the token has expired", forbidden);
  }
  if (!action.scenes.has(token.scene)) {
    throw new ActionError("AccessDenied", "the token is for another space", forbidden);
  }
  return token;
}

function checkQuery(action: Action | undefined, query: ActionCall["query"]): Action {
  if (action === undefined || query["Version"] !== action.version) {
    throw new ActionError("InvalidActionOrVersion", "no such action or version");
  }
  return action;
}

/** Registers the query API for both methods at the root path. */
export function registerActions(server: FastifyInstance, world: World, actions: Action[]): void {
  const find = (method: string, query: ActionCall["query"]) =>
    actions.find((action) => action.name === query["Action"] && action.method === method);

  const answer = (request: FastifyRequest, reply: FastifyReply): FastifyReply => {
    const query = request.query as ActionCall["query"];
    const found = find(request.method, query);
    const requestId = makeLogid(world.clock.now());
    const metadata: Record<string, unknown> = {
      RequestId: requestId,
      Action: query["Action"] ?? "",
      Version: query["Version"] ?? "",
      Service: found?.service ?? "",
      Region: regions.cn.awsRegion,
    };
    const body: Record<string, unknown> = { ResponseMetadata: metadata };
    let status = 200;
    let token: UploadToken | undefined;
    let reason: string | null = faultNames(request);
    try {
      const action = checkQuery(found, query);
      token = authenticate(world, action, request);
      metadata["Region"] = regions[token.region].awsRegion;
      body["Result"] = action.handle({
        world,
        token,
        query,
        body: Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0),
        request,
        requestId,
        authority: request.headers.host ?? request.host,
      });
    } catch (error) {
      if (!(error instanceof ActionError)) throw error;
      status = error.httpStatus;
      reason = `${error.code}: ${error.message}`;
      metadata["Error"] = {
        CodeN: errorNumbers[error.code] ?? 100000,
        Code: error.code,
        Message: error.message,
      };
    }
    world.log.add({
      at: world.clock.wallNow(),
      method: request.method,
      path: "/",
      endpoint: found?.endpoint ?? "action",
      account: token?.account ?? null,
      status,
      reason,
    });
    return reply.status(status).type("application/json; charset=utf-8").send(JSON.stringify(body));
  };

  const endpoint = (query: unknown): string =>
    actions.find((action) => action.name === (query as ActionCall["query"])["Action"])?.endpoint ??
    "action";
  for (const method of ["GET", "POST"] as const) {
    server.route({ method, url: "/", config: { endpoint }, handler: answer });
  }
}
