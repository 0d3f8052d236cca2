// Describes a gateway key in lines.

import type { KeyObject } from "@jimeng/gateway/api";

import { localTime } from "../../terminal/local-time.ts";
import type { Words } from "../../words/words.ts";

/** Returns a line for everything that a key may do and has used; what has no limit is left out. */
export function describeKey(key: KeyObject, { keys: words }: Words): string[] {
  const { usage } = key;
  const lines: [string, string | number | null | undefined][] = [
    [words.name, key.name],
    [words.id, key.id],
    [words.key, key.hint === null ? null : `…${key.hint}`],
    [words.scopes, key.scopes.join(", ")],
    [words.models, key.models?.join(", ")],
    [words.accounts, key.accounts?.join(", ")],
    [words.expires, key.expires_at === null ? null : localTime(key.expires_at)],
    [words.requestsPerMinute, key.requests_per_minute],
    [words.parallelJobs, ofLimit(usage?.open_jobs, key.parallel_jobs)],
    [words.bytes, ofLimit(usage?.bytes, key.max_bytes)],
    [words.files, ofLimit(usage?.files, key.max_files)],
    [words.dailyCredits, ofLimit(usage?.day.credits, key.daily_credits)],
    [words.monthlyCredits, ofLimit(usage?.month.credits, key.monthly_credits)],
    [words.responseFormat, key.response_format],
    [words.metadata, toPairs(key.metadata)],
    [words.state, key.disabled ? words.disabled : null],
  ];
  const told = lines.filter(([, value]) => value !== null && value !== undefined && value !== "");
  return told.map(([name, value]) => `${name}: ${value}`);
}

/** Tells what is used, of how much where there is a limit. */
function ofLimit(used: number | undefined, limit: number | null): string | null {
  if (used === undefined) return limit === null ? null : String(limit);
  return limit === null ? String(used) : `${used} / ${limit}`;
}

function toPairs(metadata: Readonly<Record<string, string>>): string {
  return Object.entries(metadata)
    .map(([name, value]) => `${name}=${value}`)
    .join(", ");
}
