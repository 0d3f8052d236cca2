// Converts stored pictures on read: each variant is made once, and kept beside the stored files as long as it is used.

import type { Readable } from "node:stream";

import { JimengError } from "@jimeng/sdk";
import type { Logger } from "@jimeng/sdk";

import { createKeptFileReader, toUnreachable } from "../asset-reading.ts";
import type { KeptFileReader } from "../asset-reading.ts";
import { StorageFailure } from "../asset-store.ts";
import type { AssetStore, ByteRange } from "../asset-store.ts";
import { assetKey } from "../assets.ts";
import { ConversionCache } from "./cache.ts";
import type { CachedFile } from "./cache.ts";
import type { PictureEncoder } from "./encoder.ts";
import { isConvertible, isPicture, thumbnail, variantName } from "./variant.ts";
import type { Picture, Variant } from "./variant.ts";
import type { WorkLine } from "./work-line.ts";
import type { WaitOptions } from "./work-line.ts";

/** A variant of a stored picture, ready to be sent. */
export interface ConvertedPicture {
  /** The id of the stored picture. */
  id: string;
  etag: string;
  contentType: string;
  bytes: number;
  /** All bytes, where they are few; null where they are read from a file. */
  content: Buffer | null;
  picture: Picture;
  variant: Variant;
}

/** All bytes of a variant. */
export interface ConvertedContent {
  contentType: string;
  content: Buffer;
}

/** Converts stored pictures. */
export interface Conversions {
  /**
   * Makes a variant of a picture, or finds it. Throws `invalid_request` (param format) for a file that cannot be
   * converted, `not_found` when the stored file is missing, `overloaded` when too many pictures wait, and
   * `connection_failed` when the storage cannot be reached.
   */
  prepare(picture: Picture, variant: Variant, options?: WaitOptions): Promise<ConvertedPicture>;
  /** Returns a variant that was made before; undefined for one that was not, and for one that is too large for memory. */
  made(picture: Picture, variant: Variant): Promise<ConvertedContent | undefined>;
  /** Does nothing: what was prepared can be sent. */
  check(converted: ConvertedPicture): Promise<void>;
  /** Opens a variant, whole or in part; makes it again where it was removed meanwhile. */
  open(converted: ConvertedPicture, range?: ByteRange): Promise<Readable>;
  /** Makes the thumbnail of a picture and returns its placeholder (ThumbHash in base64). Throws as `prepare` does. */
  placeholder(picture: Picture): Promise<string>;
  /** Removes what was made of assets. */
  remove(assetIds: readonly string[]): Promise<void>;
}

/** What conversions need. */
export interface ConversionsOptions {
  store: AssetStore;
  /** The folder in which variants are kept. */
  folder: string;
  /** Whether other nodes may use the same folder; default false. */
  isShared?: boolean;
  maxCacheBytes: number;
  encoder: PictureEncoder;
  workLine: WorkLine;
  logger: Pick<Logger, "warn">;
  now: () => number;
}

/** Returns the ETag of a variant. */
export function toVariantEtag(picture: Pick<Picture, "id">, variant: Variant): string {
  return `"${picture.id}.${variantName(variant)}"`;
}

/** Makes the converter. */
export function createConversions(options: ConversionsOptions): Conversions {
  return new StoredConversions(options);
}

class StoredConversions implements Conversions {
  readonly #options: ConversionsOptions;
  readonly #cache: ConversionCache;
  readonly #stored: KeptFileReader;
  /** The conversions that run or wait, by the name of what they make. */
  readonly #making = new Map<string, Promise<CachedFile>>();

  constructor(options: ConversionsOptions) {
    this.#options = options;
    const { folder, maxCacheBytes: maxBytes, isShared = false, now, store, logger } = options;
    this.#cache = new ConversionCache({ folder, maxBytes, isShared, now });
    this.#stored = createKeptFileReader({ store, what: "asset", logger });
  }

  async prepare(
    picture: Picture,
    variant: Variant,
    wait: WaitOptions = {},
  ): Promise<ConvertedPicture> {
    assertConvertible(picture);
    const known = await this.#cache.find(nameOf(picture, variant));
    const file = known ?? (await this.#make(picture, variant, wait));
    const { id } = picture;
    const contentType = `image/${variant.format}`;
    return { id, etag: toVariantEtag(picture, variant), contentType, ...file, picture, variant };
  }

  async made(picture: Picture, variant: Variant): Promise<ConvertedContent | undefined> {
    const { content = null } = (await this.#cache.find(nameOf(picture, variant))) ?? {};
    return content === null ? undefined : { contentType: `image/${variant.format}`, content };
  }

  check(): Promise<void> {
    return Promise.resolve();
  }

  async open(converted: ConvertedPicture, range?: ByteRange): Promise<Readable> {
    const { picture, variant, bytes } = converted;
    const name = nameOf(picture, variant);
    const opened = await this.#cache.open(name, range);
    if (opened?.bytes === bytes) return opened.stream;
    opened?.stream.destroy();
    await this.#make(picture, variant, { isPatient: true });
    const again = await this.#cache.open(name, range);
    if (again?.bytes === bytes) return again.stream;
    again?.stream.destroy();
    throw new JimengError("connection_failed", "The converted picture was removed meanwhile.", {
      fix: "Ask once more.",
    });
  }

  async placeholder(picture: Picture): Promise<string> {
    const small = await this.prepare(picture, thumbnail, { isPatient: true });
    return await this.#options.encoder.placeholder(small.content ?? (await this.#read(small)));
  }

  async #read(converted: ConvertedPicture): Promise<Buffer> {
    const pieces: Buffer[] = [];
    for await (const piece of await this.open(converted)) pieces.push(piece as Buffer);
    return Buffer.concat(pieces);
  }

  async remove(assetIds: readonly string[]): Promise<void> {
    await this.#cache.removeAll(assetIds);
  }

  /** Makes a variant; all who want the same one wait for the one conversion. */
  async #make(picture: Picture, variant: Variant, wait: WaitOptions): Promise<CachedFile> {
    const name = nameOf(picture, variant);
    const running = this.#making.get(name);
    if (running !== undefined) {
      // Whoever came first may be refused because too many wait; who is patient then takes its own place.
      if (wait.isPatient !== true) return await running;
      return await running.catch(() => this.#make(picture, variant, wait));
    }
    const result = this.#options.workLine
      .run(async () => this.#cache.put(name, await this.#encode(picture, variant)), wait)
      .finally(() => this.#making.delete(name));
    this.#making.set(name, result);
    return await result;
  }

  async #encode(picture: Picture, variant: Variant): Promise<Buffer> {
    const { store, encoder, logger } = this.#options;
    const key = assetKey(picture);
    await this.#stored.check({ key, bytes: picture.bytes });
    const made = await store
      .borrow(key, (path) => encoder.encode(path, variant, { isDamaged: picture.incomplete }))
      .catch((error: unknown) => {
        if (!(error instanceof StorageFailure)) throw error;
        logger.warn({ reason: error.message }, "Failed to read a stored file.");
        throw toUnreachable(error);
      });
    if (made !== undefined) return made.value;
    throw new JimengError("not_found", "The stored file is missing.", {
      what: "asset",
      fix: "Restore the stored files from a backup, or make the picture again.",
    });
  }
}

function nameOf({ id }: Picture, variant: Variant): string {
  return `${id}.${variantName(variant)}`;
}

/** Throws `invalid_request` for a stored file that no variant can be made of. */
function assertConvertible({ contentType }: Picture): void {
  if (isConvertible(contentType)) return;
  const isOther = isPicture(contentType);
  throw new JimengError(
    "invalid_request",
    isOther
      ? `Pictures of the type ${contentType} cannot be converted here.`
      : `format, width and quality are for pictures; this file is ${contentType}.`,
    { param: "format", fix: "Ask for the stored file without format, width and quality." },
  );
}
