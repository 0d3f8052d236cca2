// Translates entries of the audit log into the published shape.

import type { AuditEntryObject } from "../../api/audit.ts";
import type { AuditEntry } from "../../telemetry/audit/audit-log.ts";
import { toUnixSeconds } from "../values.ts";
import type { NameOfKey } from "./ledger.ts";

/** Builds the JSON of an entry. */
export function toAuditObject(entry: AuditEntry, nameOf: NameOfKey): AuditEntryObject {
  const { id, action, outcome, route, status, code } = entry;
  return {
    id,
    object: "audit.entry",
    created_at: toUnixSeconds(entry.createdAt),
    action,
    outcome,
    route,
    status,
    code,
    key_id: entry.keyId,
    key_name: nameOf(entry.keyId),
    address: entry.address,
    subjects: [...entry.subjects],
    user: entry.user,
    request_id: entry.requestId,
    left_out: entry.leftOut,
  };
}
