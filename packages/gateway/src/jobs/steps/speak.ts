// Runs the paid step of speech: one call whose answer is the sound. It has no id upstream, so a lost answer is never
// looked up and never asked for again.

import { JimengError } from "@jimeng/sdk";
import type { PreparedSpeechRequest } from "@jimeng/sdk";
import { v7 as uuidV7 } from "uuid";

import type { Upstream } from "../../accounts/upstream.ts";
import { boundedInteger } from "../../storage/inspection/bounds.ts";
import type { SavedFile } from "../../storage/assets.ts";
import { fullJitterMs } from "../backoff.ts";
import type { Engine, Poll } from "../engine.ts";
import type { JobRecord, StoredAsset } from "../record.ts";
import { retryBackoff } from "../settings.ts";
import { trackInFlightStart } from "./in-flight-start.ts";
import type { InFlightStart } from "./in-flight-start.ts";
import { judgeStartFailure } from "./start-failure.ts";
import { handleStartFailure } from "./start-refused.ts";

/** A speech whose row says that it is about to be sent. */
export interface Speaking {
  record: JobRecord;
  request: PreparedSpeechRequest;
  account: string;
  upstream: Upstream;
  /** Returns the slot. */
  release: () => void;
}

/** Asks for the sound, keeps it, and completes the job. */
export async function speak(engine: Engine, poll: Poll, speaking: Speaking): Promise<void> {
  const { record, request, account, upstream, release } = speaking;
  const { prompt, voice, speechRate, pitchRate } = request;
  const inFlight = trackInFlightStart(engine, record);
  let bytes: Uint8Array;
  try {
    // Without a signal on purpose: nothing that happens to us makes the upstream forget what it was sent.
    ({ bytes } = await upstream.audio.speech({ prompt, voice, speechRate, pitchRate }));
  } catch (error) {
    release();
    const latest = await inFlight.end();
    await handleFailure(engine, poll, { record: latest, account, error });
    return;
  }
  release();
  engine.onFailpoint("start_answered");
  engine.accounts.noteAccepted(account);
  engine.concurrencyLimits.accepted(account, request.model);
  const file = await keepPaid(engine, record, inFlight, bytes);
  if (file === undefined) return;
  engine.onFailpoint("file_kept");
  await complete(engine, await inFlight.end(), file);
}

/**
 * Resolves a speech whose answer is missing: the process that asked for it died, or is still waiting. It ends as
 * `outcome_unknown` once the settle time is over.
 */
export async function resolveSpeech(engine: Engine, record: JobRecord): Promise<void> {
  const now = engine.clock.now();
  const resolveBy = record.resolveBy ?? now;
  if (now < resolveBy) {
    engine.wake(record.id, resolveBy);
    return;
  }
  engine.forget(record.id);
  const ended = await engine.fail(record, answerLost());
  if (ended === undefined) engine.wake(record.id, now);
}

async function handleFailure(
  engine: Engine,
  poll: Poll,
  failed: { record: JobRecord; account: string; error: unknown },
): Promise<void> {
  const error = JimengError.isInstance(failed.error) ? failed.error : undefined;
  const verdict = judgeStartFailure(error, engine.settings.settleSeconds * 1000);
  if (verdict.kind !== "uncertain") {
    await handleStartFailure(engine, poll, { ...failed, remembered: [] });
    return;
  }
  const { record, account } = failed;
  if (error !== undefined) engine.accounts.noteStartFailure(account, error, record.request.model);
  engine.logger.warn(
    { job: record.id, account, code: error?.code, error: error ?? failed.error },
    "The answer to a speech was lost",
  );
  await engine.fail(record, answerLost(error));
}

function answerLost(cause?: JimengError): JimengError {
  const { upstream } = cause?.detail ?? {};
  return new JimengError("outcome_unknown", "The site's answer with the speech was lost.", {
    charged: "unknown",
    reason: "answer_lost",
    fix: "It cannot be looked up, so it was not asked for again. Look at the account's credit history on the site, then send the request again if it is still wanted.",
    upstream,
    cause,
  });
}

/** Keeps the bytes durably, however long the disk takes: they are paid for. Undefined when the engine stops before it can. */
async function keepPaid(
  engine: Engine,
  record: JobRecord,
  inFlight: InFlightStart,
  bytes: Uint8Array,
): Promise<SavedFile | undefined> {
  const { clock, logger, stopping } = engine;
  for (let attempt = 1; ; attempt += 1) {
    try {
      // Also while the engine stops, which waits for it: the bytes are nowhere else.
      return await engine.assets.keep(bytes);
    } catch (error) {
      // What the site calls a sound and is none is no sound at the next attempt either.
      if (JimengError.isInstance(error) && error.code === "unexpected_response") {
        await engine.fail(await inFlight.end(), error);
        return undefined;
      }
      logger.warn({ job: record.id, attempt, error }, "Failed to keep a speech, will try again");
    }
    if (stopping.signal.aborted) {
      await inFlight.end();
      return undefined;
    }
    const waitMs = fullJitterMs(attempt, retryBackoff(engine.settings), engine.random);
    await new Promise<void>((resolve) => {
      clock.setTimer(resolve, waitMs);
      stopping.signal.addEventListener("abort", () => resolve(), { once: true });
    });
  }
}

async function complete(engine: Engine, record: JobRecord, file: SavedFile): Promise<void> {
  const now = engine.clock.now();
  const asset = toStored(record.id, file, now);
  const changes: Partial<JobRecord> = {
    status: "completed",
    progress: 100,
    error: null,
    startedAt: record.submittedAt,
    uncertainSince: null,
    resolveBy: null,
    queue: null,
    runAt: null,
    completedAt: now,
  };
  let done = await engine.change(record, changes, undefined, [asset]);
  // Somebody asked to cancel it, or gave it up while this process was frozen: what is paid for is delivered.
  const latest = done === undefined ? await engine.store.get(record.id) : undefined;
  if (latest !== undefined && latest.status !== "completed") {
    done = await engine.change(latest, changes, undefined, [asset]);
  }
  if (done === undefined) {
    await engine.assets.discard([asset]);
    return;
  }
  engine.onFailpoint("completed");
  engine.observer.assetStored({ contentType: file.contentType, bytes: file.bytes });
  engine.logger.info({ job: record.id, account: record.account, assets: 1 }, "Job completed");
  await engine.emit(done, "job.completed", [asset]);
}

function toStored(jobId: string, file: SavedFile, now: number): StoredAsset {
  return {
    id: file.id,
    jobId,
    index: 0,
    // The site names none.
    itemId: `speech-${uuidV7()}`,
    contentType: file.contentType,
    width: null,
    height: null,
    durationMs: boundedInteger(file.durationMs),
    bytes: file.bytes,
    upstreamUrl: "",
    upstreamExpiresAt: null,
    createdAt: now,
    incomplete: file.fault !== null,
    thumbhash: null,
    coverUrl: null,
    posterBytes: null,
    trashedAt: null,
    deletedAt: null,
  };
}
