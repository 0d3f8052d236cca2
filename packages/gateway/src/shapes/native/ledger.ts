// Builds the ledger's JSON and CSV.

import type { LedgerEntryObject, LedgerSumObject } from "../../api/account/credits.ts";
import type { LedgerEntry, LedgerGroup, LedgerSum } from "../../keys/ledger.ts";
import { toUnixSeconds, toUnixSecondsOrNull } from "../values.ts";

const dayMs = 86_400_000;

/** Returns the name of a key; null for one without a name, and for the owner. */
export type NameOfKey = (keyId: string | null) => string | null;

/** Builds one job of the ledger. */
export function toLedgerEntry(entry: LedgerEntry, nameOf: NameOfKey): LedgerEntryObject {
  const { charged, refunded } = entry;
  return {
    id: entry.id,
    object: "ledger.entry",
    created_at: toUnixSeconds(entry.createdAt),
    key: entry.keyId,
    key_name: nameOf(entry.keyId),
    model: entry.model,
    account: entry.account,
    kind: entry.kind,
    status: entry.status,
    estimated: entry.estimated,
    reserved: entry.reserved,
    charged,
    refunded,
    net: Math.max(0, (charged ?? 0) - (refunded ?? 0)),
    settled_at: toUnixSecondsOrNull(entry.settledAt),
    request_id: entry.requestId,
    metadata: readMetadata(entry.metadata),
  };
}

function readMetadata(text: string | null): Record<string, string> {
  try {
    return text === null ? {} : (JSON.parse(text) as Record<string, string>);
  } catch {
    // A row that nobody can read is still a job.
    return {};
  }
}

/** Builds the sums of one group. */
export function toLedgerSum(
  { group, ...sums }: LedgerSum,
  groups: readonly LedgerGroup[],
  nameOf: NameOfKey,
): LedgerSumObject {
  const named: Partial<LedgerSumObject> = {};
  for (const [index, name] of groups.entries()) {
    const value = group[index] ?? null;
    if (name === "day") named.day = toDay(Number(value));
    else if (name === "kind") named.kind = String(value);
    else named[name] = value === null ? null : String(value);
    if (name === "key") named.key_name = nameOf(value === null ? null : String(value));
  }
  return { object: "ledger.sum", ...named, ...sums };
}

function toDay(day: number): string {
  return new Date(day * dayMs).toISOString().slice(0, "YYYY-MM-DD".length);
}

const entryColumns = [
  "id",
  "created_at",
  "key",
  "key_name",
  "model",
  "account",
  "kind",
  "status",
  "estimated",
  "reserved",
  "charged",
  "refunded",
  "net",
  "settled_at",
  "request_id",
  "metadata",
] as const satisfies readonly (keyof LedgerEntryObject)[];

const sumColumns = ["jobs", "reserved", "charged", "refunded", "net"] as const;

/** Returns the first line of the CSV of jobs, or of sums by these groups. */
export function toCsvHead(groups: readonly LedgerGroup[] | undefined): string {
  return toCsvLine(
    groups === undefined ? entryColumns : [...toGroupColumns(groups), ...sumColumns],
  );
}

/** Returns the line of a job; times as ISO 8601. */
export function toEntryLine(entry: LedgerEntryObject): string {
  return toCsvLine(
    entryColumns.map((column) => {
      const value = entry[column];
      if (column.endsWith("_at") && typeof value === "number")
        return new Date(value * 1000).toISOString();
      if (column === "metadata") return toMetadataText(entry.metadata);
      return value as string | number | null;
    }),
  );
}

/** Returns the line of a sum. */
export function toSumLine(sum: LedgerSumObject, groups: readonly LedgerGroup[]): string {
  return toCsvLine([...toGroupColumns(groups), ...sumColumns].map((column) => sum[column] ?? null));
}

type GroupColumn = LedgerGroup | "key_name";

function toGroupColumns(groups: readonly LedgerGroup[]): GroupColumn[] {
  return groups.flatMap((group): GroupColumn[] =>
    group === "key" ? ["key", "key_name"] : [group],
  );
}

function toMetadataText(metadata: Record<string, string>): string {
  return Object.keys(metadata).length === 0 ? "" : JSON.stringify(metadata);
}

function toCsvLine(values: readonly (string | number | null)[]): string {
  return `${values.map(toCsvValue).join(",")}\r\n`;
}

function toCsvValue(value: string | number | null): string {
  if (value === null) return "";
  if (typeof value === "number") return String(value);
  // A spreadsheet runs what begins so as a formula, and callers choose names and facts.
  const harmless = /^[=+\-@\t\r]/.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(harmless) ? `"${harmless.replaceAll('"', '""')}"` : harmless;
}
