// Keeping files in S3-compatible storage; the only file that knows the AWS client, loaded when it is used.

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
import { JimengError } from "@jimeng/sdk";
import type { Logger } from "pino";

import { StorageFailure } from "./asset-store.ts";
import type { AssetStore, LocalFile, OpenedFile } from "./asset-store.ts";
import { createPrivateFile, mkdirPrivate } from "../private-files.ts";
import type { S3Place } from "../config/assets.ts";

/** What the store needs besides its place. */
export interface S3StoreOptions {
  /** A folder for files that are borrowed; it is emptied at every start. */
  scratch: string;
  logger: Pick<Logger, "warn">;
}

const connectionTimeoutMs = 5000;
// A socket on which nothing moves for this long is given up, in both directions.
const silenceTimeoutMs = 60_000;
// Every answer that streams a file to a slow caller holds a socket; saving must not wait for those.
const mostSockets = 512;
/** The key of the small object that every start writes, to prove that it may. */
const probeKey = "jimeng-storage-check";
const probeText = "Written by jimeng at its start, to see that it may write here.\n";
// DeleteObjects takes at most this many keys.
const mostDeletedAtOnce = 1000;

const quiet = (): void => undefined;

/** Opens the bucket and proves that it can be written; throws and waits as `openAssetStore` says. */
export async function openS3Store(place: S3Place, options: S3StoreOptions): Promise<AssetStore> {
  const { bucket, prefix } = place;
  const client = new S3Client({
    ...(place.region === null ? {} : { region: place.region }),
    ...(place.endpoint === null ? {} : { endpoint: place.endpoint }),
    forcePathStyle: place.pathStyle,
    // A checksum behind a streamed body is understood by AWS only; ours goes ahead of it as Content-MD5.
    requestChecksumCalculation: "WHEN_REQUIRED",
    responseChecksumValidation: "WHEN_REQUIRED",
    // The client would write on standard error by itself; what matters is in the errors below.
    logger: { trace: quiet, debug: quiet, info: quiet, warn: quiet, error: quiet },
    requestHandler: {
      connectionTimeout: connectionTimeoutMs,
      socketTimeout: silenceTimeoutMs,
      httpAgent: { keepAlive: true, maxSockets: mostSockets },
      httpsAgent: { keepAlive: true, maxSockets: mostSockets },
    },
  });
  const at = (key: string) => ({ Bucket: bucket, Key: `${prefix}${key}` });

  async function put(key: string, file: LocalFile, signal?: AbortSignal): Promise<void> {
    const md5 = await md5Of(file.path);
    const body = createReadStream(file.path);
    try {
      await client.send(
        new PutObjectCommand({
          ...at(key),
          Body: body,
          ContentLength: file.bytes,
          ContentType: file.contentType,
          ContentMD5: md5,
        }),
        { abortSignal: signal },
      );
    } catch (error) {
      throw failure("written", error);
    } finally {
      body.destroy();
    }
  }

  async function open(key: string, range?: { start: number; end: number }) {
    try {
      const answer = await client.send(
        new GetObjectCommand({
          ...at(key),
          ...(range === undefined ? {} : { Range: `bytes=${range.start}-${range.end}` }),
        }),
      );
      // On Node the body is the response itself; the type also covers browsers.
      const stream = answer.Body as Readable;
      const total = /\/(\d+)$/.exec(answer.ContentRange ?? "")?.[1];
      return { bytes: Number(total ?? answer.ContentLength), stream } satisfies OpenedFile;
    } catch (error) {
      if (isMissing(error)) return undefined;
      throw failure("read", error);
    }
  }

  async function size(key: string): Promise<number | undefined> {
    try {
      return (await client.send(new HeadObjectCommand(at(key)))).ContentLength;
    } catch (error) {
      if (isMissing(error)) return undefined;
      throw failure("read", error);
    }
  }

  const store: AssetStore = {
    put,
    size,
    open,

    async borrow(key, task) {
      const opened = await open(key);
      if (opened === undefined) return undefined;
      await mkdirPrivate(options.scratch);
      const path = join(options.scratch, randomUUID());
      try {
        await pipeline(opened.stream, createPrivateFile(path)).catch((error: unknown) => {
          throw failure("read", error);
        });
        return { value: await task(path) };
      } finally {
        await rm(path, { force: true });
      }
    },

    async remove(keys) {
      for (let from = 0; from < keys.length; from += mostDeletedAtOnce) {
        const Objects = keys
          .slice(from, from + mostDeletedAtOnce)
          .map((key) => ({ Key: `${prefix}${key}` }));
        const command = new DeleteObjectsCommand({
          Bucket: bucket,
          Delete: { Objects, Quiet: true },
        });
        const { Errors = [] } = await client.send(command).catch((error: unknown) => {
          throw failure("changed", error);
        });
        if (Errors.length > 0) throw failure("changed", { name: Errors[0]?.Code });
      }
    },

    async check() {
      await size(probeKey);
    },

    close: () => client.destroy(),
  };

  try {
    await client.send(
      new PutObjectCommand({ ...at(probeKey), Body: probeText, ContentType: "text/plain" }),
    );
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

async function md5Of(path: string): Promise<string> {
  const hash = createHash("md5");
  for await (const chunk of createReadStream(path)) hash.update(chunk as Buffer);
  return hash.digest("base64");
}

// HEAD's 404 has no body and is called NotFound; a bucket that is gone is no missing file.
function isMissing(error: unknown): boolean {
  const { name } = factsOf(error);
  return name === "NoSuchKey" || name === "NotFound";
}

const passingStatuses: ReadonlySet<number> = new Set([408, 409, 429]);

// Answers of 300 to 499 do not pass by waiting: a wrong bucket, region, key or policy.
function isWrongSetting(error: unknown): boolean {
  const { name, status, hasRequest } = factsOf(error);
  if (status !== undefined) return status >= 300 && status < 500 && !passingStatuses.has(status);
  return name === "CredentialsProviderError" || !hasRequest;
}

function wrongSetting(error: unknown): JimengError {
  const { name } = factsOf(error);
  const fix =
    name === "CredentialsProviderError"
      ? "Set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or name a file with AWS_SHARED_CREDENTIALS_FILE."
      : "Check bucket, region, endpoint and path_style, and that the key may put, get and delete objects there.";
  return new JimengError(
    "invalid_request",
    `ASSETS_URL names a storage that does not let us write (${reasonOf(error)}).`,
    { param: "ASSETS_URL", fix },
  );
}

function failure(act: string, error: unknown): StorageFailure {
  return new StorageFailure(`The storage of ASSETS_URL could not be ${act} (${reasonOf(error)}).`);
}

interface Facts {
  name: string;
  status: number | undefined;
  /** False when the client gave up before it sent anything, e.g. for want of a region. */
  hasRequest: boolean;
}

// Only the error's code and the status: messages and other fields repeat key ids and signed strings.
function factsOf(error: unknown): Facts {
  const { name, code, $metadata } = (error ?? {}) as {
    name?: unknown;
    code?: unknown;
    $metadata?: { httpStatusCode?: number; attempts?: number };
  };
  const word = [code, name].find(
    (text) => typeof text === "string" && /^[\w.-]{1,64}$/.test(text) && text !== "Error",
  );
  return {
    name: typeof word === "string" ? word : "unknown reason",
    status: $metadata?.httpStatusCode,
    hasRequest: code !== undefined || ($metadata?.attempts ?? 0) > 0,
  };
}

function reasonOf(error: unknown): string {
  const { name, status } = factsOf(error);
  return status === undefined ? name : `${name}, HTTP ${status}`;
}
