// Defines the simulator's options and their defaults.

import type { Credits } from "./accounts.ts";
import type { TimeSource } from "./clock.ts";
import type { ResultHosts } from "./media/media-links.ts";
import type { ExtraImageModel } from "./models/registry.ts";
import type { Region } from "./regions.ts";

/** A logger, such as pino; it never receives a session id. */
export interface SimulatorLogger {
  info(fields: Record<string, unknown>, message: string): void;
  warn(fields: Record<string, unknown>, message: string): void;
}

/** How long things take, in milliseconds of the simulated clock. */
export interface TimingOptions {
  /** Forecast length of an image generation (default 2400). */
  imageMs?: number;
  /** Forecast length of a video generation (default 5000). */
  videoMs?: number;
  /**
   * How long a new record stays invisible to history (default 0: clients of family A poll at once and take an absent
   * record for a failed one, so the site must show it by then [I]).
   */
  visibleAfterMs?: number;
  /** Time in the queue before generating, with `queue_status` 1 (default 0). */
  queueMs?: number;
  /**
   * How long the row of a charge or a refund stays out of the credit history (default 0). On the site rows come minutes
   * late (credit-history.md); a test that wants that sets it, all others need an answer at once.
   */
  creditRowsAfterMs?: number;
  /** True where lengths vary between 0.95 and 1.3 times the forecast (default true). */
  jitter?: boolean;
}

/** An account that exists from the start. */
export interface SessionOption {
  session: string;
  region?: Region;
  credits?: Partial<Credits>;
  expired?: boolean;
}

/** The options of `createSimulator`; all have defaults. */
export interface SimulatorOptions {
  /** The address to listen on (default 127.0.0.1). */
  host?: string;
  /** The port to listen on (default 0: a free one). */
  port?: number;
  /** The folder for accepted starts, records, credits and keys, which then survive a SIGKILL (default: memory only). */
  dataDir?: string;
  /** Drawn pictures and videos, or small blank ones of the right size (default "drawn"). */
  media?: "drawn" | "blank";
  /**
   * Where result URLs point (default "path"): at this server, with the site's host as the first part of the path, so
   * that a client which knows results by their host finds them; or "real", at the site's hosts, for a client whose
   * hosts file or proxy leads them here.
   */
  resultHosts?: ResultHosts;
  /**
   * True (the default) to refuse what the site may take: a generate with a bad or missing `Sign` (1014), an old `Appvr`
   * in Asia (3018), a call without `aid`, uploads not signed by SigV4. False takes it; the request log shows the
   * `Sign`.
   */
  strict?: boolean;
  /** The sessions that are accepted: "any" (the default), each an account of its own, or only the listed ones. */
  sessions?: "any" | SessionOption[];
  /** Credits of a new account (default 600 gift and 1,000,000 purchased). */
  initialCredits?: Partial<Credits>;
  timing?: TimingOptions;
  /** The source of wall time in milliseconds (default the machine's). */
  clock?: TimeSource;
  /**
   * The answer to a second start with one submit id: the existing record (default) or a second one (generate.md,
   * question 13).
   */
  duplicateSubmit?: "return-existing" | "second-record";
  /**
   * The sign of a charge in the credit history (default "negative", as in the fixture, whose sign is a placeholder). One
   * live account had positive amounts for what it spent; how the site writes a refund is not known (credit-history.md),
   * here it has the other sign.
   */
  chargeSign?: "negative" | "positive";
  /** Credits of one daily claim (default 66; receive-credits.md, question 52). */
  dailyCredits?: number;
  /**
   * Number of generations of one model that may run at once for an account (default: no limit); more is refused with
   * 1310.
   */
  parallelLimit?: number;
  /**
   * Regions in which a generate or a daily claim is answered -6 unless it carries what a page adds (default: none). One
   * live account in the US had all its writes from programs refused so; of the other regions nothing is known, and a
   * client could not be tried there at all if that were the default.
   */
  refusesProgramsIn?: Region[];
  /**
   * True to answer 1014 to a balance that is asked with a query, as one live account was (default false). The oldest
   * family of clients sends its usual query there, and lives by the answer.
   */
  refusesBalanceQuery?: boolean;
  /** Image models that the live list has besides the built-in ones, as on the day a model appears. */
  extraImageModels?: ExtraImageModel[];
  /** The keys of models that the site no longer takes: gone from the live list, refused with 2061 (errors.md). */
  retiredModels?: string[];
  logger?: SimulatorLogger;
}

/** The lengths in force. */
export type Timing = Required<TimingOptions>;

/** The default lengths: a picture takes about 3 s and a video about 8 s for a user. */
export const defaultTiming: Timing = {
  imageMs: 2400,
  videoMs: 5000,
  visibleAfterMs: 0,
  queueMs: 0,
  creditRowsAfterMs: 0,
  jitter: true,
};

/** The credits that a new account begins with. */
export const defaultCredits: Credits = { gift: 600, vip: 0, purchase: 1_000_000 };

/** The credits of one daily claim where no option says otherwise. */
export const defaultDailyCredits = 66;
