// Keeps files in S3-compatible storage. This file loads the AWS client, and is itself loaded only when it is needed.

import { createHash, randomUUID } from "node:crypto";
import { createReadStream } from "node:fs";
import { rm } from "node:fs/promises";
import { join } from "node:path";
import type { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";

import {
  DeleteObjectsCommand,
  GetObjectCommand,
  HeadObjectCommand,
  PutObjectCommand,
  S3Client,
} from "@aws-sdk/client-s3";
import type { Logger } from "pino";

import type { AssetStore, ByteRange, LocalFile, OpenedFile } from "./asset-store.ts";
import { toDiskProblem } from "./disk-problem.ts";
import {
  isMissing,
  isWrongSetting,
  reasonOf,
  toStorageFailure,
  wrongSetting,
} from "./s3-errors.ts";
import { createPrivateFile, mkdirPrivate } from "../private-files.ts";
import type { S3Place } from "../config/assets.ts";

/** What the store needs besides its place. */
export interface S3StoreOptions {
  /** The folder for borrowed files; it is emptied at every start. */
  scratch: string;
  logger: Pick<Logger, "warn">;
  /** True to read only: nothing is written to check that writing is allowed. */
  isReadOnly?: boolean;
}

const connectionTimeoutMs = 5000;
// A socket without traffic for this long is closed, in both directions.
const idleTimeoutMs = 60_000;
// Every response that streams a file to a slow caller holds a socket; saving must not wait for those.
const maxSockets = 512;
/** The key of a small object that is written at every start, to check that writing is allowed. */
const probeKey = "jimeng-storage-check";
const probeText = "Written by jimeng at its start, to see that it may write here.\n";
// The ETag of a file that was sent in one piece, as ours are; storage that encrypts may have other ETags of this form.
const md5Pattern = /^"?([0-9a-f]{32})"?$/;
// The limit of DeleteObjects.
const maxDeletedAtOnce = 1000;

/** Opens the bucket and checks that it can be written; throws and waits as `openAssetStore` says. */
export async function openS3Store(place: S3Place, options: S3StoreOptions): Promise<AssetStore> {
  const client = createClient(place);
  const store = new S3Store(client, place, options.scratch);
  if (options.isReadOnly === true) return store;
  try {
    await store.writeProbe();
  } catch (error) {
    if (isWrongSetting(error)) {
      client.destroy();
      throw wrongSetting(error);
    }
    options.logger.warn(
      { reason: reasonOf(error) },
      "The storage of ASSETS_URL cannot be reached; results wait until it can.",
    );
  }
  return store;
}

const ignore = (): void => undefined;

function createClient(place: S3Place): S3Client {
  return new S3Client({
    ...(place.region === null ? {} : { region: place.region }),
    ...(place.endpoint === null ? {} : { endpoint: place.endpoint }),
    forcePathStyle: place.pathStyle,
    // Only AWS understands a checksum behind a streamed body; ours is sent before it as Content-MD5.
    requestChecksumCalculation: "WHEN_REQUIRED",
    responseChecksumValidation: "WHEN_REQUIRED",
    // Without this the client writes on standard error; what matters is in the errors that it throws.
    logger: { trace: ignore, debug: ignore, info: ignore, warn: ignore, error: ignore },
    requestHandler: {
      connectionTimeout: connectionTimeoutMs,
      socketTimeout: idleTimeoutMs,
      httpAgent: { keepAlive: true, maxSockets },
      httpsAgent: { keepAlive: true, maxSockets },
    },
  });
}

class S3Store implements AssetStore {
  readonly #client: S3Client;
  readonly #place: S3Place;
  readonly #scratch: string;

  constructor(client: S3Client, place: S3Place, scratch: string) {
    this.#client = client;
    this.#place = place;
    this.#scratch = scratch;
  }

  async writeProbe(): Promise<void> {
    await this.#client.send(
      new PutObjectCommand({ ...this.#at(probeKey), Body: probeText, ContentType: "text/plain" }),
    );
  }

  async put(key: string, file: LocalFile, signal?: AbortSignal): Promise<void> {
    const md5 = await md5Of(file.path);
    const body = createReadStream(file.path);
    try {
      await this.#client.send(
        new PutObjectCommand({
          ...this.#at(key),
          Body: body,
          ContentLength: file.bytes,
          ContentType: file.contentType,
          ContentMD5: md5,
        }),
        { abortSignal: signal },
      );
    } catch (error) {
      throw toStorageFailure("written", error);
    } finally {
      body.destroy();
    }
    if (file.stays !== true) await rm(file.path, { force: true });
  }

  async open(key: string, range?: ByteRange): Promise<OpenedFile | undefined> {
    const Range = range === undefined ? undefined : `bytes=${range.start}-${range.end}`;
    try {
      const answer = await this.#client.send(new GetObjectCommand({ ...this.#at(key), Range }));
      // On Node the body is the response itself; the type also covers browsers.
      const stream = answer.Body as Readable;
      const total = /\/(\d+)$/.exec(answer.ContentRange ?? "")?.[1];
      const md5 = md5Pattern.exec(answer.ETag ?? "")?.[1];
      return { bytes: Number(total ?? answer.ContentLength), stream, md5 };
    } catch (error) {
      return undefinedIfMissing(error);
    }
  }

  async size(key: string): Promise<number | undefined> {
    try {
      return (await this.#client.send(new HeadObjectCommand(this.#at(key)))).ContentLength;
    } catch (error) {
      return undefinedIfMissing(error);
    }
  }

  async borrow<T>(
    key: string,
    task: (path: string) => Promise<T>,
  ): Promise<{ value: T } | undefined> {
    const opened = await this.open(key);
    if (opened === undefined) return undefined;
    await mkdirPrivate(this.#scratch);
    const path = join(this.#scratch, randomUUID());
    try {
      await pipeline(opened.stream, createPrivateFile(path)).catch((error: unknown) => {
        // The copy is made on the disk of the data folder, which may be full.
        throw toDiskProblem(error) === undefined ? toStorageFailure("read", error) : error;
      });
      return { value: await task(path) };
    } finally {
      await rm(path, { force: true });
    }
  }

  async remove(keys: string[]): Promise<void> {
    for (let from = 0; from < keys.length; from += maxDeletedAtOnce) {
      await this.#removeBatch(keys.slice(from, from + maxDeletedAtOnce));
    }
  }

  async check(): Promise<void> {
    await this.size(probeKey);
  }

  close(): void {
    this.#client.destroy();
  }

  #at(key: string): { Bucket: string; Key: string } {
    return { Bucket: this.#place.bucket, Key: `${this.#place.prefix}${key}` };
  }

  async #removeBatch(keys: string[]): Promise<void> {
    const Objects = keys.map((key) => ({ Key: this.#at(key).Key }));
    const Delete = { Objects, Quiet: true };
    const command = new DeleteObjectsCommand({ Bucket: this.#place.bucket, Delete });
    const { Errors = [] } = await this.#client.send(command).catch((error: unknown) => {
      throw toStorageFailure("changed", error);
    });
    if (Errors.length > 0) throw toStorageFailure("changed", { name: Errors[0]?.Code });
  }
}

/** Returns undefined for the error of a missing file; throws a `StorageFailure` for any other. */
function undefinedIfMissing(error: unknown): undefined {
  if (isMissing(error)) return undefined;
  throw toStorageFailure("read", error);
}

async function md5Of(path: string): Promise<string> {
  const hash = createHash("md5");
  for await (const chunk of createReadStream(path)) hash.update(chunk as Buffer);
  return hash.digest("base64");
}
