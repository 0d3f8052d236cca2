// The door to uploads; the machinery behind it is loaded with the first upload, for most programs never.

import type { Settings } from "../options.ts";
import type { UploadedAudio, UploadedImage, UploadedVideo } from "../requests.ts";
import type { UploadSource } from "./source.ts";
import type { Uploader } from "./uploader.ts";
import type { Transport } from "../wire/transport/transport.ts";

/** The largest upload in bytes (as the image routes of other gateways allow). */
export const defaultMaxUploadBytes = 50 * 1024 * 1024;

/** What an upload may be told. */
export interface UploadOptions {
  /** `image` by default. */
  kind?: "image" | "video" | "audio";
  /** Shown on the site for videos and sounds; default the path's last part, else empty. */
  name?: string;
  /** Asks the site's content check about a picture before it is used (cn only); default false. */
  contentCheck?: boolean;
  /** The largest size in bytes; default 50 MiB. */
  maxBytes?: number;
  signal?: AbortSignal;
}

/** Uploads pictures, videos and sounds. */
export class Uploads {
  readonly #settings: Settings;
  readonly #transport: Transport;
  #uploader: Uploader | undefined;

  constructor(settings: Settings, transport: Transport) {
    this.#settings = settings;
    this.#transport = transport;
  }

  /**
   * Uploads a file and gives the handle that drafts take. Three run at a time. Throws `reference_unusable`
   * (reason `empty`, `too_large`, `unreadable`, `not_an_image`), `upload_failed`, `content_rejected` (stage
   * `reference`) when the content check refuses, and what a read throws. Nothing is paid.
   */
  async create(
    source: UploadSource,
    options: UploadOptions & { kind: "video" },
  ): Promise<UploadedVideo>;
  async create(
    source: UploadSource,
    options: UploadOptions & { kind: "audio" },
  ): Promise<UploadedAudio>;
  async create(
    source: UploadSource,
    options?: UploadOptions & { kind?: "image" },
  ): Promise<UploadedImage>;
  async create(
    source: UploadSource,
    options: UploadOptions = {},
  ): Promise<UploadedImage | UploadedVideo | UploadedAudio> {
    const machinery = await import("./uploader.ts");
    this.#uploader ??= new machinery.Uploader(this.#settings, this.#transport);
    return this.#uploader.create(source, options);
  }
}
