// Finds request bodies that no route reads. Node reads what is left of one to its end before the connection's next request,
// and nothing bounds it.

import type { FastifyReply, FastifyRequest } from "fastify";

// Who calls a wrong route or sends a wrong type with less than this still gets the answer on a connection that lives on.
const largestIgnoredBytes = 1024 * 1024;
const mayNotCall: ReadonlySet<number> = new Set([401, 403, 429]);
const wrongContentType = 415;

/** Ends the connection after a refusal before whose body is read: it may be gigabytes. */
export function cutRefusedBody(request: FastifyRequest, reply: FastifyReply, status: number): void {
  const isMistake = request.is404 || status === wrongContentType;
  const least = mayNotCall.has(status) ? 0 : isMistake ? largestIgnoredBytes : undefined;
  if (least !== undefined && isLeftUnread(request, least)) void reply.header("connection", "close");
}

/** Ends the connection after the answer to a request whose method has no body, where it brings a large one. */
export function cutPointlessBody(request: FastifyRequest, reply: FastifyReply): void {
  const { method } = request;
  if (method !== "GET" && method !== "HEAD") return;
  if (isLeftUnread(request, largestIgnoredBytes)) void reply.header("connection", "close");
}

function isLeftUnread({ raw }: FastifyRequest, least: number): boolean {
  const { "content-length": length, "transfer-encoding": coding } = raw.headers;
  return !raw.complete && (coding !== undefined || Number(length ?? 0) > least);
}
