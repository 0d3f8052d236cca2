// Nobody takes for lost what is still in hand: while the answer of a paid post is waited for, the end of its settle
// time on the row is moved on. A process that died moves nothing.

import type { Timer } from "../../clock.ts";
import type { Engine } from "../engine.ts";
import type { JobRecord } from "../record.ts";

/** A paid post whose answer is waited for. */
export interface PostInHand {
  /** Says that the answer is there, or will never be; gives the row as this process wrote it last. */
  end(): Promise<JobRecord>;
}

// Two renewals may fail before others see the settle time at its end.
const renewalsPerSettleTime = 3;

/** Begins to hold the doubt of a row that `mark` has just written. */
export function holdDoubt(engine: Engine, marked: JobRecord): PostInHand {
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
      // Somebody else goes on with the row: it has found the generation, say.
      if (renewed === undefined) isOver = true;
      else record = renewed;
    } catch (error) {
      logger.warn({ job: record.id, error }, "A start in hand could not be written down as such.");
    }
    plan();
  }

  function plan(): void {
    if (isOver) return;
    timer = clock.setTimer(() => (renewing = renew()), settleMs / renewalsPerSettleTime);
  }

  plan();
  return {
    async end() {
      isOver = true;
      timer?.cancel();
      await renewing;
      return record;
    },
  };
}
