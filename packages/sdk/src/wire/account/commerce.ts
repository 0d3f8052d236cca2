// Builds the credit calls and the account call, and parses their answers. Loaded by programs that use either.

import * as z from "zod";

import type {
  AccountInfo,
  CreditBatch,
  CreditClaim,
  CreditHistoryPage,
  Credits,
} from "../../account-facts.ts";
import { JimengError } from "../../errors.ts";
import { parseData } from "../transport/envelope.ts";
import { flag, number, textOrNull, textOrNumber } from "../transport/tolerant.ts";
import type { Call } from "../transport/transport.ts";

/** Builds the call for the balance; it carries no query at all (docs/upstream/README.md [C]). */
export function creditsCall(): Call {
  return { host: "commerce", path: "/commerce/v1/benefits/user_credit", bareQuery: true, body: {} };
}

const consumptionHistoryType = 2;

/** Builds the call for a page of credit movements. */
export function creditHistoryCall(count: number, cursor: string, onlySpent: boolean): Call {
  return {
    host: "commerce",
    path: "/commerce/v1/benefits/user_credit_history",
    bareQuery: true,
    body: { count, cursor, ...(onlySpent ? { history_type: consumptionHistoryType } : {}) },
  };
}

/** Builds the call that claims the daily credits. */
export function claimCall(timeZone: string): Call {
  return {
    host: "commerce",
    path: "/commerce/v1/benefits/credit_receive",
    body: { time_zone: timeZone },
  };
}

/** Builds the call that says whom the session belongs to (account.md [C]). */
export function accountCall(): Call {
  return {
    host: "passport",
    path: "/passport/account/info/v2",
    bareQuery: true,
    query: { account_sdk_source: "web" },
    body: {},
  };
}

const batches = z
  .array(
    z.looseObject({
      residual_credits: number,
      credits_life_end: number,
      vip_level: textOrNull,
    }),
  )
  .nullish()
  .catch(null);

const creditsSchema = z.looseObject({
  credit: z.looseObject({ vip_credit: number, gift_credit: number, purchase_credit: number }),
  expiring_credits: z
    .array(z.looseObject({ credit_amount: number, expire_time: number }))
    .nullish()
    .catch(null),
  credits_detail: z
    .looseObject({ vip_credits: batches, gift_credits: batches, purchase_credits: batches })
    .nullish()
    .catch(null),
});

/** Reads a balance; there is no total on the wire, it is the sum of the three (credits.md [C]). */
export function parseCredits(data: unknown): Credits {
  const {
    credit,
    expiring_credits: expiring,
    credits_detail: detail,
  } = parseData(creditsSchema, data, "user_credit");
  const byType = {
    vip: credit.vip_credit ?? 0,
    purchased: credit.purchase_credit ?? 0,
    gift: credit.gift_credit ?? 0,
  };
  return {
    total: byType.vip + byType.purchased + byType.gift,
    byType,
    batches: [
      ...toBatches("vip", detail?.vip_credits),
      ...toBatches("purchased", detail?.purchase_credits),
      ...toBatches("gift", detail?.gift_credits),
    ],
    expiring: (expiring ?? []).map((entry) => ({
      amount: entry.credit_amount ?? 0,
      expiresAt: toMilliseconds(entry.expire_time),
    })),
  };
}

function toBatches(type: CreditBatch["type"], entries: z.infer<typeof batches>): CreditBatch[] {
  return (entries ?? []).map((entry) => ({
    type,
    amount: entry.residual_credits ?? 0,
    expiresAt: toMilliseconds(entry.credits_life_end),
    level: entry.vip_level || null,
  }));
}

// A page decides whether a start is paid for again, so what is not a list of movements must not pass as an empty one. A
// list without movements may come as null, but only on a page that says that it is the last.
const historySchema = z
  .looseObject({
    total_credit: number,
    records: z
      .array(
        z.looseObject({
          amount: number,
          create_time: number,
          title: textOrNull,
          submit_id: textOrNull,
          status: number,
        }),
      )
      .nullable(),
    new_cursor: textOrNumber,
    has_more: flag,
  })
  .refine(({ records, has_more }) => records !== null || has_more === false, {
    path: ["records"],
    message: "is null on a page that is not the last",
  });

/** Reads a page of credit movements (credits.md [S]). */
export function parseCreditHistory(data: unknown): CreditHistoryPage {
  const page = parseData(historySchema, data, "user_credit_history");
  return {
    total: page.total_credit,
    records: (page.records ?? []).map((record) => ({
      amount: record.amount ?? 0,
      createdAt: toMilliseconds(record.create_time),
      title: record.title ?? "",
      submitId: record.submit_id || null,
      status: record.status,
    })),
    cursor: page.has_more === true && page.new_cursor != null ? String(page.new_cursor) : null,
  };
}

const claimSchema = z.looseObject({
  is_first_receive: flag,
  receive_quota: number,
  receive_inter_days: number,
  cur_total_credits: number,
});

/** Reads the answer to a claim; a quota of 0 means already received, which is no error (receive-credits.md [C]). */
export function parseClaim(data: unknown): CreditClaim {
  const claim = parseData(claimSchema, data, "credit_receive");
  const granted = claim.receive_quota ?? 0;
  return {
    granted,
    alreadyReceived: granted === 0,
    total: claim.cur_total_credits,
    isFirst: claim.is_first_receive ?? false,
    intervalDays: claim.receive_inter_days,
  };
}

const accountSchema = z.looseObject({
  user_id: textOrNumber,
  user_id_str: textOrNull,
  name: textOrNull,
  screen_name: textOrNull,
  avatar_url: textOrNull,
});

/** Reads whom the session belongs to; without a user id the session is dead (account.md [C]). */
export function parseAccount(data: unknown): Omit<AccountInfo, "region"> {
  const parsed = accountSchema.safeParse(data);
  const userId = parsed.success ? parsed.data.user_id_str || String(parsed.data.user_id ?? "") : "";
  if (!parsed.success || userId === "" || userId === "0") {
    throw new JimengError("session_invalid", "The session belongs to nobody.", {
      fix: "Sign in on the site again and copy the new sessionid cookie.",
    });
  }
  const { screen_name: screenName, name, avatar_url: avatarUrl } = parsed.data;
  return { userId, name: screenName || name || null, avatarUrl: avatarUrl || null };
}

function toMilliseconds(seconds: number | null): number | null {
  return seconds !== null && seconds > 0 ? seconds * 1000 : null;
}
