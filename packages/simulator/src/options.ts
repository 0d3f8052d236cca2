// The simulator's options and their defaults.

import type { Credits } from "./accounts.ts";
import type { TimeSource } from "./clock.ts";
import type { ResultHosts } from "./media/media-links.ts";
import type { ExtraImageModel } from "./models/registry.ts";
import type { Region } from "./regions.ts";

/** Receives what the simulator has to say; pino fits. Never given a session id. */
export interface SimulatorLogger {
  info(fields: Record<string, unknown>, message: string): void;
  warn(fields: Record<string, unknown>, message: string): void;
}

/** Says how long things take, in milliseconds of the simulated clock. */
export interface TimingOptions {
  /** The middle length of an image generation (default 2400). */
  imageMs?: number;
  /** The middle length of a video generation (default 5000). */
  videoMs?: number;
  /**
   * How long a fresh record stays invisible to history (default 0: clients of family A look at once and take
   * an absent record for a failed one, so the site must show it by then [I]).
   */
  visibleAfterMs?: number;
  /** The time spent in the queue before generating, with `queue_status` 1 (default 0). */
  queueMs?: number;
  /** Tells whether lengths vary between 0.95 and 1.3 times the forecast (default true). */
  jitter?: boolean;
}

/** Names an account that exists from the start. */
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
  /** Draws real pictures and videos, or serves small blank ones of the right size (default "drawn"). */
  media?: "drawn" | "blank";
  /**
   * Where result URLs point (default "path"): at this server, with the site's host as the first part of the path, so
   * that a client which knows results by their host finds them; or "real", at the site's hosts, for a client whose
   * hosts file or proxy leads them here.
   */
  resultHosts?: ResultHosts;
  /**
   * Refuses what the site may take (default true): a generate with a bad or missing `Sign` (1014), an old `Appvr` in
   * Asia (3018), a call without `aid`, uploads not signed by SigV4. False takes it; the request log shows the `Sign`.
   */
  strict?: boolean;
  /** Lets every session in as an account of its own ("any", the default), or only the listed ones. */
  sessions?: "any" | SessionOption[];
  /** The credits of a new account (default 600 gift and 1,000,000 purchased). */
  initialCredits?: Partial<Credits>;
  timing?: TimingOptions;
  /** Gives wall time in milliseconds (default the machine's). */
  clock?: TimeSource;
  /** Says what a second post of one submit id gives: the existing record (default) or a second one (open question 13). */
  duplicateSubmit?: "return-existing" | "second-record";
  /** How many credits one daily claim gives (default 66, open question 52). */
  dailyCredits?: number;
  /** How many generations of one model may run at once for an account (default: no limit); more is 1310. */
  parallelLimit?: number;
  /** Image models that the live list has besides the built-in ones, as on the day a model appears. */
  extraImageModels?: ExtraImageModel[];
  /** The keys of models that the site no longer takes: gone from the live list, refused with 1000. */
  retiredModels?: string[];
  logger?: SimulatorLogger;
}

/** The lengths in force. */
export type Timing = Required<TimingOptions>;

/** Holds the default lengths: a picture takes about 3 s and a video about 8 s for a user. */
export const defaultTiming: Timing = {
  imageMs: 2400,
  videoMs: 5000,
  visibleAfterMs: 0,
  queueMs: 0,
  jitter: true,
};

/** Holds the credits a new account begins with. */
export const defaultCredits: Credits = { gift: 600, vip: 0, purchase: 1_000_000 };

/** Gives the credits one daily claim brings unless set otherwise. */
export const defaultDailyCredits = 66;
