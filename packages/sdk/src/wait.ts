// Patience for library users: when to look at a generation, how long, and how to help it on. The gateway has its own
// poller and does not use this file.

import { JimengError, withStart } from "./errors.ts";
import type { Settings } from "./options.ts";
import type { GenerationKind, Operation } from "./operation.ts";
import type { Generation, GenerationOutput } from "./requests.ts";
import { recordStatus } from "./wire/history/history.ts";
import { toCancelled } from "./wire/transport/retry.ts";

/** What waiting may be told. */
export interface WaitOptions {
  /** How long to wait in milliseconds, counted from the call; default 15 minutes (picture), 24 hours (video). */
  deadlineMs?: number;
  /** The pause between looks in milliseconds; default 1000 (picture), 5000 growing to 30000 (video). */
  pollIntervalMs?: number;
  signal?: AbortSignal;
  /** Called after every look that found the generation. */
  onProgress?: (generation: Generation) => void;
}

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
};
const defaultPollIntervalMs: Readonly<Record<GenerationKind, number>> = {
  image: 1000,
  video: 5000,
};
const longestVideoIntervalMs = 30_000;
const videoIntervalGrowth = 1.5;
// Little is ready before this share of the upstream's own forecast; until then looks are seldom.
const forecastShare = 0.6;
const seldomIntervalMs = 30_000;
// The site itself asks by submit id only (history.md [R]): a history id that stays unknown for so many looks is
// asked for by submit id every other time.
const absentLooksBeforeSubmitId = 3;
// A finished record may show its items some looks later; after these the items are asked for (history.md).
const emptyLooksBeforeRecovery = 3;
// Success with fewer results than announced may show the others later: it must stay the same for so many looks.
const sameLooksBeforeFewer = 10;
// A continued series that does not move for this many looks is as long as it will be (generate.md, stability rule).
const stillLooksBeforeEnd = 30;

/** What may be done while waiting, besides looking. */
export interface WaitAssistance {
  /** Goes on with a series that stands still. */
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
  const judge = createJudge(assistance, logger);
  let intervalMs = options.pollIntervalMs ?? defaultPollIntervalMs[operation.kind];
  const expectedAt = firstLookAt(operation, clock.now());
  let absentLooks = 0;
  const untilNext = (waitMs: number): number => {
    const now = clock.now();
    return Math.min(
      now < expectedAt ? Math.min(seldomIntervalMs, expectedAt - now) : waitMs,
      deadlineAt - now,
    );
  };
  await pause(settings, untilNext(0), options.signal);
  for (;;) {
    const generation = await look(checker, operation, absentLooks, options.signal, (error) => {
      logger.warn(
        { code: error.code, submitId: operation.submitId },
        "a look at a generation failed",
      );
    });
    absentLooks = generation === undefined ? absentLooks + 1 : 0;
    if (generation !== undefined) {
      options.onProgress?.(generation);
      const ended = await judge(generation);
      if (ended !== undefined) return ended;
    }
    if (clock.now() >= deadlineAt) throw timedOut(operation);
    await pause(settings, untilNext(intervalMs), options.signal);
    if (operation.kind === "video" && options.pollIntervalMs === undefined) {
      intervalMs = Math.min(longestVideoIntervalMs, intervalMs * videoIntervalGrowth);
    }
  }
}

/** Makes the judge of looks: it gives the generation back when it has ended, and helps it on where it can. */
function createJudge(
  assistance: WaitAssistance,
  logger: Settings["logger"],
): (generation: Generation) => Promise<Generation | undefined> {
  let emptyLooks = 0;
  let continuedAt = -1;
  let stillLooks = 0;
  let shown = -1;
  let sameLooks = 0;
  return async (generation) => {
    const { continueSeries, recover } = assistance;
    if (generation.needsContinuation === true && continueSeries !== undefined) {
      if (generation.finishedCount === continuedAt) {
        stillLooks += 1;
        return stillLooks >= stillLooksBeforeEnd ? asPartial(generation) : undefined;
      }
      continuedAt = generation.finishedCount ?? -1;
      stillLooks = 0;
      return (await goOn(continueSeries, generation, logger)) ? undefined : asPartial(generation);
    }
    if (generation.status === "completed" && (generation.missingCount ?? 0) > 0) {
      sameLooks = generation.outputs.length === shown ? sameLooks + 1 : 1;
      shown = generation.outputs.length;
      return sameLooks >= sameLooksBeforeFewer ? generation : undefined;
    }
    if (generation.status !== "pending") return generation;
    if (generation.upstreamStatus !== recordStatus.success || recover === undefined)
      return undefined;
    emptyLooks += 1;
    if (emptyLooks % emptyLooksBeforeRecovery !== 0) return undefined;
    return tryRecovery(recover, generation, logger);
  };
}

/** Continues a series; false when that was surely refused, so that what was paid for is given back at least. */
async function goOn(
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

async function look(
  checker: Checker,
  operation: Operation,
  absentLooks: number,
  signal: AbortSignal | undefined,
  onTransient: (error: JimengError) => void,
): Promise<Generation | undefined> {
  const { submitId, kind } = operation;
  const beyond = absentLooks - absentLooksBeforeSubmitId;
  try {
    const found =
      beyond >= 0 && beyond % 2 === 0
        ? await checker.find([submitId], { signal, kinds: new Map([[submitId, kind]]) })
        : await checker.check([operation], { signal });
    return found.get(submitId);
  } catch (error) {
    // A failed look says nothing about the generation; only what cannot heal by waiting ends the wait.
    if (
      !JimengError.isInstance(error) ||
      !(error.retryable || error.code === "unexpected_response")
    )
      throw error;
    onTransient(error);
    return undefined;
  }
}

function firstLookAt(operation: Operation, now: number): number {
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
