// Translates OpenAI's chat body into the domain request: the last message of the user is the prompt.

import type { GenerationRequest, Warning } from "@jimeng/sdk";

import { chatBodySchema } from "../../api/chat.ts";
import type { ChatBody, ChatMessage } from "../../api/chat.ts";
import type {
  ReferencePlace,
  SubmissionContent,
  SubmissionReference,
} from "../../submission/submission.ts";
import {
  invalid,
  toImageRequest,
  toSubmissionFields,
  warnAboutFields,
  withoutUndefined,
} from "../body-fields.ts";
import type { TranslationContext } from "../context.ts";
import { toSource } from "../reference-fields.ts";
import { normalizeBody } from "../normalize-body.ts";
import { openaiImageFields, openaiVideoFields } from "./fields.ts";
import { readModelName } from "./model-suffix.ts";
import type { NamedModel } from "./model-suffix.ts";
import { toPixels } from "./size.ts";

/** What a chat body asks for: what to make, and how to answer. */
export interface ChatSubmission {
  content: SubmissionContent;
  /** The model as the caller named it; answers repeat it. */
  model: string;
  streams: boolean;
  /** True when the stream ends with a chunk of usage. */
  tellsUsage: boolean;
}

/** Fields of chats that have no meaning for a picture. */
const ignoredFields = [
  "temperature",
  "top_p",
  "top_k",
  "max_tokens",
  "max_completion_tokens",
  "presence_penalty",
  "frequency_penalty",
  "repetition_penalty",
  "stop",
  "user",
  "logit_bias",
  "logprobs",
  "top_logprobs",
  "parallel_tool_calls",
  "modalities",
  "store",
  "service_tier",
  "reasoning_effort",
  "reasoning",
  "verbosity",
  "prediction",
  "prompt_cache_key",
  "safety_identifier",
  "web_search_options",
  "thinking",
  "enable_thinking",
  "response_format",
  "tool_choice",
  "function_call",
] as const;
const fieldNames = {
  known: [...Object.keys(chatBodySchema.shape), "tools", "functions"],
  ignored: ignoredFields,
};

const bodyNames = { ...openaiImageFields.names, ...openaiVideoFields.names };
const chatFields = {
  known: new Set(fieldNames.known),
  ignored: new Set<string>(ignoredFields),
};

/** Returns the body in this route's own fields, as other routes read theirs; material stands in messages only. */
export function normalizeChatBody(body: unknown): unknown {
  const model = (body as { model?: unknown } | null | undefined)?.model;
  const { kind } = readModelName(typeof model === "string" ? model : undefined);
  const { ratio, resolution, size, seed, count, duration, negativePrompt } = bodyNames;
  const names = { ratio, resolution, size, seed, count, duration, negativePrompt };
  return normalizeBody(body, { ...chatFields, kind, names });
}

/** Translates a chat body. Throws `invalid_request` and `reference_unusable` for what cannot be had. */
export function toChatSubmission(body: ChatBody, context: TranslationContext): ChatSubmission {
  refuseTools(body);
  const named = readModelName(body.model);
  const { index, message } = lastOfUser(body.messages);
  const prompt = textOf(message, index);
  if (prompt.trim() === "") {
    throw invalid(
      `messages[${index}].content`,
      "The last message of the user has no text.",
      "Say in a few words what should be made.",
    );
  }
  const warnings: Warning[] = warnAboutFields(body, fieldNames);
  if (body.messages.some(({ role }) => role === "system" || role === "developer")) {
    const note = "Messages of the system have no effect: the site takes one prompt.";
    warnings.push({ code: "parameter_ignored", param: "messages", message: note });
  }
  const pictures = [
    ...(body.edit_previous === true || named.editsPrevious
      ? previousPictures(body.messages, index)
      : []),
    ...picturesOf(message, index),
  ];
  const references = pictures.map((value, position): SubmissionReference => ({
    source: toSource(value, "messages", position, context),
    param: "messages",
    kinds: ["image"],
    place: placeOf(named, position, pictures.length),
  }));
  return {
    content: {
      requests: [toRequest(body, named, prompt, warnings)],
      references,
      ...toSubmissionFields(body, context),
      warnings,
    },
    model: body.model ?? named.model,
    streams: body.stream === true,
    tellsUsage: body.stream_options?.include_usage === true,
  };
}

function refuseTools(body: ChatBody): void {
  for (const field of ["tools", "functions"]) {
    const value = body[field];
    if (value == null || (Array.isArray(value) && value.length === 0)) continue;
    throw invalid(
      field,
      "These models make pictures and videos; they call no tools.",
      `Leave "${field}" out, or give this request to a language model.`,
    );
  }
}

function lastOfUser(messages: readonly ChatMessage[]): { index: number; message: ChatMessage } {
  const index = messages.findLastIndex(({ role }) => role === "user");
  const message = messages[index];
  if (message !== undefined) return { index, message };
  throw invalid("messages", "No message is the user's.", 'Send the prompt with the role "user".');
}

function textOf({ content }: ChatMessage, index: number): string {
  if (typeof content === "string") return content;
  const texts = (content ?? []).flatMap((part, position) => {
    if (part.type === "text" || part.type === "input_text") return [part.text ?? ""];
    if (pictureTypes.has(part.type)) return [];
    throw invalid(
      `messages[${index}].content[${position}]`,
      `A part of the type "${part.type.slice(0, 64)}" is not taken.`,
      "Send text and image_url parts.",
    );
  });
  return texts.join("\n");
}

const pictureTypes: ReadonlySet<string> = new Set(["image_url", "input_image", "image"]);

function picturesOf({ content, images }: ChatMessage, index: number): unknown[] {
  const parts = typeof content === "string" ? [] : (content ?? []);
  const found = parts.filter(({ type }) => pictureTypes.has(type));
  const empty = found.find((part) => part.image_url == null && part["file_id"] == null);
  if (empty !== undefined) {
    throw invalid(
      `messages[${index}].content`,
      "A picture has no address.",
      'Send it as {"type": "image_url", "image_url": {"url": "…"}}.',
    );
  }
  return [...found, ...(images ?? [])];
}

const markdownPicture = /!\[[^\]]*\]\(\s*<?([^\s)>]+)>?[^)]*\)/g;

/** Returns the pictures of the last answer before a message. Throws where there are none. */
function previousPictures(messages: readonly ChatMessage[], before: number): unknown[] {
  for (const message of messages.slice(0, before).toReversed()) {
    if (message.role !== "assistant") continue;
    const attached = [
      ...(message.images ?? []),
      ...(Array.isArray(message.content) ? message.content : []).filter(({ type }) =>
        pictureTypes.has(type),
      ),
    ];
    if (attached.length > 0) return attached;
    const text = typeof message.content === "string" ? message.content : "";
    const linked = [...text.matchAll(markdownPicture)].map(([, url]) => url);
    if (linked.length > 0) return linked;
  }
  throw invalid(
    "edit_previous",
    "No earlier answer has a picture.",
    "Attach the picture to the message, or do not ask to edit the last one.",
  );
}

/** One picture of a video is its first frame, two are its first and last one, more are materials. */
function placeOf({ kind }: NamedModel, position: number, count: number): ReferencePlace {
  if (kind === "image" || count > 2) return { property: "references" };
  return { property: position === 0 ? "firstFrame" : "lastFrame" };
}

function toRequest(
  body: ChatBody,
  named: NamedModel,
  prompt: string,
  warnings: Warning[],
): GenerationRequest {
  const size = agreed("size", body.size, named.size);
  const ratio = agreed("ratio", body.ratio, named.ratio);
  const resolution = agreed("resolution", body.resolution, named.resolution);
  const seconds = agreed("seconds", body.seconds, named.seconds);
  const { model, kind } = named;
  if (kind === "image") {
    if (seconds !== undefined) {
      throw invalid(
        "seconds",
        "A picture has no duration.",
        "Leave it out, or name a video model.",
      );
    }
    const shared = { ...body, model, prompt, ratio, resolution };
    return toImageRequest(shared, { count: body.n ?? 1, ...toPixels(size) }, warnings);
  }
  if (body.n != null && body.n > 1) {
    throw invalid("n", "One call makes one video.", 'Set "n" to 1, or call again.');
  }
  return withoutUndefined({
    kind: "video" as const,
    model,
    prompt,
    ...toPixels(size),
    ratio,
    resolution,
    durationSeconds: seconds,
    seed: body.seed ?? undefined,
  });
}

/** Returns what the body or the model's name says. Throws where the two differ. */
function agreed<T extends string | number>(
  param: string,
  ofBody: T | null | undefined,
  ofName: T | undefined,
): T | undefined {
  if (ofBody == null) return ofName;
  if (ofName === undefined || ofName === ofBody) return ofBody;
  throw invalid(
    param,
    `"${param}" and the model's name say different things.`,
    "Give only one of the two.",
  );
}
