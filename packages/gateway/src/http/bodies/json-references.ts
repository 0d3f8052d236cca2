// JSON bodies that carry references: long data URLs stream to the disk, short ones stay in the body.

import type { IncomingMessage } from "node:http";

import { JimengError } from "@jimeng/sdk";
import type { FastifyInstance, FastifyRequest } from "fastify";

import { decodeBase64, headOf } from "../../references/data-url.ts";
import type { Files } from "../../references/files.ts";
import { limitOf } from "../../references/files.ts";
import { drain, requestFactor } from "./form.ts";
import { sieveJson } from "./data-url-extractor.ts";
import type { DataUrlSink } from "./data-url-extractor.ts";
import { bytesPerMegabyte, tooLarge } from "../../references/errors.ts";
import type { ReceivedString, ReceivingOptions } from "./request-files.ts";
import { releaseChunks } from "./chunk-release.ts";

const markPrefix = "jimeng-received:";
// Words, and pictures that are too short to be worth a file.
const plainLimitBytes = 2 * bytesPerMegabyte;

/** Reads the number out of a mark; undefined when the text is none. */
export function numberOfMark(text: string): number | undefined {
  const number = text.startsWith(markPrefix) ? text.slice(markPrefix.length) : "";
  return /^\d{1,3}$/.test(number) ? Number(number) : undefined;
}

/** Lets the routes of this plugin take JSON with large data URLs, without holding them in memory. */
export function takeJsonReferences(app: FastifyInstance, options: ReceivingOptions): void {
  const { files, maxUploadMegabytes } = options;
  const largest = requestFactor * limitOf("image", maxUploadMegabytes);
  const limitBytes = Math.ceil((largest * 4) / 3) + plainLimitBytes;
  const parseJson = app.getDefaultJsonParser("error", "error");
  const parse = (request: FastifyRequest, text: string): Promise<unknown> =>
    new Promise((resolve, reject) => {
      // It refuses __proto__ and the like, and names a broken body as such.
      void parseJson(request, text, (error, body: unknown) =>
        error === null ? resolve(body) : reject(error),
      );
    });
  app.removeContentTypeParser("application/json");
  app.addContentTypeParser(
    "application/json",
    async (request: FastifyRequest, payload: IncomingMessage) => {
      try {
        if (Number(request.headers["content-length"] ?? 0) > limitBytes) throw tooLarge(largest);
        const text = await sieveJson(releaseChunks(payload, request.raw), {
          open: (head) => openSink(request, files, head),
          tooLarge: () => tooLarge(largest),
          limitBytes,
          plainLimitBytes,
        });
        // Clients put the JSON header on bodyless posts too.
        return text === "" ? undefined : await parse(request, text);
      } catch (error) {
        drain(request);
        throw error;
      }
    },
  );
}

function openSink(request: FastifyRequest, files: Files, head: string): DataUrlSink {
  const { receivedStrings } = request;
  const channel = new TextChannel();
  const declared = { name: "", declaredType: headOf(head)?.declaredType ?? null };
  const done = files.receive(releaseChunks(decodeBase64(channel), request.raw), declared).then(
    (file): ReceivedString => ({ file }),
    (error: unknown): ReceivedString => {
      if (JimengError.isInstance(error)) return { error };
      throw error;
    },
  );
  // A full disk is told at the end; nobody must miss it before.
  done.catch(() => undefined);
  return {
    write: (text) => channel.write(text),
    async end() {
      channel.end();
      receivedStrings.push(await done);
      return `${markPrefix}${receivedStrings.length - 1}`;
    },
    async abandon() {
      channel.fail(new Error("the body broke off"));
      await done.catch(() => undefined);
    },
  };
}

/** Hands text from one who writes to one who reads, one piece at a time. */
class TextChannel implements AsyncIterable<string> {
  #piece: string | undefined;
  #closed = false;
  #failure: Error | undefined;
  #wakeReader = (): void => undefined;
  #wakeWriter = (): void => undefined;

  /** Resolves when the piece was taken, or nobody reads any more. */
  async write(text: string): Promise<void> {
    if (this.#closed || text === "") return;
    this.#piece = text;
    const taken = new Promise<void>((resolve) => (this.#wakeWriter = resolve));
    this.#wakeReader();
    await taken;
  }

  end(): void {
    this.#closed = true;
    this.#wakeReader();
  }

  fail(error: Error): void {
    this.#failure = error;
    this.end();
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<string> {
    try {
      for (;;) {
        if (this.#piece === undefined && !this.#closed) {
          await new Promise<void>((resolve) => (this.#wakeReader = resolve));
          continue;
        }
        const piece = this.#piece;
        if (piece === undefined) break;
        this.#piece = undefined;
        yield piece;
        this.#wakeWriter();
      }
      if (this.#failure !== undefined) throw this.#failure;
    } finally {
      this.#closed = true;
      this.#wakeWriter();
    }
  }
}
