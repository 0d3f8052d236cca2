// Sends the JSON of an answer that is waited for; where the caller wants it, whitespace keeps the connection busy
// meanwhile.

import { PassThrough } from "node:stream";
import type { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";

import type { FastifyReply } from "fastify";

const contentType = "application/json; charset=utf-8";

/** The JSON answer of one request. */
export class JsonAnswer {
  readonly #reply: FastifyReply;
  readonly #timer: NodeJS.Timeout | undefined;
  #body: PassThrough | undefined;

  /** With `heartbeatMs` a blank is written each time it has passed; JSON may begin with any number of them. */
  constructor(reply: FastifyReply, heartbeatMs: number | null) {
    this.#reply = reply;
    if (heartbeatMs !== null) this.#timer = setInterval(() => this.#beat(), heartbeatMs);
  }

  /** Sends a value as JSON. */
  async send(value: unknown): Promise<FastifyReply> {
    this.stop();
    const body = this.#body;
    if (body === undefined) return this.#reply.send(value);
    body.end(JSON.stringify(value));
    return this.#reply;
  }

  /** Sends JSON that comes as a stream of known length. */
  async sendStream(json: Readable, bytes: number): Promise<FastifyReply> {
    this.stop();
    const body = this.#body;
    if (body === undefined) {
      return this.#reply.type(contentType).header("content-length", bytes).send(json);
    }
    await pipeline(json, body).catch(() => body.destroy());
    return this.#reply;
  }

  /**
   * Ends an answer that failed: throws the failure, or where its status was sent already closes the connection, since a
   * completed 200 would be taken for a result.
   */
  fail(error: Error): FastifyReply {
    this.stop();
    if (this.#body === undefined) throw error;
    this.#body.destroy(error);
    return this.#reply;
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  #beat(): void {
    if (this.#body === undefined) {
      if (this.#reply.sent || this.#reply.raw.destroyed) return;
      this.#body = new PassThrough();
      // Without this nginx holds the blanks back until its buffer is full.
      void this.#reply.type(contentType).header("x-accel-buffering", "no").send(this.#body);
    }
    if (!this.#body.destroyed) this.#body.write(" ");
  }
}
