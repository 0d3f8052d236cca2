// Tells the observer who did what: every request that changes something, and every one that is refused.

import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";

import type { AuditObservation, EventObserver } from "../../observer.ts";
import { actionOfRoute } from "./action-of-route.ts";

declare module "fastify" {
  interface FastifyRequest {
    /** What the audit log is told besides what every request has. */
    audit: AuditNotes;
  }
}

/** Facts that are known at different moments of a request. */
interface AuditNotes {
  /** The id of what was made, where no header of the answer names it. */
  subject?: string;
  user?: string;
  code?: string;
  /** Whose request it was, on a route that needs no credential. */
  keyId?: string | null;
}

const safeMethods: ReadonlySet<string> = new Set(["GET", "HEAD", "OPTIONS"]);
const refusals: ReadonlySet<number> = new Set([401, 402, 403, 429]);
const maxUserLength = 256;
const maxSubjects = 100;
const failed = 400;

/** Adds the hooks. */
export function auditRequests(app: FastifyInstance, observer: EventObserver): void {
  app.decorateRequest("audit");
  app.addHook("onRequest", (request, _reply, done) => {
    request.audit = {};
    done();
  });
  // Validation drops fields that a route does not know, so it is read before.
  app.addHook("preValidation", (request, _reply, done) => {
    const user = readUser(request.body);
    if (user !== undefined) request.audit.user = user;
    done();
  });
  app.addHook("onError", (request, _reply, error, done) => {
    request.audit.code = error.code;
    done();
  });
  app.addHook("onResponse", (request, reply, done) => {
    const observation = toObservation(request, reply);
    if (observation !== undefined) observer.audited(observation);
    done();
  });
}

function toObservation(request: FastifyRequest, reply: FastifyReply): AuditObservation | undefined {
  const { method, routeOptions } = request;
  const { statusCode: status } = reply;
  // A path that no route has may hold anything.
  const url = routeOptions.url ?? "unknown";
  const isRefused = refusals.has(status);
  const isSafe = safeMethods.has(method);
  if (isSafe && !isRefused) return undefined;
  const action = isSafe ? "read" : actionOfRoute(method, url);
  if (action === null && !isRefused) return undefined;
  return {
    action: action ?? "read",
    outcome: isRefused ? "refused" : status < failed ? "done" : "failed",
    route: `${method} ${url}`,
    status,
    code: request.audit.code ?? null,
    keyId: request.audit.keyId ?? request.caller.keyId,
    address: request.ip,
    subjects: subjectsOf(request, reply),
    user: request.audit.user ?? null,
    requestId: request.id,
  };
}

function readUser(body: unknown): string | undefined {
  if (typeof body !== "object" || body === null || !("user" in body)) return undefined;
  const { user } = body;
  return typeof user === "string" && user !== "" ? user.slice(0, maxUserLength) : undefined;
}

function subjectsOf(request: FastifyRequest, reply: FastifyReply): string[] {
  const { id, name } = (request.params ?? {}) as { id?: string; name?: string };
  const made = reply.getHeader("x-jimeng-job");
  const location = reply.getHeader("location");
  const found = [
    id,
    name,
    request.audit.subject,
    ...(typeof made === "string" ? made.split(",").map((each) => each.trim()) : []),
    typeof location === "string" ? location.split("/").at(-1) : undefined,
  ];
  const known = found.filter((each) => each !== undefined && each !== "") as string[];
  return [...new Set(known)].slice(0, maxSubjects);
}
