// The site's free check of materials before a start: its call, and its decisions (generate-audit.md). Loaded with the
// first check.

import * as z from "zod";

import type { Model } from "../../models/model.ts";
import type { Region } from "../../operation.ts";
import type { AuditDecision, MediaReference } from "../../requests.ts";
import { requireModelKey } from "../drafts/parts.ts";
import { list, number } from "../transport/tolerant.ts";
import type { Call } from "../transport/transport.ts";

/** The lax scene, which running clients send (generate-audit.md [L]). */
const scene = 2;

/** Builds the call for materials that a start of this model will refer to; it is sent once, never repeated. */
export function auditCall(
  model: Model,
  region: Region,
  materials: readonly MediaReference[],
): Call {
  const modelKey = requireModelKey(model, region);
  return {
    host: "mweb",
    path: "/mweb/v1/execute_generate_audit",
    body: { scene, model_key: modelKey, material_list: materials.map(toMaterial) },
    maxRetryCount: 0,
  };
}

function toMaterial(reference: MediaReference): Record<string, unknown> {
  if ("imageUri" in reference) return { material_type: 1, uri: reference.imageUri };
  if ("videoId" in reference) return { material_type: 2, vid: reference.videoId };
  return { material_type: 3, vid: reference.audioId };
}

const answerSchema = z.looseObject({ result_list: list });
const resultSchema = z.looseObject({ audit_decision: number });

// 1 is known from running clients, 2 from one client's names (generate-audit.md).
const decisions = new Map<number, AuditDecision>([
  [1, "passed"],
  [2, "refused"],
]);

/** Reads one decision per material, in their order; what cannot be assigned or read is unknown. */
export function parseAudit(data: unknown, count: number): AuditDecision[] {
  const results = answerSchema.safeParse(data).data?.result_list ?? [];
  return Array.from({ length: count }, (_, index) => {
    if (results.length !== count) return "unknown";
    const decision = resultSchema.safeParse(results[index]).data?.audit_decision;
    return decisions.get(decision ?? 0) ?? "unknown";
  });
}
