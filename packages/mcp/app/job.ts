// The structured part of a tool's answer as the page shows it.

import type { ToolAnswer } from "./bridge.ts";
import { isRecord, numberOf, recordsOf, textOf } from "./values.ts";

/** A stored result. */
export interface ShownAsset {
  id: string;
  url: string | undefined;
  isVideo: boolean;
  /** Width by height, where it is known. */
  size: string | undefined;
  seconds: number | undefined;
}

/** A job, or the question whether it may be started. */
export interface ShownJob {
  /** Undefined before the start. */
  id: string | undefined;
  status: string;
  phase: string | undefined;
  /** 0 to 100. */
  progress: number;
  queue: { position: number; length: number; etaSeconds: number | undefined } | undefined;
  model: string | undefined;
  assets: ShownAsset[];
  cost: { estimated: number | undefined; charged: number | undefined };
  warnings: string[];
  error: { message: string; charged: string | undefined; fix: string | undefined } | undefined;
  /** What the call is repeated with once the person agrees to the price. */
  confirmToken: string | undefined;
}

/** Reads the job of an answer; undefined for an answer about none. */
export function readJob({ structured, isError, text }: ToolAnswer): ShownJob | undefined {
  const status = textOf(structured["status"]) ?? (isError ? "failed" : undefined);
  if (status === undefined) return undefined;
  const { queue, error, cost, warnings } = structured;
  const costs = isRecord(cost) ? cost : {};
  return {
    id: textOf(structured["job_id"]),
    status,
    phase: textOf(structured["phase"]),
    progress: Math.min(100, Math.max(0, numberOf(structured["progress"]) ?? 0)),
    queue: isRecord(queue)
      ? {
          position: numberOf(queue["position"]) ?? 0,
          length: numberOf(queue["length"]) ?? 0,
          etaSeconds: numberOf(queue["eta_seconds"]),
        }
      : undefined,
    model: textOf(structured["model"]),
    assets: recordsOf(structured["assets"]).flatMap(readAsset),
    cost: { estimated: numberOf(costs["estimated"]), charged: numberOf(costs["charged"]) },
    warnings: Array.isArray(warnings) ? warnings.filter((entry) => typeof entry === "string") : [],
    error: isRecord(error)
      ? {
          message: textOf(error["message"]) ?? text,
          charged: textOf(error["charged"]),
          fix: textOf(error["fix"]),
        }
      : isError
        ? { message: text, charged: undefined, fix: undefined }
        : undefined,
    confirmToken: textOf(structured["confirm_token"]),
  };
}

/** Tells whether a job will change. */
export function isRunning({ status }: ShownJob): boolean {
  return status === "queued" || status === "in_progress";
}

function readAsset(asset: Record<string, unknown>): ShownAsset[] {
  const id = textOf(asset["id"]);
  if (id === undefined) return [];
  const width = numberOf(asset["width"]);
  const height = numberOf(asset["height"]);
  return [
    {
      id,
      url: textOf(asset["url"]),
      isVideo: (textOf(asset["content_type"]) ?? "").startsWith("video/"),
      size:
        width === undefined || height === undefined ? undefined : `${width}\u00a0×\u00a0${height}`,
      seconds: numberOf(asset["duration_seconds"]),
    },
  ];
}
