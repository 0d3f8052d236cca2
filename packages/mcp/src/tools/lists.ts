// The tools that list: jobs, models, credits.

import * as z from "zod";

import { withGateway } from "../face.ts";
import { shortened } from "../results/harmless.ts";
import { toToolResult } from "../results/tool-result.ts";
import { pageFields, shortText } from "./arguments.ts";
import { defineTool, readOnly } from "./tool.ts";

const promptLength = 80;

/** Lists jobs. */
export const listJobs = defineTool({
  name: "list_jobs",
  title: "List jobs",
  description: "Lists jobs, the newest first.",
  arguments: z.strictObject({
    status: z.enum(["queued", "in_progress", "completed", "failed", "cancelled"]).optional(),
    kind: z.enum(["image", "video", "audio"]).optional(),
    ...pageFields,
  }),
  annotations: readOnly,
  async run(input, { face, signal }) {
    const page = await withGateway(face, signal, (client) =>
      client.jobs.list({ ...input, signal }),
    );
    const data = page.data.map((job) => ({
      job_id: job.id,
      kind: job.kind,
      status: job.status,
      model: job.model,
      prompt: shortened(job.request.prompt, promptLength),
      assets: (job.result?.assets ?? []).map(({ id }) => id),
      created_at: job.created_at,
    }));
    const lines = data.map(
      (job) =>
        `${job.job_id} ${job.kind} ${job.status} ${job.model} "${job.prompt}" ${job.assets.join(" ")}`,
    );
    return toToolResult({
      text: lines.length === 0 ? "There are no such jobs." : withMore(lines, page),
      structured: { data, has_more: page.has_more, last_id: page.last_id },
    });
  },
});

/** Lists models. */
export const listModels = defineTool({
  name: "list_models",
  title: "List models",
  description: "Lists the models with what each takes.",
  arguments: z.strictObject({ kind: z.enum(["image", "video"]).optional(), ...pageFields }),
  annotations: readOnly,
  async run({ kind, after, limit }, { face, signal }) {
    const { data: all } = await withGateway(face, signal, (client) =>
      client.models.list({ signal }),
    );
    const wanted = all.filter(({ jimeng }) => kind === undefined || jimeng.kind === kind);
    const start = after === undefined ? 0 : wanted.findIndex(({ id }) => id === after) + 1;
    const data = wanted.slice(start, start + limit).map(({ id, jimeng }) => ({
      id,
      kind: jimeng.kind,
      ratios: jimeng.ratios,
      resolutions: jimeng.resolutions,
      ...(jimeng.durations.length === 0 ? {} : { durations: jimeng.durations }),
      counts: jimeng.counts.options,
      max_references: jimeng.max_references,
      cost: jimeng.cost,
      status: jimeng.status,
    }));
    const page = { has_more: start + limit < wanted.length, last_id: data.at(-1)?.id ?? null };
    const lines = data.map(
      (model) =>
        `${model.id} (${model.kind}): ratios ${model.ratios.join(" ")}; ${model.resolutions.join(" ")}${model.durations === undefined ? "" : `; ${model.durations.join(" ")} s`}; up to ${model.max_references} references`,
    );
    return toToolResult({ text: withMore(lines, page), structured: { data, ...page } });
  },
});

/** Reads balances. */
export const getCredits = defineTool({
  name: "get_credits",
  title: "Read the credits",
  description: "Tells the credits of the accounts.",
  arguments: z.strictObject({ account: shortText.optional() }),
  annotations: readOnly,
  async run({ account }, { face, signal }) {
    const { data } = await withGateway(face, signal, (client) =>
      client.credits.list({ account, signal }),
    );
    const balances = data.map(({ account: name, region, total, error }) => ({
      account: name,
      region,
      total,
      ...(error === null ? {} : { error: error.message }),
    }));
    const { perCall, perDay } = face.spending.limits;
    const lines = balances.map(
      ({ account: name, region, total, error }) =>
        `${name} (${region}): ${total === null ? `not known (${error ?? "not read"})` : `${total} credits`}`,
    );
    return toToolResult({
      text: [
        ...lines,
        `Without asking, a call may spend ${perCall} credits and a day ${perDay}.`,
      ].join("\n"),
      structured: { data: balances, auto_credits: perCall, daily_credits: perDay },
    });
  },
});

function withMore(
  lines: readonly string[],
  { has_more, last_id }: { has_more: boolean; last_id: string | null },
): string {
  const more = has_more && last_id !== null ? [`More: call again with after: "${last_id}".`] : [];
  return [...lines, ...more].join("\n");
}
