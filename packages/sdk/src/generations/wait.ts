// Polls a generation until it has ended, for library users; continues a series and reads missing results. The gateway
// has its own poller and does not use this file.

import { JimengError, toCancelled, withStart } from "../errors.ts";
import type { NamesOf } from "../known-names.ts";
import type { Settings } from "../options.ts";
import type { GenerationKind, Operation } from "../operation.ts";
import type { Generation, GenerationOutput } from "../requests.ts";
import { recordStatus } from "../wire/history/history.ts";

/** Options of waiting. */
export interface WaitOptions {
  /** Maximum wait in milliseconds, from the call; default 15 minutes (picture), 24 hours (video). */
  deadlineMs?: number;
  /** Milliseconds between polls; default 1000 (picture), 5000 growing to 30000 (video). */
  pollIntervalMs?: number;
  signal?: AbortSignal;
  /** Callback after every poll that found the generation. */
  onProgress?: (generation: Generation) => void;
}

/** The names of all options of waiting. */
export const waitOptionNames: NamesOf<WaitOptions> = {
  deadlineMs: true,
  pollIntervalMs: true,
  signal: true,
  onProgress: true,
};

/** The part of Generations that waiting needs. */
export interface Checker {
  check(
    operations: readonly Operation[],
    options?: { signal?: AbortSignal },
  ): Promise<Map<string, Generation>>;
  find(
    submitIds: readonly string[],
    options?: { signal?: AbortSignal; kinds?: ReadonlyMap<string, GenerationKind> },
  ): Promise<Map<string, Generation>>;
}

const defaultDeadlineMs: Readonly<Record<GenerationKind, number>> = {
  image: 15 * 60_000,
  video: 24 * 3_600_000,
  audio: 3_600_000,
};
const defaultPollIntervalMs: Readonly<Record<GenerationKind, number>> = {
  image: 1000,
  video: 5000,
  audio: 2000,
};
const maxVideoIntervalMs = 30_000;
const videoIntervalGrowth = 1.5;
// Few generations are ready before this share of the upstream's own forecast; until then polls are rare.
const forecastShare = 0.6;
const earlyIntervalMs = 30_000;
// The site itself asks by submit id only (history.md [R]): when a history id stays unknown for this many polls, every
// other poll asks by submit id.
const absentPollsBeforeSubmitId = 3;
// A finished record may show its items some polls later; after this many the items are requested (history.md).
const emptyPollsBeforeRecovery = 3;
// A success with fewer results than announced may show the others later: it must not change for this many polls.
const unchangedPollsBeforePartial = 10;
// A continued series that does not change for this many polls has ended (generate.md, stability rule).
const stalledPollsBeforeEnd = 30;

/** Actions of a wait besides polling. */
export interface WaitAssistance {
  /** Continues a stalled series. */
  continueSeries?: (generation: Generation) => Promise<void>;
  /** Reads results that the record does not show. */
  recover?: (generation: Generation) => Promise<GenerationOutput[]>;
}

/** Waits until a generation has ended; see `Generations.wait`. Errors carry the operation and its submit id. */
export async function waitForGeneration(
  checker: Checker,
  settings: Pick<Settings, "clock" | "logger">,
  operation: Operation,
  options: WaitOptions = {},
  assistance: WaitAssistance = {},
): Promise<Generation> {
  try {
    return await waitUntilEnded(checker, settings, operation, options, assistance);
  } catch (error) {
    throw withStart(error, { submitId: operation.submitId, operation });
  }
}

async function waitUntilEnded(
  checker: Checker,
  settings: Pick<Settings, "clock" | "logger">,
  operation: Operation,
  options: WaitOptions,
  assistance: WaitAssistance,
): Promise<Generation> {
  const { clock, logger } = settings;
  const deadlineAt = clock.now() + (options.deadlineMs ?? defaultDeadlineMs[operation.kind]);
  const checkProgress = createProgressCheck(assistance, logger);
  let intervalMs = options.pollIntervalMs ?? defaultPollIntervalMs[operation.kind];
  const expectedAt = firstPollAt(operation, clock.now());
  let absentPolls = 0;
  const untilNext = (waitMs: number): number => {
    const now = clock.now();
    return Math.min(
      now < expectedAt ? Math.min(earlyIntervalMs, expectedAt - now) : waitMs,
      deadlineAt - now,
    );
  };
  await pause(settings, untilNext(0), options.signal);
  for (;;) {
    const generation = await poll(checker, operation, absentPolls, options.signal, (error) => {
      logger.warn(
        { code: error.code, submitId: operation.submitId },
        "a poll of a generation failed",
      );
    });
    absentPolls = generation === undefined ? absentPolls + 1 : 0;
    if (generation !== undefined) {
      options.onProgress?.(generation);
      const ended = await checkProgress(generation);
      if (ended !== undefined) return ended;
    }
    if (clock.now() >= deadlineAt) throw timedOut(operation);
    await pause(settings, untilNext(intervalMs), options.signal);
    if (operation.kind === "video" && options.pollIntervalMs === undefined) {
      intervalMs = Math.min(maxVideoIntervalMs, intervalMs * videoIntervalGrowth);
    }
  }
}

/**
 * Makes the function that takes each polled generation: it returns the generation once it has ended, and continues or
 * recovers it where possible.
 */
function createProgressCheck(
  assistance: WaitAssistance,
  logger: Settings["logger"],
): (generation: Generation) => Promise<Generation | undefined> {
  let emptyPolls = 0;
  let continuedAt = -1;
  let stalledPolls = 0;
  let shownCount = -1;
  let unchangedPolls = 0;
  return async (generation) => {
    const { continueSeries, recover } = assistance;
    if (generation.needsContinuation === true && continueSeries !== undefined) {
      if (generation.finishedCount === continuedAt) {
        stalledPolls += 1;
        return stalledPolls >= stalledPollsBeforeEnd ? asPartial(generation) : undefined;
      }
      continuedAt = generation.finishedCount ?? -1;
      stalledPolls = 0;
      return (await tryToContinue(continueSeries, generation, logger))
        ? undefined
        : asPartial(generation);
    }
    if (generation.status === "completed" && (generation.missingCount ?? 0) > 0) {
      unchangedPolls = generation.outputs.length === shownCount ? unchangedPolls + 1 : 1;
      shownCount = generation.outputs.length;
      return unchangedPolls >= unchangedPollsBeforePartial ? generation : undefined;
    }
    if (generation.status !== "pending") return generation;
    if (generation.upstreamStatus !== recordStatus.success || recover === undefined)
      return undefined;
    emptyPolls += 1;
    if (emptyPolls % emptyPollsBeforeRecovery !== 0) return undefined;
    return tryRecovery(recover, generation, logger);
  };
}

/** Continues a series. Returns false when the upstream refused that, so that the paid pictures are returned at least. */
async function tryToContinue(
  continueSeries: (generation: Generation) => Promise<void>,
  generation: Generation,
  logger: Settings["logger"],
): Promise<boolean> {
  try {
    await continueSeries(generation);
    return true;
  } catch (error) {
    if (!JimengError.isInstance(error) || error.code === "cancelled") throw error;
    logger.warn(
      { code: error.code, submitId: generation.operation.submitId },
      "a series could not be continued",
    );
    return error.detail.acceptance !== "refused";
  }
}

async function tryRecovery(
  recover: (generation: Generation) => Promise<GenerationOutput[]>,
  generation: Generation,
  logger: Settings["logger"],
): Promise<Generation | undefined> {
  try {
    const outputs = await recover(generation);
    return outputs.length === 0 ? undefined : { ...generation, status: "completed", outputs };
  } catch (error) {
    if (!JimengError.isInstance(error) || error.code === "cancelled") throw error;
    logger.warn(
      { code: error.code, submitId: generation.operation.submitId },
      "items could not be read",
    );
    return undefined;
  }
}

function asPartial(generation: Generation): Generation {
  return { ...generation, status: "completed", partial: true };
}

async function poll(
  checker: Checker,
  operation: Operation,
  absentPolls: number,
  signal: AbortSignal | undefined,
  onTransient: (error: JimengError) => void,
): Promise<Generation | undefined> {
  const { submitId, kind } = operation;
  const pollsBeyond = absentPolls - absentPollsBeforeSubmitId;
  try {
    const found =
      pollsBeyond >= 0 && pollsBeyond % 2 === 0
        ? await checker.find([submitId], { signal, kinds: new Map([[submitId, kind]]) })
        : await checker.check([operation], { signal });
    return found.get(submitId);
  } catch (error) {
    // A failed poll says nothing about the generation; only an error that waiting cannot fix ends the wait.
    if (
      !JimengError.isInstance(error) ||
      !(error.retryable || error.code === "unexpected_response")
    )
      throw error;
    onTransient(error);
    return undefined;
  }
}

function firstPollAt(operation: Operation, now: number): number {
  if (operation.startedAt === null || operation.forecast === null) return now;
  const { queueSeconds, generateSeconds } = operation.forecast;
  return operation.startedAt + forecastShare * (queueSeconds + generateSeconds) * 1000;
}

/** Waits; an abort becomes `cancelled`. */
export async function pause(
  settings: Pick<Settings, "clock">,
  milliseconds: number,
  signal: AbortSignal | undefined,
): Promise<void> {
  try {
    await settings.clock.sleep(Math.max(0, milliseconds), signal);
  } catch (error) {
    throw toCancelled(error);
  }
}

function timedOut(operation: Operation): JimengError {
  return new JimengError(
    "generation_timeout",
    "The generation did not end before the deadline; it may still end upstream.",
    {
      charged: "unknown",
      fix: `Look it up later by its submit id ${operation.submitId}.`,
    },
  );
}
