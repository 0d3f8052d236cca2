// Translates jobs into OpenAI's answers to a chat: one message, or the chunks of a stream.

import type { ChatAnswer } from "../../api/chat.ts";
import type { ErrorBody } from "../../api/errors.ts";
import type { Asset, Job } from "../../jobs/job.ts";
import type { Urls } from "../urls.ts";
import { toUnixSeconds } from "../values.ts";
import { toAnswerAssets, toAnswerFrame } from "./image-answer.ts";

/** What all answers to one request share. */
export interface ChatFrame {
  /** The same id in every chunk: some clients begin a new message when it changes. */
  id: string;
  /** Unix seconds. */
  created: number;
  /** The model as the caller named it. */
  model: string;
}

/** The site counts credits, which the job tells. */
const noTokens = { prompt_tokens: 0, completion_tokens: 0, total_tokens: 0 };

/** Builds the answer to a chat that does not stream. */
export function toChatAnswer(
  jobs: readonly [Job, ...Job[]],
  model: string,
  urls: Urls,
): ChatAnswer {
  const [first] = jobs;
  const assets = toAnswerAssets(jobs);
  const { warnings, job_id, job_ids } = toAnswerFrame(jobs);
  const linkOf = (asset: Asset): string => urls.asset(asset, first);
  const images = toImageParts(assets, linkOf);
  return {
    id: `chatcmpl-${first.id}`,
    object: "chat.completion",
    created: toUnixSeconds(first.completedAt ?? first.createdAt),
    model,
    choices: [
      {
        index: 0,
        message: {
          role: "assistant",
          content: assets.map((asset) => toLink(asset, linkOf)).join("\n\n"),
          refusal: null,
          ...(images.length === 0 ? {} : { images }),
        },
        logprobs: null,
        finish_reason: "stop",
      },
    ],
    usage: noTokens,
    expires_at: urls.expiresAt(first),
    warnings,
    job_id,
    job_ids,
  };
}

/** Builds a chunk of a stream. */
export function toChunk(
  { id, created, model }: ChatFrame,
  delta: Record<string, unknown>,
  finishReason: "stop" | null = null,
) {
  return {
    id,
    object: "chat.completion.chunk",
    created,
    model,
    choices: [{ index: 0, delta, logprobs: null, finish_reason: finishReason }],
  };
}

/** Builds the chunk of usage that ends a stream which asked for it. */
export function toUsageChunk({ id, created, model }: ChatFrame) {
  return { id, object: "chat.completion.chunk", created, model, choices: [], usage: noTokens };
}

/**
 * Builds the event of a failure. `@ai-sdk/openai` guesses a status from `code` and `type` and repeats the request when
 * it guesses 500, which would be a second paid job: with this type it guesses 400. `code` keeps the truth.
 */
export function toErrorChunk({ error }: ErrorBody): ErrorBody {
  if (error.job_id === null) return { error };
  return { error: { ...error, type: "invalid_request_error" } };
}

/** Returns the address of a result. */
type LinkOf = (asset: Asset) => string;

/** Builds the delta of results that have landed. */
export function toResultDelta(
  assets: readonly Asset[],
  isFirst: boolean,
  linkOf: LinkOf,
): Record<string, unknown> {
  const images = toImageParts(assets, linkOf);
  const links = assets.map((asset) => toLink(asset, linkOf)).join("\n\n");
  return {
    content: isFirst ? links : `\n\n${links}`,
    ...(images.length === 0 ? {} : { images }),
  };
}

function toImageParts(assets: readonly Asset[], linkOf: LinkOf) {
  return assets
    .filter(({ contentType }) => contentType.startsWith("image/"))
    .map((asset) => ({ type: "image_url" as const, image_url: { url: linkOf(asset) } }));
}

function toLink(asset: Asset, linkOf: LinkOf): string {
  const url = linkOf(asset);
  return asset.contentType.startsWith("image/") ? `![image](${url})` : `[video](${url})`;
}

const progressStep = 10;

/** Says in a line where a job stands, for people who wait; the line changes seldom. */
export function toProgressLine(job: Job): string {
  if (job.status === "queued") return "Waiting for its turn.";
  switch (job.phase) {
    case "uploading":
      return "Uploading the pictures to work from.";
    case "saving":
      return "Fetching the result.";
    case "generating": {
      const { queue } = job;
      if (queue?.state === "queued" && queue.length > 0) {
        return `In the queue of the site: place ${queue.position} of ${queue.length}.`;
      }
      return `Generating: ${Math.floor(job.progress / progressStep) * progressStep} %.`;
    }
    default:
      return "Starting.";
  }
}
