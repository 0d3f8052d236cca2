// Sends errors: the one place that turns what was thrown into an answer.

import { JimengError } from "@jimeng/sdk";
import type { FastifyReply, FastifyRequest } from "fastify";

import type { ErrorBody } from "../api/errors.ts";
import { isDatabaseAway, toDatabaseAway } from "../database/away.ts";
import { ServiceError, toOneLine } from "../errors.ts";
import type { ExpectedError } from "../errors.ts";
import { toDialectError } from "../shapes/dialect.ts";
import { nativeDialect } from "../shapes/native/names.ts";
import { toDiskProblem, toStorageUnavailable } from "../storage/disk-problem.ts";
import type { DiskReason } from "../storage/disk-problem.ts";
import { RequestError } from "../submission/request-error.ts";
import { nearestRoute } from "./route-spelling.ts";
import type { KnownRoute } from "./route-spelling.ts";
import { JobFailure, toErrorReply } from "./error-reply.ts";
import type { ErrorContext } from "./error-reply.ts";
import { reasonUnserved } from "./unserved-routes.ts";
import { toAbortedError, toRequestError } from "./request-errors.ts";
import { RangeUnsatisfiable } from "./send-file.ts";
import { cutRefusedBody } from "./walls/unread-bodies.ts";

const fileHeaders = ["etag", "cache-control", "content-disposition", "content-length"] as const;

/** Sends the answer to anything that was thrown; with `passThrough` a dead session is the caller's own. */
export function sendError(
  thrown: unknown,
  request: FastifyRequest,
  reply: FastifyReply,
  { passThrough }: { passThrough: boolean },
): void {
  const { error, status, context } = toExpected(inDialect(thrown, request), request);
  const { body, headers, ...built } = toErrorReply(error, {
    ...context,
    requestId: request.id,
    passThrough,
  });
  const sent = status ?? built.status;
  cutRefusedBody(request, reply, sent);
  // The headers of a file that a route meant to send must not let a cache keep the error for a year.
  for (const name of fileHeaders) void reply.removeHeader(name);
  void reply
    .code(sent)
    .headers({ ...headers, "x-request-id": request.id })
    .type("application/json; charset=utf-8")
    .send(JSON.stringify(body));
}

/** Returns the body of the answer to anything that was thrown, for a stream whose status was sent long ago. */
export function toErrorBody(
  thrown: unknown,
  request: FastifyRequest,
  { passThrough }: { passThrough: boolean },
): ErrorBody {
  const { error, context } = toExpected(inDialect(thrown, request), request);
  return toErrorReply(error, { ...context, requestId: request.id, passThrough }).body;
}

function inDialect(thrown: unknown, { routeOptions }: FastifyRequest): unknown {
  if (!(thrown instanceof RequestError)) return thrown;
  return toDialectError(routeOptions.config.dialect ?? nativeDialect, thrown.kind, thrown);
}

/** Returns the expected error that a thrown value stands for; defects are logged. */
function toExpected(
  thrown: unknown,
  request: FastifyRequest,
): { error: ExpectedError; status?: number; context?: Omit<ErrorContext, "requestId"> } {
  if (thrown instanceof RangeUnsatisfiable) return { error: thrown.error, status: 416 };
  if (thrown instanceof JobFailure) {
    if (thrown.error.code === "internal") logDefect(request, thrown.error);
    return { error: thrown.error, context: thrown.context };
  }
  const error = toRequestError(thrown) ?? toAbortedError(thrown, request.raw);
  if (error !== undefined && error.code !== "internal") return { error };
  if (isDatabaseAway(thrown)) {
    request.log.warn({ reason: toOneLine(thrown) }, "The database cannot be reached.");
    return { error: toDatabaseAway(thrown) };
  }
  const problem = toDiskProblem(thrown);
  if (problem !== undefined) {
    request.log.warn({ reason: toOneLine(thrown) }, "The disk refused a write.");
    // A database that was full or read-only has surely stored nothing; after another failure nobody knows.
    const charged = surelyUnwritten.has(problem.reason) ? "no" : "unknown";
    return { error: toStorageUnavailable(problem, { charged, cause: thrown }) };
  }
  logDefect(request, thrown);
  // The defect may contain anything, so the caller gets only an id; the log has the rest.
  return {
    error: new ServiceError("internal", `Something broke inside the gateway (${request.id}).`, {
      charged: "unknown",
      fix: "Look the id up in the gateway's log and report the defect.",
    }),
  };
}

const surelyUnwritten: ReadonlySet<DiskReason> = new Set(["disk_full", "read_only", "no_access"]);

function logDefect(request: FastifyRequest, thrown: unknown): void {
  request.log.error({ err: thrown }, "Request failed with a defect");
}

/** Builds the error of a path and method without a route; it names the route that was most likely meant. */
export function toUnknownRoute(
  request: FastifyRequest,
  routes: readonly KnownRoute[],
): ExpectedError {
  const path = request.url.split("?")[0] ?? "";
  const reason = reasonUnserved(path);
  if (reason !== undefined) {
    return new JimengError("not_found", `${request.method} ${path} is not served. ${reason}`, {
      what: "route",
      fix: "GET /openapi.json lists the routes that are.",
    });
  }
  const near = nearestRoute(request.method, path, routes);
  const hint = near === undefined ? "" : ` Did you mean ${near.method} ${near.url}?`;
  return new JimengError("not_found", `There is no route ${request.method} ${path}.${hint}`, {
    what: "route",
    fix: "GET /openapi.json lists the routes; the base URL of clients ends in /v1.",
  });
}
