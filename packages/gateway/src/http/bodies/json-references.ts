// Reads JSON bodies that carry references: long data URLs stream to the disk, short ones stay in the body.

import type { IncomingMessage } from "node:http";

import { JimengError } from "@jimeng/sdk";
import type { FastifyInstance, FastifyRequest } from "fastify";

import { decodeBase64, headOf } from "../../references/data-url.ts";
import type { Files } from "../../references/files.ts";
import { toInlineMark } from "../../references/incoming-files.ts";
import type { InlineFile } from "../../references/incoming-files.ts";
import { extractDataUrls } from "./data-url-extractor.ts";
import type { DataUrlSink } from "./data-url-extractor.ts";
import {
  bytesPerMegabyte,
  requestLimitOf,
  tooLargeTogether,
} from "../../references/upload-limits.ts";
import { releaseChunks } from "./chunk-release.ts";
import { drain } from "./receiving.ts";
import type { ReceivingOptions } from "./receiving.ts";
import { decodeUtf8 } from "./text-encoding.ts";

// For text, and for pictures that are too short to be worth a file.
const plainLimitBytes = 2 * bytesPerMegabyte;

/** Lets the routes of this plugin accept JSON with large data URLs, without holding them in memory. */
export function acceptJsonReferences(app: FastifyInstance, options: ReceivingOptions): void {
  const { files, uploadMegabytes } = options;
  const limitBytes = Math.ceil((requestLimitOf(uploadMegabytes) * 4) / 3) + plainLimitBytes;
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
        if (Number(request.headers["content-length"] ?? 0) > limitBytes)
          throw tooLargeTogether(uploadMegabytes);
        const bytes = await extractDataUrls(releaseChunks(payload, request.raw), {
          open: (head) => openSink(request, files, head),
          tooLarge: () => tooLargeTogether(uploadMegabytes),
          limitBytes,
          plainLimitBytes,
        });
        const text = decodeUtf8(bytes, request.headers["content-type"]);
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
  const { inlineFiles } = request;
  const channel = new TextChannel();
  const declared = { name: "", declaredType: headOf(head)?.declaredType ?? null };
  const pieces = releaseChunks(decodeBase64(channel), request.raw);
  const done = files.receive(pieces, declared, request.senderGone).then(
    (file): InlineFile => ({ file }),
    (error: unknown): InlineFile => {
      if (JimengError.isInstance(error)) return { error };
      throw error;
    },
  );
  // Other errors, such as a full disk, are thrown by `end`; until then they must not count as unhandled.
  done.catch(() => undefined);
  return {
    write: (text) => channel.write(text),
    async end() {
      channel.end();
      inlineFiles.push(await done);
      return toInlineMark(inlineFiles.length - 1);
    },
    async abandon() {
      channel.fail(new Error("the body broke off"));
      await done.catch(() => undefined);
    },
  };
}

/** Passes text from a writer to a reader, one piece at a time. */
class TextChannel implements AsyncIterable<string> {
  #piece: string | undefined;
  #closed = false;
  #failure: Error | undefined;
  #wakeReader = (): void => undefined;
  #wakeWriter = (): void => undefined;

  /** Resolves when the piece was read, or when the reader has stopped. */
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
