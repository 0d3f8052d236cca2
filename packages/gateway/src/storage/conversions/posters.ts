// Keeps the poster of a video beside it: a small picture made of the cover that the upstream shows.

import { rm } from "node:fs/promises";
import { randomUUID } from "node:crypto";
import { join } from "node:path";
import type { Readable } from "node:stream";

import type { Logger } from "@jimeng/sdk";
import type { Dispatcher } from "undici";

import { mkdirPrivate } from "../../private-files.ts";
import { createKeptFileReader } from "../asset-reading.ts";
import type { AssetStore, ByteRange } from "../asset-store.ts";
import { posterKey } from "../assets.ts";
import { download } from "../download.ts";
import { IncomingFile } from "../incoming-file.ts";
import type { PictureEncoder } from "./encoder.ts";
import { thumbnail } from "./variant.ts";
import type { WorkLine } from "./work-line.ts";

/** The stored poster of a video, ready to be sent. */
export interface Poster {
  /** The id of the video's file. */
  id: string;
  etag: string;
  contentType: string;
  bytes: number;
}

/** A poster that was just stored. */
export interface SavedPoster {
  bytes: number;
  /** The placeholder of the video (ThumbHash in base64). */
  placeholder: string;
}

/** The cover of a video. */
export interface Cover {
  url: string;
  /** Whether its host may be a loopback one: only while the account's own base URL is. */
  allowLoopback: boolean;
  signal: AbortSignal;
}

/** Keeps the posters of videos. */
export interface Posters {
  /**
   * Downloads a video's cover and keeps a small picture of it. Throws as `download` does, `invalid_request` for a cover
   * that is no picture, and `StorageFailure`.
   */
  save(assetId: string, cover: Cover): Promise<SavedPoster>;
  /** Throws `not_found` when the poster's file is missing, `connection_failed` when that cannot be learned. */
  check(poster: Poster): Promise<void>;
  /** Opens a poster, whole or in part; throws as `check` does. */
  open(poster: Poster, range?: ByteRange): Promise<Readable>;
}

/** What posters need. */
export interface PostersOptions {
  store: AssetStore;
  /** The folder of temporary files. */
  incoming: string;
  dispatcher: Dispatcher;
  userAgent?: string;
  encoder: PictureEncoder;
  workLine: WorkLine;
  logger: Pick<Logger, "warn">;
}

// A cover of 2048 pixels has some hundred kilobytes.
const maxCoverBytes = 20 * 1024 ** 2;

/** Describes the poster of a video; `bytes` is the length that its row tells. */
export function toPoster(assetId: string, bytes: number): Poster {
  const contentType = `image/${thumbnail.format}`;
  return { id: assetId, etag: `"${assetId}.poster"`, contentType, bytes };
}

/** Makes the keeper of posters. */
export function createPosters(options: PostersOptions): Posters {
  const { store, incoming, dispatcher, userAgent, encoder, workLine, logger } = options;
  const reader = createKeptFileReader({ store, what: "asset", logger });
  const toKept = ({ id, bytes }: Poster) => ({ key: posterKey(id), bytes });

  async function fetchCover(path: string, { url, allowLoopback, signal }: Cover): Promise<void> {
    const file = await IncomingFile.open(path);
    try {
      const limits = { limitBytes: maxCoverBytes };
      await download(url, file, { dispatcher, allowLoopback, userAgent, signal, ...limits });
      await file.sync();
    } finally {
      await file.close();
    }
  }

  async function keep(path: string, assetId: string, picture: Buffer): Promise<void> {
    const file = await IncomingFile.open(path);
    try {
      await file.write(picture);
      await file.sync();
    } finally {
      await file.close();
    }
    const { contentType } = toPoster(assetId, picture.byteLength);
    await store.put(posterKey(assetId), { path, bytes: picture.byteLength, contentType });
  }

  return {
    async save(assetId, cover) {
      await mkdirPrivate(incoming);
      const fetched = join(incoming, randomUUID());
      const made = join(incoming, randomUUID());
      try {
        await fetchCover(fetched, cover);
        const picture = await workLine.run(() => encoder.encode(fetched, thumbnail), {
          isPatient: true,
        });
        const placeholder = await encoder.placeholder(picture);
        await keep(made, assetId, picture);
        return { bytes: picture.byteLength, placeholder };
      } finally {
        await rm(fetched, { force: true });
        await rm(made, { force: true });
      }
    },
    check: (poster) => reader.check(toKept(poster)),
    open: (poster, range) => reader.open(toKept(poster), range),
  };
}
