// Runs an upload from source to handle: cached token, address, bytes, commit, content check, and one retry with a new
// token. Loaded with the first upload only.

import { Cached } from "../cache.ts";
import { JimengError } from "../errors.ts";
import type { Settings } from "../options.ts";
import type { UploadedAudio, UploadedImage, UploadedVideo } from "../requests.ts";
import { openSource, sniffImage, unusable } from "./source.ts";
import type { UploadBytes } from "./bytes.ts";
import type { UploadSource } from "./source.ts";
import { defaultMaxUploadBytes } from "./options.ts";
import type { UploadOptions } from "./options.ts";
import { formatCrc32, updateCrc32 } from "../wire/uploads/crc32.ts";
import { createLimiter } from "../wire/transport/limiter.ts";
import { retryRead } from "../wire/transport/retry.ts";
import type { Transport } from "../wire/transport/transport.ts";
import type { UploadAddress } from "../wire/uploads/answers.ts";
import {
  contentCheckCall,
  parseUploadToken,
  uploadScene,
  uploadTokenCall,
} from "../wire/uploads/token.ts";
import type { UploadToken } from "../wire/uploads/token.ts";
import { UploadWire } from "../wire/uploads/upload.ts";

/** Number of uploads of one account that run at one moment. */
const concurrentUploads = 3;
/** Time before the expiry of a token from which no upload begins with it. */
const tokenMarginMs = 5 * 60_000;
const maxAttempts = 2;
/** The VOD space when a token names none (upload-token.md [C]). */
const mediaSpace = "dreamina";

/** The uploads of one account; programs use it through `Uploads`. */
export class Uploader {
  readonly #settings: Settings;
  readonly #transport: Transport;
  readonly #wire: UploadWire;
  readonly #limit = createLimiter(concurrentUploads);
  readonly #imageToken: Cached<UploadToken>;
  readonly #mediaToken: Cached<UploadToken>;

  constructor(settings: Settings, transport: Transport) {
    this.#settings = settings;
    this.#transport = transport;
    this.#wire = new UploadWire(settings);
    const cached = (scene: number, space: string): Cached<UploadToken> =>
      new Cached(settings.clock, async () => {
        const { data } = await transport.call(uploadTokenCall(scene));
        const value = parseUploadToken(data, space);
        return { value, lifetimeMs: value.lifetimeMs - tokenMarginMs };
      });
    this.#imageToken = cached(uploadScene.image, settings.region.uploadServiceId);
    this.#mediaToken = cached(uploadScene.media, mediaSpace);
  }

  /** Uploads a file; see `Uploads.create`. */
  async create(
    source: UploadSource,
    options: UploadOptions = {},
  ): Promise<UploadedImage | UploadedVideo | UploadedAudio> {
    const bytes = await openSource(source, options.maxBytes ?? defaultMaxUploadBytes);
    const kind = options.kind ?? "image";
    if (kind === "image" && sniffImage(await bytes.head()) === undefined) {
      throw unusable(
        "not_an_image",
        "The file is not a picture of a known format.",
        "Give a PNG, JPEG, WebP, GIF, BMP or HEIC file.",
      );
    }
    return this.#limit(async () => {
      const crc32 = await checksum(bytes);
      const name = options.name ?? nameOf(source);
      return kind === "image"
        ? this.#image(bytes, crc32, options)
        : this.#media(bytes, crc32, kind, name, options);
    }, options.signal);
  }

  async #image(bytes: UploadBytes, crc32: string, options: UploadOptions): Promise<UploadedImage> {
    const { signal } = options;
    return this.#withToken(this.#imageToken, signal, async (token, attempt) => {
      const address = await this.#read(signal, () =>
        this.#wire.applyImage(token, bytes.size, signal),
      );
      await this.#send(address, { bytes, crc32, reuseBuffers: attempt === 1 }, signal);
      const image = await this.#read(signal, () => this.#wire.commitImage(token, address, signal));
      if (options.contentCheck === true && this.#settings.region.id === "cn") {
        await this.#checkContent(image.imageUri, attempt, signal);
      }
      return image;
    });
  }

  /** Throws what the check explicitly refuses; a check that cannot be made does not stop the upload. */
  async #checkContent(
    imageUri: string,
    attempt: number,
    signal: AbortSignal | undefined,
  ): Promise<void> {
    try {
      await this.#transport.call({ ...contentCheckCall(imageUri), signal });
    } catch (error) {
      if (!JimengError.isInstance(error)) throw error;
      const { code } = error;
      // The check could not read the object: it is uploaded once more (errors.md, 3020).
      const isRepeated = code === "upload_failed" && attempt < maxAttempts;
      if (code === "content_rejected" || code === "cancelled" || isRepeated) throw error;
      this.#settings.logger.warn({ code }, "a picture could not be checked; it is used unchecked");
    }
  }

  async #media(
    bytes: UploadBytes,
    crc32: string,
    kind: "video" | "audio",
    name: string,
    options: UploadOptions,
  ): Promise<UploadedVideo | UploadedAudio> {
    const { signal } = options;
    return this.#withToken(this.#mediaToken, signal, async (token, attempt) => {
      const address = await this.#read(signal, () =>
        this.#wire.applyMedia(token, bytes.size, signal),
      );
      await this.#send(address, { bytes, crc32, reuseBuffers: attempt === 1 }, signal);
      const { mediaId, width, height, durationMs } = await this.#read(signal, () =>
        this.#wire.commitMedia(token, address, signal),
      );
      return kind === "audio"
        ? { audioId: mediaId, durationMs, name }
        : { videoId: mediaId, width, height, durationMs, name };
    });
  }

  /** Runs an upload, and once more with a new token when it fails: the token, the address or a byte may be wrong (errors.md). */
  async #withToken<T>(
    cached: Cached<UploadToken>,
    signal: AbortSignal | undefined,
    upload: (token: UploadToken, attempt: number) => Promise<T>,
  ): Promise<T> {
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await upload(await cached.get({ signal }), attempt);
      } catch (error) {
        if (
          !JimengError.isInstance(error) ||
          error.code !== "upload_failed" ||
          attempt >= maxAttempts
        )
          throw error;
        this.#settings.logger.warn(
          { reason: error.detail.reason },
          "an upload failed and is retried with a new token",
        );
        cached.clear();
      }
    }
  }

  async #send(
    address: UploadAddress,
    { bytes, crc32, reuseBuffers }: { bytes: UploadBytes; crc32: string; reuseBuffers: boolean },
    signal: AbortSignal | undefined,
  ): Promise<void> {
    let attempt = 0;
    await this.#read(signal, async () => {
      const content = { body: bytes.body(reuseBuffers), size: bytes.size, crc32 };
      await this.#wire.send(address, content, { attempt: attempt++, signal });
    });
  }

  async #read<T>(signal: AbortSignal | undefined, read: () => Promise<T>): Promise<T> {
    return retryRead(this.#transport.retryPolicy({ signal }), read);
  }
}

async function checksum(bytes: UploadBytes): Promise<string> {
  let value = 0;
  for await (const chunk of bytes.pieces()) value = updateCrc32(chunk, value);
  return formatCrc32(value);
}

function nameOf(source: UploadSource): string {
  if (typeof source === "string") return source.split(/[/\\]/).at(-1) ?? "";
  return source instanceof Blob && "name" in source && typeof source.name === "string"
    ? source.name
    : "";
}
