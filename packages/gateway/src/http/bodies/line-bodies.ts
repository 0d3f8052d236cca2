// Lets routes read a body of many requests while it comes in: JSONL of any size, or a JSON array.

import type { IncomingMessage } from "node:http";
import { Readable } from "node:stream";

import { JimengError } from "@jimeng/sdk";
import type { FastifyInstance, FastifyRequest } from "fastify";

import { checkBodyShape } from "./body-shape.ts";
import { releaseChunks } from "./chunk-release.ts";
import { drain } from "./receiving.ts";

/** The content types of JSONL; some clients know no better name for it than plain text. */
export const lineTypes = ["application/x-ndjson", "application/jsonl", "text/plain"] as const;

/** Leaves the bodies of these types to the route, which reads them by `bodyOf`. */
export function acceptLines(app: FastifyInstance, types: readonly string[]): void {
  for (const type of types) {
    app.removeContentTypeParser(type);
    app.addContentTypeParser(type, { bodyLimit: Number.MAX_SAFE_INTEGER }, (_request, body, done) =>
      done(null, body),
    );
  }
}

/** Returns the pieces of a body that was left to the route; none where there is no body. */
export function bodyOf(request: FastifyRequest): AsyncIterable<Uint8Array> {
  const body = request.body as IncomingMessage | null | undefined;
  if (body == null) return Readable.from([]);
  // A body that is refused halfway must not be destroyed: its rest is drained, or the answer would be lost.
  return releaseChunks(body.iterator({ destroyOnReturn: false }), request.raw);
}

/** Runs work that reads a body; where it throws, the rest of the body is read and discarded. */
export async function readingBody<T>(request: FastifyRequest, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    drain(request);
    throw error;
  }
}

/** Makes the reader of one line: it refuses what is not JSON, and what no route's body may hold. */
export function createLineParser(app: FastifyInstance): (text: string) => unknown {
  // It refuses __proto__ and the like.
  const parseJson = app.getDefaultJsonParser("error", "error");
  return (text) => {
    let line: unknown;
    let failure: Error | null = null;
    // It calls back before it returns; it takes a request and does not look at it.
    void parseJson(undefined as unknown as FastifyRequest, text, (error, body: unknown) => {
      failure = error;
      line = body;
    });
    if (failure !== null) throw toUnreadable(failure);
    checkBodyShape(line);
    return line;
  };
}

function toUnreadable(cause: unknown): JimengError {
  return new JimengError("invalid_request", "The line is not valid JSON.", {
    param: "line",
    charged: "no",
    fix: "Write one JSON object in UTF-8, with double quotes, on one line.",
    cause,
  });
}
