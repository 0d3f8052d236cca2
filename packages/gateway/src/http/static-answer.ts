// Answers whose bytes many callers get: made once, once more for each way to compress them, and named by an ETag, so
// that a caller who has them is sent nothing.

import { createHash } from "node:crypto";
import { promisify } from "node:util";
import { brotliCompress, brotliCompressSync, constants, gzip, gzipSync } from "node:zlib";

import type { FastifyReply, FastifyRequest } from "fastify";

import { matchesEtag } from "./send-file.ts";

/** A way to compress an answer. */
export type Encoding = "br" | "gzip";

// Below this a compressed answer fits into the same packet as the plain one.
const leastBytes = 1024;
// The answers are made again seldom, but while others wait: higher levels take ten times as long for a tenth less.
const brotliQuality = 5;

const compress: Readonly<Record<Encoding, (bytes: Buffer) => Buffer>> = {
  br: (bytes) => brotliCompressSync(bytes, brotliOptions(bytes)),
  gzip: (bytes) => gzipSync(bytes),
};

const compressAside: Readonly<Record<Encoding, (bytes: Buffer) => Promise<Buffer>>> = {
  br: (bytes) => promisify(brotliCompress)(bytes, brotliOptions(bytes)),
  gzip: (bytes) => promisify(gzip)(bytes),
};

function brotliOptions(bytes: Buffer) {
  return {
    params: {
      [constants.BROTLI_PARAM_QUALITY]: brotliQuality,
      [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length,
    },
  };
}

/** What is said of an answer beside its text. */
export interface StaticAnswerOptions {
  /** Made of the text unless another is given. */
  etag?: string;
  /** JSON unless another is given. */
  contentType?: string;
}

/** A text that is sent as it is to everyone. */
export class StaticAnswer {
  readonly #bytes: Buffer;
  readonly #etag: string;
  readonly #contentType: string;
  readonly #compressed = new Map<Encoding, Buffer>();

  constructor(text: string, options: StaticAnswerOptions = {}) {
    this.#bytes = Buffer.from(text);
    this.#etag = options.etag ?? toEtag(text);
    this.#contentType = options.contentType ?? "application/json; charset=utf-8";
  }

  /** Compresses a large text in other threads, so that nobody waits for it later. */
  async compress(): Promise<void> {
    for (const encoding of ["br", "gzip"] as const)
      this.#compressed.set(encoding, await compressAside[encoding](this.#bytes));
  }

  /** Sends the document, or 304 to whoever has it. */
  send(request: FastifyRequest, reply: FastifyReply): FastifyReply {
    const { headers } = request;
    void reply
      .header("etag", this.#etag)
      // Callers may keep it and must ask whether it is still right; where a key is needed, no cache is shared.
      .header("cache-control", "private, no-cache")
      .header("vary", varyWith(reply));
    if (matchesEtag(headers["if-none-match"], this.#etag)) return reply.code(304).send();
    void reply.header("content-type", this.#contentType);
    const encoding =
      this.#bytes.length < leastBytes ? undefined : chooseEncoding(headers["accept-encoding"]);
    if (encoding === undefined) return reply.send(this.#bytes);
    return reply.header("content-encoding", encoding).send(this.#compressedBy(encoding));
  }

  #compressedBy(encoding: Encoding): Buffer {
    const known = this.#compressed.get(encoding);
    if (known !== undefined) return known;
    const bytes = compress[encoding](this.#bytes);
    this.#compressed.set(encoding, bytes);
    return bytes;
  }
}

/** Returns the ETag of a text; a weak one, since the compressed bytes are others and mean the same. */
export function toEtag(text: string | Buffer): string {
  return `W/"${createHash("sha256").update(text).digest("base64url").slice(0, 27)}"`;
}

/** Returns how an answer is compressed for an Accept-Encoding header (RFC 9110 12.5.3); undefined for not at all. */
export function chooseEncoding(header: string | undefined): Encoding | undefined {
  if (header === undefined || header === "") return undefined;
  const weights = new Map(
    header
      .toLowerCase()
      .split(",")
      .map((part) => {
        const [name = "", ...parameters] = part.split(";").map((text) => text.trim());
        const weight = parameters.find((text) => text.startsWith("q="))?.slice(2);
        return [name, weight === undefined ? 1 : Number(weight)] as const;
      }),
  );
  const weightOf = (encoding: Encoding): number => weights.get(encoding) ?? weights.get("*") ?? 0;
  const [br, gzip] = [weightOf("br"), weightOf("gzip")];
  if (!(br > 0 || gzip > 0)) return undefined;
  return br >= gzip ? "br" : "gzip";
}

/** Adds to what the answer depends on already, such as the origin. */
function varyWith(reply: FastifyReply): string {
  const others = reply.getHeader("vary");
  return others === undefined ? "Accept-Encoding" : `${String(others)}, Accept-Encoding`;
}
