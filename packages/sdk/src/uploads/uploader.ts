// Runs an upload from source to handle: cached token, address, bytes, commit, content check, and one retry with a new
// token. Loaded with the first upload only.

import { Cached } from "../cache.ts";
import { JimengError } from "../errors.ts";
import type { Settings } from "../options.ts";
import type { UploadedAudio, UploadedImage, UploadedVideo } from "../requests.ts";
import { defaultMaxUploadBytes, defaultMaxVideoBytes, partBytes } from "./options.ts";
import { sendInParts } from "./parts.ts";
import type { PartsUpload } from "./parts.ts";
import { openSource, sniffImage, unusable } from "./source.ts";
import { checksum } from "./bytes.ts";
import type { UploadBytes } from "./bytes.ts";
import type { UploadSource } from "./source.ts";
import type { UploadKind, UploadOptions } from "./options.ts";
import { createLimiter } from "../wire/transport/limiter.ts";
import { retryRead } from "../wire/transport/retry.ts";
import type { Transport } from "../wire/transport/transport.ts";
import type { UploadAddress } from "../wire/uploads/answers.ts";
import {
  auditJobCall,
  contentCheckCall,
  parseUploadToken,
  uploadScene,
  uploadTokenCall,
} from "../wire/uploads/token.ts";
import type { UploadToken } from "../wire/uploads/token.ts";
import { UploadWire } from "../wire/uploads/upload.ts";
import type { UploadContent } from "../wire/uploads/upload.ts";

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
    const kind = options.kind ?? "image";
    const defaultMaxBytes = kind === "video" ? defaultMaxVideoBytes : defaultMaxUploadBytes;
    const bytes = await openSource(source, options.maxBytes ?? defaultMaxBytes);
    if (kind === "image" && (await sniffImage(bytes)) === undefined) {
      throw unusable(
        "not_an_image",
        "The file is not a picture of a known format.",
        "Give a PNG, JPEG, WebP, GIF, BMP or HEIC file.",
      );
    }
    const name = options.name ?? nameOf(source);
    return this.#limit(() => this.#upload(bytes, kind, name, options), options.signal);
  }

  /** Runs an upload, and once more with a new token when it fails: the token, the address or a byte may be wrong (errors.md). */
  async #upload(
    bytes: UploadBytes,
    kind: UploadKind,
    name: string,
    options: UploadOptions,
  ): Promise<UploadedImage | UploadedVideo | UploadedAudio> {
    const { signal } = options;
    const cached = kind === "image" ? this.#imageToken : this.#mediaToken;
    const isInParts = kind === "video" && bytes.size > partBytes;
    // Parts have checksums of their own.
    let checksumOf = async (): Promise<string> =>
      isInParts ? "" : (options.crc32 ?? checksum(bytes));
    for (let attempt = 1; ; attempt += 1) {
      try {
        // The bytes are read while the token and the address are on their way.
        const reading = checksumOf();
        reading.catch(() => undefined);
        const token = await cached.get({ signal });
        const address = await this.#read(signal, () =>
          kind === "image"
            ? this.#wire.applyImage(token, bytes.size, signal)
            : this.#wire.applyMedia(token, bytes.size, signal),
        );
        const crc32 = await reading;
        const isFirst = attempt === 1;
        const whole = (): UploadContent => ({ body: bytes.body(isFirst), size: bytes.size, crc32 });
        const send: PartsUpload["send"] = (query, content) => {
          let sent = 0;
          return this.#read(signal, () =>
            this.#wire.send(address, content(), { attempt: sent++, query, signal }),
          );
        };
        await (isInParts ? sendInParts({ bytes, address, isFirst, send }) : send("", whole));
        if (kind === "image") return await this.#commitImage(token, address, options, attempt);
        const { mediaId, width, height, durationMs } = await this.#read(signal, () =>
          this.#wire.commitMedia(token, address, signal),
        );
        return kind === "audio"
          ? { audioId: mediaId, durationMs, name }
          : { videoId: mediaId, width, height, durationMs, name };
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
        // What the caller knew may be wrong, too.
        if (!isInParts) checksumOf = () => checksum(bytes);
      }
    }
  }

  /** Commits a picture. On cn the content check may be asked, abroad the site's own review is told, as its page does. */
  async #commitImage(
    token: UploadToken,
    address: UploadAddress,
    { signal, contentCheck }: UploadOptions,
    attempt: number,
  ): Promise<UploadedImage> {
    const image = await this.#read(signal, () => this.#wire.commitImage(token, address, signal));
    const isChina = this.#settings.region.id === "cn";
    if (isChina && contentCheck !== true) return image;
    try {
      const { imageUri } = image;
      await this.#transport.call(
        isChina
          ? { ...contentCheckCall(imageUri), signal }
          : { ...auditJobCall(imageUri), maxRetryCount: 0, signal },
      );
    } catch (error) {
      // What only tells of a picture, or cannot be checked, does not stop the upload.
      if (!JimengError.isInstance(error)) throw error;
      const { code } = error;
      // The check could not read the object: it is uploaded once more (errors.md, 3020).
      const isRepeated = code === "upload_failed" && attempt < maxAttempts;
      const isFinal = isChina && (code === "content_rejected" || isRepeated);
      if (code === "cancelled" || isFinal) throw error;
      this.#settings.logger.warn({ code }, "a picture could not be checked; it is used unchecked");
    }
    return image;
  }

  async #read<T>(signal: AbortSignal | undefined, read: () => Promise<T>): Promise<T> {
    return retryRead(this.#transport.retryPolicy({ signal }), read);
  }
}

function nameOf(source: UploadSource): string {
  if (typeof source === "string") return source.split(/[/\\]/).at(-1) ?? "";
  return source instanceof Blob && "name" in source && typeof source.name === "string"
    ? source.name
    : "";
}
