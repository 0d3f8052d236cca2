// What is remembered of an account's health: what stopped it, what its membership lacks, and its last check.

import { JimengError } from "@jimeng/sdk";
import type { ErrorCode, UpstreamDetail } from "@jimeng/sdk";

/** Why an account, or its starts alone, must not be used. */
export interface Stop {
  code: ErrorCode;
  message: string;
  /** What its owner can do. */
  fix: string | null;
  upstream: UpstreamDetail | null;
  /** Unix milliseconds; null lasts until the upstream accepts the session, or its owner's check finds it alive. */
  until: number | null;
  /** True where reads and claims go on: the site refuses starts from programs. */
  startsOnly: boolean;
}

/** A model that the account's membership does not include, as the site told. */
export interface RefusedModel extends Pick<Stop, "code" | "message" | "fix" | "upstream"> {
  /** Unix milliseconds; later the site is asked again. */
  until: number;
}

/** What the last check or balance told. */
export interface CheckFacts {
  /** Unix milliseconds; null before the first check. */
  at: number | null;
  credits: number | null;
  membership: string | null;
}

/** The state of one account. */
export interface AccountState {
  stop: Stop | null;
  /** Cool-downs since the last accepted start: each is longer than the one before. */
  strikes: number;
  refusedModels: Readonly<Record<string, RefusedModel>>;
  checked: CheckFacts;
}

/** The state of an account of which nothing is known. */
export const healthyState: AccountState = {
  stop: null,
  strikes: 0,
  refusedModels: {},
  checked: { at: null, credits: null, membership: null },
};

const minuteMs = 60_000;
const coolDownsMs = [10, 30, 120, 360, 1440].map((minutes) => minutes * minuteMs);

/** Returns how long an account's starts pause after so many cool-downs before, in milliseconds: 10 minutes to a day. */
export function coolDownMs(strikes: number): number {
  return coolDownsMs[Math.min(strikes, coolDownsMs.length - 1)] as number;
}

/** Keeps of a job's error what also holds for other jobs. */
export function toStop(
  { code, message, detail }: JimengError,
  when: Pick<Stop, "until" | "startsOnly">,
): Stop {
  return { code, message, fix: detail.fix ?? null, upstream: detail.upstream ?? null, ...when };
}

/** Makes the error that a new job meets; `until` becomes the time to wait. */
export function toErrorForNewJobs(
  name: string,
  { code, message, fix, upstream, until }: Omit<Stop, "startsOnly">,
  now: number,
): JimengError {
  return new JimengError(code, `The account ${name} cannot be used: ${message}`, {
    charged: "no",
    ...(fix !== null && { fix }),
    ...(upstream !== null && { upstream }),
    ...(until !== null && { retryAfterMs: until - now }),
  });
}
