// Answers the commerce endpoints: balance, its history, the daily claim, membership (credits.md, receive-credits.md).

import * as z from "zod";

import { dayMs } from "../clock.ts";
import { parseBody } from "../database.ts";
import { checkBody } from "../endpoint.ts";
import type { Call, Endpoint } from "../endpoint.ts";
import { invalidParameter } from "../envelope.ts";
import type { CreditEvent } from "../records/records.ts";

const vipLevel = "standard";

function toSeconds(milliseconds: number): number {
  return Math.floor(milliseconds / 1000);
}

function userCredit({ world, account }: Call): Record<string, unknown> {
  const balance = world.accounts.balance(account);
  const gifts = world.accounts.liveGifts(account);
  const endsAt = toSeconds(account.paidUntil);
  const vip = { residual_credits: balance.vip, credits_life_end: endsAt, vip_level: vipLevel };
  const purchase = { residual_credits: balance.purchase, credits_life_end: endsAt };
  return {
    credit: {
      vip_credit: balance.vip,
      gift_credit: balance.gift,
      purchase_credit: balance.purchase,
    },
    expiring_credits: gifts.map((gift) => ({
      credit_amount: gift.amount,
      expire_time: toSeconds(gift.expiresAt),
    })),
    credits_detail: {
      ...(balance.vip > 0 ? { vip_credits: [vip] } : {}),
      gift_credits: gifts.map((gift) => ({
        residual_credits: gift.amount,
        credits_life_end: toSeconds(gift.expiresAt),
      })),
      ...(balance.purchase > 0 ? { purchase_credits: [purchase] } : {}),
    },
  };
}

/** The endpoint that tells the balance by type; there is no total (credits.md [C]). */
export const userCreditEndpoint: Endpoint = {
  name: "user_credit",
  path: "/commerce/v1/benefits/user_credit",
  envelope: "commerce",
  refusesQuery: true,
  handle: userCredit,
};

const historySchema = z.looseObject({
  count: z.int().min(1).max(100),
  cursor: z.string(),
  history_type: z.int().optional(),
});

/** The filter for consumption (fixture user_credit_history). */
const consumptionFilter = 2;

/** The endpoint that lists changes of the balance, the newest first; each names its submit id [S]. */
export const creditHistoryEndpoint: Endpoint = {
  name: "user_credit_history",
  path: "/commerce/v1/benefits/user_credit_history",
  envelope: "commerce",
  handle: ({ world, account, body }) => {
    const requested = checkBody(historySchema, body, "count or cursor is wrong");
    const { count, cursor, history_type: type } = requested;
    const before = /^[1-9]\d*$/.test(cursor) ? Number(cursor) : Number.MAX_SAFE_INTEGER;
    const rows = world.store.database
      .prepare(
        `SELECT sequence, body FROM credit_events WHERE account = ?1 AND sequence < ?2
         AND (?3 = 0 OR json_extract(body, '$.amount') < 0)
         AND coalesce(json_extract(body, '$.showsAt'), json_extract(body, '$.at') + ?5) <= ?6
         ORDER BY sequence DESC LIMIT ?4`,
      )
      .all(
        account.fingerprint,
        before,
        type === consumptionFilter ? 1 : 0,
        count + 1,
        world.timing.creditRowsAfterMs,
        world.clock.now(),
      );
    const page = rows.slice(0, count);
    const { gift, vip, purchase } = world.accounts.balance(account);
    return {
      total_credit: gift + vip + purchase,
      records: page.flatMap((row) => {
        const event = parseBody<CreditEvent>(row);
        if (event === undefined) return [];
        return {
          amount: world.chargeSign === "positive" ? -event.amount : event.amount,
          create_time: toSeconds(event.at),
          title: event.title,
          submit_id: event.submitId,
          status: 1,
        };
      }),
      new_cursor: String(page.at(-1)?.["sequence"] ?? cursor),
      has_more: rows.length > count,
    };
  },
};

const claimSchema = z.looseObject({ time_zone: z.string().min(1) });
const claimTitle = "每日赠送";

/** Tells the local date of a moment in a time zone, and the milliseconds left of that day. */
function localDay(now: number, timeZone: string): { date: string; leftMs: number } {
  let format: Intl.DateTimeFormat;
  try {
    format = new Intl.DateTimeFormat("sv-SE", {
      timeZone,
      dateStyle: "short",
      timeStyle: "medium",
    });
  } catch {
    throw invalidParameter("time_zone is not known");
  }
  const [date = "", clock = "00:00:00"] = format.format(now).split(" ");
  const [hours = 0, minutes = 0, seconds = 0] = clock.split(":").map(Number);
  return { date, leftMs: dayMs - ((hours * 60 + minutes) * 60 + seconds) * 1000 };
}

/** The endpoint that grants the daily credits, once a day and time zone; afterwards the quota is 0 (receive-credits.md [C]). */
export const creditReceiveEndpoint: Endpoint = {
  name: "credit_receive",
  path: "/commerce/v1/benefits/credit_receive",
  envelope: "commerce",
  refusesPrograms: true,
  handle: ({ world, account, body }) => {
    const { time_zone: timeZone } = checkBody(claimSchema, body, "time_zone is missing");
    const now = world.clock.now();
    const { date, leftMs } = localDay(now, timeZone);
    const already = { is_first_receive: false, receive_quota: 0, has_popup: false };
    if (account.claims[timeZone] === date) return { ...already, receive_inter_days: 0 };
    account.claims[timeZone] = date;
    account.gifts.push({ amount: world.dailyCredits, expiresAt: now + leftMs });
    world.store.transact(() => {
      world.accounts.save(account);
      const event = { amount: world.dailyCredits, at: now, title: claimTitle, submitId: "" };
      world.records.logCredit(account.fingerprint, event);
    });
    const { gift, vip, purchase } = world.accounts.balance(account);
    return {
      ...already,
      receive_quota: world.dailyCredits,
      receive_inter_days: 1,
      cur_total_credits: gift + vip + purchase,
    };
  },
};

/** The endpoint that tells the membership; its fields are known from one client only [S]. */
export const subscriptionEndpoint: Endpoint = {
  name: "subscription",
  path: "/commerce/v1/subscription/user_info",
  envelope: "commerce",
  handle: ({ account }) => ({
    flag: account.vip > 0,
    vip_level: account.vip > 0 ? vipLevel : "",
    end_time: account.vip > 0 ? toSeconds(account.paidUntil) : 0,
  }),
};
