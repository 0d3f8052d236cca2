// The uploads resource of a client; the code of an upload is loaded with the first one.

import { refuseUnknownNames } from "../known-names.ts";
import type { Settings } from "../options.ts";
import type { UploadedAudio, UploadedImage, UploadedVideo } from "../requests.ts";
import { uploadOptionNames } from "./options.ts";
import type { UploadOptions } from "./options.ts";
import type { UploadSource } from "./source.ts";
import type { Uploader } from "./uploader.ts";
import type { Transport } from "../wire/transport/transport.ts";

/** The uploads resource of a client: pictures, videos and sounds. */
export class Uploads {
  readonly #settings: Settings;
  readonly #transport: Transport;
  #uploader: Uploader | undefined;

  constructor(settings: Settings, transport: Transport) {
    this.#settings = settings;
    this.#transport = transport;
  }

  /**
   * Uploads a file and returns the handle that requests take. Three run at a time. Throws `reference_unusable`
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
    refuseUnknownNames(options, uploadOptionNames);
    const { Uploader } = await import("./uploader.ts");
    this.#uploader ??= new Uploader(this.#settings, this.#transport);
    return this.#uploader.create(source, options);
  }
}
