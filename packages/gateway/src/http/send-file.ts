// Sends a stored file over HTTP with Range, ETag and content type.

import { Readable } from "node:stream";

import { JimengError } from "@jimeng/sdk";
import type { FastifyReply, FastifyRequest } from "fastify";

import { endingOf } from "../shapes/urls.ts";
import type { ByteRange, Sink } from "../storage/asset-store.ts";

/**
 * Reads a Range header for a file of `size` bytes (RFC 9110 14.2): one part, `unsatisfiable`, or undefined
 * for "the whole file", which is also the answer to several parts and to other units.
 */
export function parseRange(
  header: string | undefined,
  size: number,
): ByteRange | "unsatisfiable" | undefined {
  const match = /^bytes\s*=\s*(\d*)\s*-\s*(\d*)\s*$/i.exec(header ?? "");
  const [, from = "", to = ""] = match ?? [];
  if (match === null || (from === "" && to === "")) return undefined;
  if (from === "") {
    const length = Number(to);
    if (length === 0 || size === 0) return "unsatisfiable";
    return { start: Math.max(0, size - length), end: size - 1 };
  }
  const start = Number(from);
  const end = to === "" ? size - 1 : Math.min(Number(to), size - 1);
  if (to !== "" && Number(to) < start) return undefined;
  return start >= size ? "unsatisfiable" : { start, end };
}

/** The facts of a stored file that sending it needs. */
export interface SendableFile {
  id: string;
  contentType: string;
  bytes: number;
  /** Names these very bytes; the id in quotes where it is absent. */
  etag?: string;
  /** All bytes, where they are at hand: the source is not asked for them. */
  content?: Buffer | null;
  /** Whether the bytes under this address may become others. */
  mayChange?: boolean;
}

/** A store of files that can be sent. */
export interface FileSource<File> {
  check(file: File): Promise<void>;
  /** Opens a file; with a sink, the stream is piped into that alone. */
  open(file: File, range?: ByteRange, sink?: Sink): Promise<Readable>;
}

/** Sends a stored file, the requested part of it, or 304; throws `not_found` when its bytes are gone. */
export async function sendFile<File extends SendableFile>(
  request: FastifyRequest,
  reply: FastifyReply,
  asset: File,
  source: FileSource<File>,
): Promise<FastifyReply> {
  const { bytes: size } = asset;
  const etag = asset.etag ?? `"${asset.id}"`;
  void reply.headers({
    etag,
    "accept-ranges": "bytes",
    // A stored file never changes under its id; the answer may depend on a key, so shared caches must not keep it.
    "cache-control": asset.mayChange ? "private, no-cache" : "private, max-age=31536000, immutable",
    "x-content-type-options": "nosniff",
    "content-disposition": `inline; filename="${asset.id}${endingOf(asset.contentType) || ".bin"}"`,
  });
  if (matchesEtag(request.headers["if-none-match"], etag)) return reply.code(304).send();
  const ifRange = request.headers["if-range"];
  const usable = ifRange === undefined || ifRange === etag;
  const range = usable ? parseRange(request.headers.range, size) : undefined;
  if (range === "unsatisfiable") {
    void reply.header("content-range", `bytes */${size}`);
    throw new RangeUnsatisfiable(size);
  }
  void reply.type(asset.contentType);
  if (request.method === "HEAD") {
    // Fastify would read the whole file and discard it.
    await source.check(asset);
    return reply.header("content-length", size).send(Readable.from([]));
  }
  const { content } = asset;
  if (range === undefined) {
    const whole = content ?? (await source.open(asset, undefined, reply.raw));
    return reply.header("content-length", size).send(whole);
  }
  const part =
    content?.subarray(range.start, range.end + 1) ?? (await source.open(asset, range, reply.raw));
  return reply
    .code(206)
    .header("content-range", `bytes ${range.start}-${range.end}/${size}`)
    .header("content-length", range.end - range.start + 1)
    .send(part);
}

/** The error of a part that the file does not have; answered 416. */
export class RangeUnsatisfiable extends Error {
  override readonly name = "RangeUnsatisfiable";
  readonly error: JimengError;

  constructor(size: number) {
    super("The file does not have the asked range.");
    this.error = new JimengError(
      "invalid_request",
      `The file has ${size} bytes; the range lies outside.`,
      {
        param: "range",
        fix: `Ask for bytes 0 to ${Math.max(0, size - 1)}, or leave the Range header out.`,
      },
    );
  }
}

/** Tells whether an If-None-Match header names an ETag; weak and strong ones compare alike (RFC 9110 13.1.2). */
export function matchesEtag(header: string | undefined, etag: string): boolean {
  if (header === undefined) return false;
  const opaque = (tag: string): string => tag.trim().replace(/^W\//, "");
  const tags = header.split(",").map(opaque);
  return tags.includes(opaque(etag)) || tags.includes("*");
}
