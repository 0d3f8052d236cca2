// Keeps an in-flight start from being resolved as not found: while the answer to a paid post is awaited, the row's
// `resolveBy` moves on. A process that died moves nothing.

import type { Timer } from "../../clock.ts";
import type { Engine } from "../engine.ts";
import type { JobRecord } from "../record.ts";

/** A paid post whose answer is awaited. */
export interface InFlightStart {
  /** Ends the renewing, once the answer is there or will never come; returns the row as this process wrote it last. */
  end(): Promise<JobRecord>;
}

// Two renewals may fail before others see the settle time at its end.
const renewalsPerSettleTime = 3;

/** Begins to renew the `resolveBy` of a row whose start is about to be sent. */
export function trackInFlightStart(engine: Engine, marked: JobRecord): InFlightStart {
  const { clock, logger, settings } = engine;
  const settleMs = settings.settleSeconds * 1000;
  let record = marked;
  let timer: Timer | undefined;
  let renewing: Promise<void> | undefined;
  let isOver = false;

  async function renew(): Promise<void> {
    try {
      const resolveBy = clock.now() + settleMs;
      const renewed = await engine.changeDespiteCancel(record, { resolveBy });
      // Another step goes on with the row: it has found the generation, say.
      if (renewed === undefined) isOver = true;
      else record = renewed;
    } catch (error) {
      logger.warn({ job: record.id, error }, "Failed to renew an in-flight start");
    }
    setTimer();
  }

  function setTimer(): void {
    if (isOver) return;
    timer = clock.setTimer(() => (renewing = renew()), settleMs / renewalsPerSettleTime);
  }

  setTimer();
  return {
    async end() {
      isOver = true;
      timer?.cancel();
      await renewing;
      return record;
    },
  };
}
