// Translates gateway keys between their JSON and the domain.

import type { KeyBodyInput, KeyChangesInput, KeyObject } from "../../api/keys.ts";
import { defaultRules } from "../../keys/key.ts";
import type { GatewayKey, KeyChanges } from "../../keys/key.ts";
import type { KeyUsage } from "../../keys/key-use.ts";
import { toUnixSeconds, toUnixSecondsOrNull } from "../values.ts";

/** Reads what a body changes of a key; what it leaves out stays undefined. */
export function parseKeyChanges(body: KeyChangesInput | KeyBodyInput): KeyChanges {
  const { expires_at: expiresAt } = body;
  const changes: KeyChanges = {
    name: body.name,
    scopes: body.scopes,
    models: body.models,
    accounts: body.accounts,
    expiresAt: typeof expiresAt === "number" ? expiresAt * 1000 : expiresAt,
    requestsPerMinute: body.requests_per_minute,
    parallelJobs: body.parallel_jobs,
    maxBytes: body.max_bytes,
    maxFiles: body.max_files,
    dailyCredits: body.daily_credits,
    monthlyCredits: body.monthly_credits,
    softLimitPercent: body.soft_limit_percent,
    responseFormat: body.response_format,
    metadata: body.metadata,
    disabled: body.disabled,
  };
  return Object.fromEntries(
    Object.entries(changes).filter(([, value]) => value !== undefined),
  ) as KeyChanges;
}

type Rules = Omit<
  KeyObject,
  | "id"
  | "object"
  | "name"
  | "source"
  | "hint"
  | "old_key_until"
  | "created_at"
  | "updated_at"
  | "rotated_at"
  | "revoked_at"
  | "usage"
>;

/** Builds the JSON of a key that was made here. */
export function toKeyObject(key: GatewayKey, now: number): KeyObject {
  const { previousUntil } = key;
  const isOldGood = previousUntil !== null && previousUntil > now;
  return {
    id: key.id,
    object: "key",
    name: key.name,
    source: "made",
    hint: key.hint,
    ...toRules(key),
    old_key_until: isOldGood ? toUnixSeconds(previousUntil) : null,
    created_at: toUnixSeconds(key.createdAt),
    updated_at: toUnixSeconds(key.updatedAt),
    rotated_at: toUnixSecondsOrNull(key.rotatedAt),
    revoked_at: toUnixSecondsOrNull(key.revokedAt),
    usage: null,
  };
}

/** A caller whose limits are not kept here. */
export interface UnlimitedCaller {
  id: string | null;
  name: string | null;
  source: "setting" | "session" | "local";
  scopes: KeyObject["scopes"];
}

/** Builds the JSON of a caller without limits: a key of a setting, a caller's own session, this machine's user. */
export function toUnlimitedKeyObject({ id, name, source, scopes }: UnlimitedCaller): KeyObject {
  return {
    id,
    object: "key",
    name,
    source,
    hint: null,
    ...toRules({ ...defaultRules, disabled: false, expiresAt: null }),
    scopes,
    old_key_until: null,
    created_at: null,
    updated_at: null,
    rotated_at: null,
    revoked_at: null,
    usage: null,
  };
}

/** Adds to a key what it has used. */
export function withUsage(key: KeyObject, usage: KeyUsage): KeyObject {
  const toPeriod = ({ credits, endsAt }: KeyUsage["day"], budget: number | null) => ({
    credits,
    credits_left: budget === null ? null : Math.max(0, budget - credits),
    resets_at: toUnixSeconds(endsAt),
  });
  return {
    ...key,
    usage: {
      day: toPeriod(usage.day, key.daily_credits),
      month: toPeriod(usage.month, key.monthly_credits),
      open_jobs: usage.openJobs,
      files: usage.files,
      bytes: usage.bytes,
    },
  };
}

function toRules(
  key: Pick<GatewayKey, keyof typeof defaultRules | "disabled" | "expiresAt">,
): Rules {
  return {
    scopes: [...key.scopes],
    models: key.models && [...key.models],
    accounts: key.accounts && [...key.accounts],
    expires_at: toUnixSecondsOrNull(key.expiresAt),
    requests_per_minute: key.requestsPerMinute,
    parallel_jobs: key.parallelJobs,
    max_bytes: key.maxBytes,
    max_files: key.maxFiles,
    daily_credits: key.dailyCredits,
    monthly_credits: key.monthlyCredits,
    soft_limit_percent: key.softLimitPercent,
    response_format: key.responseFormat,
    metadata: { ...key.metadata },
    disabled: key.disabled,
  };
}
