// Runs the free step before the paid one: uploads every file of a request to its account's upstream.

import { JimengError } from "@jimeng/sdk";
import type { ErrorCode, PreparedRequest, Uploads } from "@jimeng/sdk";

import type { ExpectedError } from "../../errors.ts";
import type { StoredFile } from "../../references/file-store.ts";
import type { UploadHandle } from "../../references/upload-store.ts";
import { atPlace, unusable } from "../../references/errors.ts";
import { fullJitterMs } from "../backoff.ts";
import type { Engine } from "../engine.ts";
import { fileReferences, withHandles } from "../../references/file-handles.ts";
import type { FileReference } from "../../references/file-handles.ts";
import type { JobRecord } from "../record.ts";
import { retryBackoff } from "../settings.ts";
import { findRefusedReference } from "./preflight.ts";
import type { Upstream } from "../../accounts/upstream.ts";

/** A job whose files are all uploaded: its row as it is now, and the request with the upstream's handles. */
export interface ReadyToStart {
  record: JobRecord;
  request: PreparedRequest;
  /** Those of the handles that an earlier step uploaded: the upstream may have forgotten them since. */
  remembered: RememberedHandle[];
}

/** An upload handle that was read from the database. */
export interface RememberedHandle {
  /** The account that it is good for, as its session's fingerprint. */
  holder: string;
  sha256: string;
  handle: UploadHandle;
}

/**
 * Chooses the account, uploads what it does not have yet, and returns the request that can be started; undefined
 * when the job failed, waits for another attempt, or its row changed meanwhile.
 */
export async function upload(engine: Engine, record: JobRecord): Promise<ReadyToStart | undefined> {
  const chosen = await chooseAccount(engine, record);
  if (chosen === undefined) return undefined;
  const { account } = chosen;
  const upstream = account === null ? undefined : engine.accounts.connection(account)?.upstream;
  if (account === null || upstream === undefined) {
    throw new Error("a job's account has no connection");
  }
  const places = fileReferences(chosen.request);
  const results = await Promise.allSettled(
    places.map((place) => provide(engine, upstream, account, place)),
  );
  if (engine.stopping.signal.aborted) return undefined;
  const failures = results.flatMap((result, index) =>
    result.status === "rejected" ? [{ cause: result.reason as unknown, place: places[index] }] : [],
  );
  const [failure] = failures.toSorted(
    (one, other) => Number(isTransient(one.cause)) - Number(isTransient(other.cause)),
  );
  if (failure !== undefined) {
    await handleFailure(engine, chosen, account, failure);
    return undefined;
  }
  const provided = results.flatMap((result) =>
    result.status === "fulfilled" ? [result.value] : [],
  );
  const handles = new Map(provided.map(({ fileId, handle }) => [fileId, handle]));
  const request = withHandles(chosen.request, handles);
  // What was posted once may have been taken: it is looked up, whatever a check says.
  const refusal =
    chosen.submitId === null
      ? await findRefusedReference(engine, upstream, account, request)
      : undefined;
  if (engine.stopping.signal.aborted) return undefined;
  if (refusal !== undefined) {
    engine.forget(record.id);
    await engine.fail(chosen, refusal);
    return undefined;
  }
  return {
    record: chosen,
    request,
    remembered: provided.flatMap(({ remembered }) => remembered ?? []),
  };
}

/**
 * Returns the handles that the account still has of a request's files, by file id, without uploading anything;
 * undefined when one is missing.
 */
export async function handlesOf(
  engine: Engine,
  record: JobRecord,
): Promise<Map<string, UploadHandle> | undefined> {
  const account = record.account ?? "";
  const holder = engine.accounts.get(account)?.fingerprint ?? account;
  const handles = new Map<string, UploadHandle>();
  for (const { fileId } of fileReferences(record.request)) {
    const file = await engine.files.get(fileId);
    if (file === undefined) return undefined;
    const known = await engine.files.uploads(holder, [file.sha256], engine.clock.now());
    const handle = known.get(file.sha256);
    if (handle === undefined) return undefined;
    handles.set(fileId, handle);
  }
  return handles;
}

/** Fixes the account before the first upload, since a handle is good for one account only. */
async function chooseAccount(engine: Engine, record: JobRecord): Promise<JobRecord | undefined> {
  const { accounts, clock } = engine;
  try {
    if (record.account !== null) accounts.assertUsable(record.request, record.account);
    const permitted = await engine.permittedAccounts(record.keyId);
    const [account] =
      record.account === null
        ? await accounts.candidates(record.request, permitted)
        : [record.account];
    if (account === undefined) throw new Error("no account may be used");
    if (record.account !== null && record.status === "in_progress") return record;
    if (record.submitId !== null) return record;
    accounts.noteStart(account);
    const chosen = await engine.change(record, { status: "in_progress", account }, "job.progress");
    if (chosen === undefined) engine.wake(record.id, clock.now());
    return chosen;
  } catch (error) {
    if (!JimengError.isInstance(error)) throw error;
    engine.forget(record.id);
    await engine.fail(record, error);
    return undefined;
  }
}

interface ProvidedFile {
  fileId: string;
  handle: UploadHandle;
  /** Set when nothing was uploaded for it. */
  remembered?: RememberedHandle;
}

async function provide(
  engine: Engine,
  upstream: Upstream,
  account: string,
  { fileId }: FileReference,
): Promise<ProvidedFile> {
  const { files, clock } = engine;
  const file = await files.get(fileId);
  if (file === undefined) {
    throw unusable("not_found", `The file ${fileId} was deleted before it was uploaded.`);
  }
  const { sha256 } = file;
  // A name may be given to another session tomorrow; what one session uploaded is of no use to another.
  const holder = engine.accounts.get(account)?.fingerprint ?? account;
  const key = `${holder} ${sha256}`;
  const running = engine.uploading.get(key);
  if (running !== undefined) return { fileId, handle: await running };
  let remembered: RememberedHandle | undefined;
  const work = (async () => {
    const known = await files.uploads(holder, [sha256], clock.now());
    const live = known.get(sha256);
    if (live !== undefined) {
      remembered = { holder, sha256, handle: live };
      return live;
    }
    const handle = await send(engine, upstream, file);
    await files.addUpload(holder, sha256, handle, clock.now());
    engine.onFailpoint("reference_uploaded");
    return handle;
  })();
  engine.uploading.set(key, work);
  try {
    return { fileId, handle: await work, remembered };
  } finally {
    engine.uploading.delete(key);
  }
}

// The file was measured when it was received; the sdk's own limit must not be a second, smaller one.
async function send(
  engine: Engine,
  { uploads }: Upstream,
  file: StoredFile,
): Promise<UploadHandle> {
  const { signal } = engine.stopping;
  const { kind, bytes: maxBytes, name } = file;
  const crc32 = engine.files.checksumOf(file);
  const contentCheck = engine.settings.preflight === "always";
  const create: Uploads["create"] = uploads.create.bind(uploads);
  const sent = await engine.files.borrow(file, async (path): Promise<UploadHandle> => {
    if (kind === "video") return await create(path, { kind, name, maxBytes, signal });
    if (kind === "audio") return await create(path, { kind, name, maxBytes, crc32, signal });
    return await create(path, { kind: "image", name, maxBytes, contentCheck, crc32, signal });
  });
  if (sent !== undefined) return sent.value;
  throw unusable(
    "not_found",
    `The bytes of the file ${file.id} are gone from where they were kept.`,
  );
}

// Nothing was started, so whatever may pass by itself is tried again.
const transientCodes: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  "upload_failed",
  "connection_failed",
  "timeout",
  "upstream_unavailable",
  "rate_limited",
  "concurrency_limited",
  "unexpected_response",
]);

function isTransient(cause: unknown): boolean {
  return JimengError.isInstance(cause) && transientCodes.has(cause.code);
}

interface Failure {
  cause: unknown;
  place: FileReference | undefined;
}

async function handleFailure(
  engine: Engine,
  record: JobRecord,
  account: string,
  { cause, place }: Failure,
): Promise<void> {
  // A slot that is kept for this job's start is of use to others now.
  engine.forget(record.id);
  // Our own fault (a full disk): the dispatcher runs the step again.
  if (!JimengError.isInstance(cause)) throw cause;
  const { clock, logger, settings } = engine;
  const attempts = record.attempts + 1;
  engine.accounts.noteFailure(account, cause);
  logger.warn(
    {
      job: record.id,
      account,
      index: place?.index,
      attempts,
      code: cause.code,
      reason: cause.detail.reason,
    },
    "Failed to upload a reference",
  );
  const waitMs =
    cause.detail.retryAfterMs ?? fullJitterMs(attempts, retryBackoff(settings), engine.random);
  const runAt = clock.now() + waitMs;
  // A job that was sent once counts its refusals in `attempts` too: its deadline bounds it instead.
  const isOver =
    record.submitId === null ? attempts > settings.maxRetryCount : runAt >= record.deadlineAt;
  if (!isTransient(cause) || isOver) {
    await engine.fail(record, toFinal(cause, place));
    return;
  }
  await engine.change(record, { attempts, runAt });
  engine.wake(record.id, runAt);
}

/** Returns the error as one of the upload, whatever the connection calls it. */
function toFinal(cause: ExpectedError, place: FileReference | undefined): ExpectedError {
  const { param, index } = place ?? { param: "references", index: 0 };
  if (!isTransient(cause) || cause.code === "upload_failed") return atPlace(cause, param, index);
  const { upstream, reason } = cause.detail;
  return new JimengError("upload_failed", `A reference could not be uploaded: ${cause.message}`, {
    param,
    index,
    reason: reason ?? cause.code,
    upstream,
    charged: "no",
    fix: "Send the request again later; nothing was started.",
    cause,
  });
}
