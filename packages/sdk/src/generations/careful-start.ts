// Starts a generation for library users; a start whose answer was lost is looked up and never sent again. The gateway
// has its own handling of uncertain starts and does not use this file.

import { JimengError, withStart } from "../errors.ts";
import type { Settings } from "../options.ts";
import type { GenerationKind, Operation } from "../operation.ts";
import type { Generation, GenerationRequest } from "../requests.ts";
import { pause } from "./wait.ts";

/** The part of Generations that `startCarefully` needs. */
export interface Starter {
  start(
    request: GenerationRequest,
    options?: { submitId?: string; signal?: AbortSignal },
  ): Promise<Operation>;
  find(
    submitIds: readonly string[],
    options?: { signal?: AbortSignal; kinds?: ReadonlyMap<string, GenerationKind> },
  ): Promise<Map<string, Generation>>;
}

// Times of the look-ups in seconds after the lost answer; a record appears within a minute.
const lookUpSeconds = [1, 2, 4, 8, 15, 30, 60] as const;

/**
 * Starts a generation. When the answer is lost, looks the start up by submit id instead of paying twice. Throws
 * `outcome_unknown` when no record appears within a minute.
 */
export async function startCarefully(
  starter: Starter,
  settings: Pick<Settings, "clock" | "logger">,
  request: GenerationRequest,
  options: { submitId?: string; signal?: AbortSignal },
): Promise<Operation> {
  const submitId = options.submitId ?? crypto.randomUUID();
  try {
    return await starter.start(request, { submitId, signal: options.signal });
  } catch (error) {
    if (!JimengError.isInstance(error) || error.detail.acceptance !== "unknown") throw error;
    if (options.signal?.aborted) throw withStart(error, { submitId });
    settings.logger.warn(
      { code: error.code, submitId },
      "the answer to a start was lost; looking it up",
    );
    const kinds = new Map([[submitId, request.kind]]);
    const found = await lookUp(starter, settings, submitId, { kinds, signal: options.signal });
    if (found !== undefined) return found;
    throw new JimengError(
      "outcome_unknown",
      "It is unknown whether the upstream accepted the start.",
      {
        cause: error,
        submitId,
        charged: "unknown",
        fix: `Look for the submit id ${submitId} in the account's history before starting again.`,
      },
    );
  }
}

async function lookUp(
  starter: Starter,
  settings: Pick<Settings, "clock" | "logger">,
  submitId: string,
  options: { kinds: ReadonlyMap<string, GenerationKind>; signal: AbortSignal | undefined },
): Promise<Operation | undefined> {
  let elapsed = 0;
  for (const second of lookUpSeconds) {
    await pause(settings, (second - elapsed) * 1000, options.signal).catch((error: unknown) => {
      throw withStart(error, { submitId });
    });
    elapsed = second;
    try {
      const generation = (await starter.find([submitId], options)).get(submitId);
      if (generation !== undefined) return generation.operation;
    } catch (error) {
      if (!JimengError.isInstance(error)) throw error;
      if (error.code === "cancelled") throw withStart(error, { submitId });
      settings.logger.warn({ code: error.code, submitId }, "a look-up failed");
    }
  }
  return undefined;
}
