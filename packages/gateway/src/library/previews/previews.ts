// Makes placeholders of stored pictures and posters of videos, after their jobs have completed: no paid result waits for a
// preview or fails with it. What a dead process left, and files that are older than previews, are made here as well.

import { JimengError } from "@jimeng/sdk";
import type { Logger } from "@jimeng/sdk";

import type { Clock, Timer } from "../../clock.ts";
import type { GatewayDatabase } from "../../database/database.ts";
import type { Conversions } from "../../storage/conversions/conversions.ts";
import type { Posters } from "../../storage/conversions/posters.ts";
import { urlExpired } from "../../storage/download.ts";
import { createPreviewRows } from "./preview-rows.ts";
import type { DuePreview, PreviewResult, PreviewRows } from "./preview-rows.ts";

/** Makes previews in the background. */
export interface Previews {
  /** Begins with what is due, and looks again from time to time. */
  start(): void;
  /** Tells that a file was stored: its preview is made once the storing has become quiet. */
  wake(): void;
  /** Waits for the picture in hand. */
  close(): Promise<void>;
}

/** What previews need. */
export interface PreviewsOptions {
  database: GatewayDatabase;
  conversions: Pick<Conversions, "placeholder">;
  posters: Pick<Posters, "save">;
  /** Tells whether an account's results may lie on loopback hosts. */
  accounts: { connection(name: string): { allowLoopbackDownloads: boolean } | undefined };
  /** Called with the job of files whose rows were written. */
  onChanged: (jobId: string) => void;
  clock: Clock;
  logger: Pick<Logger, "warn">;
}

// Results come in bursts: their jobs go first.
const quietMs = 2000;
const latestMs = 15_000;
// Other nodes' files, and what is tried again.
const lookEveryMs = 60_000;
const rowsAtOnce = 8;
const leaseMs = 10 * 60_000;
const minuteMs = 60_000;
// The waits after a failure that may pass; a cover's URL lives for about an hour.
const retryAfterMs = [minuteMs, 5 * minuteMs, 30 * minuteMs] as const;
const maxAttempts = 10;
const oldAfterMs = 60 * minuteMs;
// The first few of a run are made at once, as somebody may look at them. After a burst the rest take a
// twentieth of a processor: a blank picture of 2048 pixels takes 34 ms, five times as much as all else of its job.
const promptRows = 8;
const restOfBurst = 19;
const restOfOld = 1;

/** Makes the background work; nothing runs before `start`. */
export function createPreviews(options: PreviewsOptions): Previews {
  return new BackgroundPreviews(options, createPreviewRows(options.database));
}

class BackgroundPreviews implements Previews {
  readonly #options: PreviewsOptions;
  readonly #rows: PreviewRows;
  readonly #closing = new AbortController();
  #timer: Timer | undefined;
  #running: Promise<void> | undefined;
  /** When somebody woke it first since the last run. */
  #wokenAt: number | undefined;

  constructor(options: PreviewsOptions, rows: PreviewRows) {
    this.#options = options;
    this.#rows = rows;
  }

  start(): void {
    this.#runIn(quietMs);
  }

  wake(): void {
    // Nothing was started yet, or a run is under way, which looks again when it ends.
    if (this.#timer === undefined && this.#running === undefined) return;
    const now = this.#options.clock.now();
    this.#wokenAt ??= now;
    if (this.#running !== undefined) return;
    this.#runIn(Math.min(quietMs, Math.max(0, this.#wokenAt + latestMs - now)));
  }

  async close(): Promise<void> {
    this.#closing.abort();
    this.#timer?.cancel();
    await this.#running;
  }

  #runIn(delayMs: number): void {
    this.#timer?.cancel();
    if (this.#closing.signal.aborted) return;
    this.#timer = this.#options.clock.setTimer(() => {
      this.#timer = undefined;
      this.#wokenAt = undefined;
      this.#running = this.#run().finally(() => {
        this.#running = undefined;
        this.#runIn(this.#wokenAt === undefined ? lookEveryMs : quietMs);
      });
    }, delayMs);
  }

  async #run(): Promise<void> {
    const { clock, logger } = this.#options;
    const { signal } = this.#closing;
    try {
      let made = 0;
      for (let claimed = rowsAtOnce; claimed === rowsAtOnce && !signal.aborted;) {
        const now = clock.now();
        const due = await this.#rows.claim(now, now + leaseMs, rowsAtOnce);
        claimed = due.length;
        if (due.length > 0) await this.#makeAll(due, made >= promptRows);
        made += due.length;
      }
    } catch (error) {
      logger.warn({ err: error }, "Failed to read or write the rows of previews, will retry");
    }
  }

  async #makeAll(due: readonly DuePreview[], isBurst: boolean): Promise<void> {
    const { clock, onChanged } = this.#options;
    const { signal } = this.#closing;
    const results: PreviewResult[] = [];
    for (const one of due) {
      const startedAt = clock.now();
      results.push(signal.aborted ? untouched(one, startedAt) : await this.#make(one));
      // Old files may be thousands, and nobody waits for them: they leave half of a processor to others.
      const isOld = startedAt - one.createdAt > oldAfterMs;
      const rest = isOld ? restOfOld : isBurst ? restOfBurst : 0;
      if (rest > 0) await this.#rest(rest * (clock.now() - startedAt));
    }
    await this.#rows.finish(results);
    for (const jobId of new Set(due.map(({ jobId: id }) => id))) onChanged(jobId);
  }

  async #make(due: DuePreview): Promise<PreviewResult> {
    const { clock, logger } = this.#options;
    const nothing = { due, attempts: due.attempts, placeholder: null, posterBytes: null };
    // Whoever began so often never came to an end: the file may have killed the process each time.
    if (due.attempts > maxAttempts) return { ...nothing, againAt: null };
    try {
      return { ...nothing, ...(await this.#makeOne(due)), againAt: null };
    } catch (error) {
      if (this.#closing.signal.aborted) return untouched(due, clock.now());
      logger.warn({ err: error, asset: due.id }, "Failed to make a preview");
      const waitMs = isFinal(error) ? undefined : retryAfterMs[due.attempts - 1];
      return { ...nothing, againAt: waitMs === undefined ? null : clock.now() + waitMs };
    }
  }

  async #makeOne(due: DuePreview): Promise<Pick<PreviewResult, "placeholder" | "posterBytes">> {
    const { conversions, posters, accounts } = this.#options;
    const { id, coverUrl: url, account } = due;
    if (url === null) {
      return { placeholder: await conversions.placeholder(due), posterBytes: null };
    }
    const allowLoopback = accounts.connection(account ?? "")?.allowLoopbackDownloads ?? false;
    const { placeholder, bytes } = await posters.save(id, {
      url,
      allowLoopback,
      signal: this.#closing.signal,
    });
    return { placeholder, posterBytes: bytes };
  }

  #rest(milliseconds: number): Promise<void> {
    const { signal } = this.#closing;
    if (milliseconds <= 0 || signal.aborted) return Promise.resolve();
    return new Promise((resolve) => {
      const end = (): void => {
        timer.cancel();
        signal.removeEventListener("abort", end);
        resolve();
      };
      const timer = this.#options.clock.setTimer(end, milliseconds);
      signal.addEventListener("abort", end);
    });
  }
}

/** Gives a claimed row back: whoever runs next makes its preview, and nobody has tried. */
function untouched(due: DuePreview, now: number): PreviewResult {
  const attempts = due.attempts - 1;
  return { due, attempts, placeholder: null, posterBytes: null, againAt: now };
}

/** Returns whether another try would fail in the same way. */
function isFinal(error: unknown): boolean {
  if (!JimengError.isInstance(error)) return false;
  return !error.retryable || error.detail.reason === urlExpired;
}
