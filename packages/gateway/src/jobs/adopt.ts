// Makes a row of a generation that was started elsewhere, as if this gateway had started it.

import { findModel } from "@jimeng/sdk";
import type { Generation, PreparedRequest } from "@jimeng/sdk";

import { boundedTime } from "../storage/inspection/bounds.ts";
import type { JobRecord } from "./record.ts";

/** Returns the row of a generation that runs already or has ended: its next step is to poll or to save. */
export function toAdoptedRecord(fresh: JobRecord, generation: Generation): JobRecord {
  const { operation, outputs } = generation;
  const startedAt =
    boundedTime(generation.createdAt) ?? boundedTime(operation.startedAt) ?? fresh.createdAt;
  const hasEnded = generation.status === "completed" && outputs.length > 0;
  return {
    ...fresh,
    status: "in_progress",
    // Whatever it costs was paid elsewhere: nothing is set aside for it.
    reserved: 0,
    submitId: operation.submitId,
    operation,
    outputs: hasEnded ? outputs : null,
    forecast: generation.forecast ?? operation.forecast,
    queue: hasEnded ? null : generation.queue,
    logid: generation.logid ?? operation.logid,
    submittedAt: startedAt,
    startedAt,
    runAt: hasEnded ? fresh.createdAt : fresh.deadlineAt,
  };
}

/** A number of a request that the record does not show; no request has it. */
const unknownNumber = 0;
const unknownWord = "";

/**
 * Builds the request of a generation that was started elsewhere from what its record shows: model, size and
 * number of results. What is not known is empty or 0 (seed, strength; prompt, size and duration where not shown).
 */
export function toAdoptedRequest(generation: Generation, prompt: string): PreparedRequest {
  const { kind, model } = generation.operation;
  const sized = generation.outputs.find(({ width, height }) => width !== null && height !== null);
  const width = sized?.width ?? unknownNumber;
  const height = sized?.height ?? unknownNumber;
  const named = nameOfSize(generation, width, height);
  if (kind === "video") {
    const durationMs = sized?.kind === "video" ? sized.durationMs : null;
    return {
      kind,
      model,
      prompt,
      ratio: named?.ratio ?? unknownWord,
      resolution: named?.resolution ?? unknownWord,
      durationSeconds: durationMs === null ? unknownNumber : Math.round(durationMs / 1000),
      seed: unknownNumber,
    };
  }
  const count = Math.max(1, generation.expectedCount ?? generation.outputs.length);
  if (kind === "audio") {
    const durationMs = generation.outputs.find((output) => output.kind === "audio")?.durationMs;
    const durationSeconds = Math.round((durationMs ?? unknownNumber) / 1000);
    const counts = { count, upstreamCount: count };
    return { kind, tool: "music", model, prompt, durationSeconds, vocals: false, ...counts };
  }
  return {
    kind,
    model,
    prompt,
    ...(named === undefined ? {} : { ratio: named.ratio }),
    resolution: named?.resolution ?? unknownWord,
    width,
    height,
    count,
    upstreamCount: count,
    seed: unknownNumber,
    sampleStrength: unknownNumber,
    intelligentRatio: false,
  };
}

function nameOfSize(
  { operation }: Generation,
  width: number,
  height: number,
): { resolution: string; ratio: string } | undefined {
  const { kind } = operation;
  const sizes = kind === "audio" ? {} : (findModel(operation.model, { kind })?.sizes ?? {});
  for (const [resolution, byRatio] of Object.entries(sizes)) {
    for (const [ratio, size] of Object.entries(byRatio)) {
      if (size?.width === width && size.height === height) return { resolution, ratio };
    }
  }
  return undefined;
}
