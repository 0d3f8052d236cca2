// Says how a job goes in plain words: some hosts show the model nothing else of an answer.

import type { JobObject } from "@jimeng/gateway/api";

import type { JobsOutcome, StructuredJob } from "./structured-job.ts";

/** Returns the text of an answer about jobs. */
export function describeJobs({ joined, jobs }: JobsOutcome, job: StructuredJob): string {
  const lines = [
    headline(job),
    ...(joined === true
      ? [
          "The same call had made this job already; nothing was paid again. For another result call with again: true.",
        ]
      : []),
    ...job.assets.map((asset, index) => assetLine(asset, index)),
    costLine(job),
    ...job.warnings.map((warning) => `Warning: ${warning}`),
    ...failureLines(job),
    ...nextLines(job),
    ...(jobs.length > 1 && job.status === "failed" && job.assets.length > 0
      ? ["Some of the jobs failed; the results above are there."]
      : []),
  ];
  return lines.filter((line) => line !== "").join("\n");
}

/** Returns in a few words how a job goes, as progress messages tell it. */
export function progressWords({ status, phase, queue, waiting }: JobObject): string {
  const words = [phase ?? status.replace("_", " ")];
  if (queue !== null) {
    words.push(`place ${queue.position} of ${queue.length} in the site's queue`);
    if (queue.eta_seconds !== null) words.push(`about ${queue.eta_seconds} s left`);
  }
  if (waiting !== null) words.push(waiting.message);
  return words.join(", ");
}

function headline(job: StructuredJob): string {
  const id = `job ${job.job_id}`;
  switch (job.status) {
    case "completed": {
      const count = job.assets.length;
      return `Completed: ${count} ${count === 1 ? "result" : "results"} of ${job.model} (${id}).`;
    }
    case "failed":
      return `Failed (${id}, ${job.model}).`;
    case "cancelled":
      return `Cancelled (${id}).`;
    default: {
      const { queue } = job;
      const place =
        queue === null ? "" : `, place ${queue.position} of ${queue.length} in the queue`;
      const left = queue?.eta_seconds == null ? "" : `, about ${queue.eta_seconds} s left`;
      return `Not ready yet: ${job.phase ?? job.status.replace("_", " ")}, ${job.progress} %${place}${left} (${id}, ${job.model}).`;
    }
  }
}

function assetLine(asset: Record<string, unknown>, index: number): string {
  const { id, url, content_type, width, height, bytes, local_path: path } = asset;
  const size = typeof width === "number" ? ` ${width}x${String(height)}` : "";
  const place = typeof path === "string" ? `, saved to ${path}` : "";
  return `${index + 1}. ${String(id)}: ${String(content_type)}${size}, ${String(bytes)} bytes${place}, ${String(url)}`;
}

function costLine({ cost }: StructuredJob): string {
  const { charged, refunded, estimated, state } = cost;
  if (state === "charged" && typeof charged === "number") {
    const back = typeof refunded === "number" && refunded > 0 ? `, ${refunded} refunded` : "";
    return `Cost: ${charged} credits charged${back}.`;
  }
  if (state === "not_charged") return "Cost: nothing was charged.";
  return typeof estimated === "number"
    ? `Cost: about ${estimated} credits (the site tells the charge later).`
    : "Cost: not known yet.";
}

function failureLines({ error }: StructuredJob): string[] {
  if (error === undefined) return [];
  const { code, message, charged, fix } = error;
  return [
    `Reason (${String(code)}): ${String(message)}`,
    `Charged: ${String(charged)}.`,
    ...(typeof fix === "string" ? [`What to do: ${fix}`] : []),
  ];
}

function nextLines({ next }: StructuredJob): string[] {
  if (next === undefined) return [];
  return [
    `The job goes on by itself. Next: call ${next.tool} with ${JSON.stringify(next.arguments)} in about ${next.after_seconds} s; that costs nothing. The same call again joins this job, unless it says again: true.`,
  ];
}
