// Warns of configured accounts whose session ends soon, as far as the pasted cookie told when it ends.

import type { Logger } from "@jimeng/sdk";

import type { Accounts } from "../accounts.ts";
import type { Clock, Timer } from "../../clock.ts";
import type { NewEvent } from "../../events/append.ts";
import type { Observer } from "../../observer.ts";

/** Looks at the ends of sessions from time to time. */
export interface SessionEnds {
  /** Looks now, and every six hours from then on. */
  start(): void;
  close(): void;
}

/** What the warnings need. */
export interface SessionEndsOptions {
  accounts: Pick<Accounts, "list">;
  clock: Clock;
  logger: Logger;
  observer: Observer;
  /** Told of every warning, for the event log. */
  note?: (event: NewEvent) => void;
}

const dayMs = 86_400_000;
const lookEveryMs = dayMs / 4;
// An account is warned of once at each of these numbers of days before the end.
const warnedDays = [14, 3, 0] as const;

/** Makes the warnings; without an account whose end is known they set no timer. */
export function createSessionEnds(options: SessionEndsOptions): SessionEnds {
  const { accounts, clock, logger, observer } = options;
  const told = new Map<string, number>();
  let timer: Timer | undefined;
  let isClosed = false;

  function look(): void {
    for (const { name, region, sessionEndsAt: endsAt } of accounts.list()) {
      if (endsAt === undefined) continue;
      const daysLeft = (endsAt - clock.now()) / dayMs;
      const passed = warnedDays.filter((days) => daysLeft <= days).length;
      if (passed <= (told.get(name) ?? 0)) continue;
      told.set(name, passed);
      observer.accountExpiring({ account: name, region, endsAt });
      options.note?.({
        type: "account.expiring",
        subject: name,
        account: name,
        data: { region, ends_at: Math.floor(endsAt / 1000) },
        // Every start of every node finds it again.
        once: ["account.expiring", name, endsAt, passed].join(" "),
      });
      logger.warn(
        {
          event: "account.expiring",
          account: name,
          region,
          endsAt: new Date(endsAt).toISOString(),
          daysLeft: Math.floor(daysLeft),
          fix: "Sign in on the site again and replace the session.",
        },
        daysLeft > 0
          ? "The account's session ends soon."
          : "The account's session has ended by its cookie.",
      );
    }
  }

  function start(): void {
    const hasEnds = accounts.list().some(({ sessionEndsAt }) => sessionEndsAt !== undefined);
    if (isClosed || !hasEnds) return;
    look();
    timer = clock.setTimer(start, lookEveryMs);
  }

  return {
    start,
    close() {
      isClosed = true;
      timer?.cancel();
    },
  };
}
