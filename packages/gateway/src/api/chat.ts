// Chat completions as JSON: the body that chat-only clients send to get pictures and videos, and its answer.

import * as z from "zod";

import { seedSchema, sizeSchema, submissionFields } from "./generations.ts";
import { maxImageCount } from "./images.ts";
import { wholeSecondsSchema } from "./videos.ts";
import { warningSchema } from "./warnings.ts";

const imageUrlSchema = z.union([z.string(), z.looseObject({ url: z.string() })]);

/** One part of a message's content. */
const partSchema = z.looseObject({
  type: z.string(),
  text: z.string().nullish(),
  image_url: imageUrlSchema.nullish(),
});

const messageSchema = z.looseObject({
  role: z.string(),
  content: z.union([z.string(), z.array(partSchema)]).nullish(),
  images: z.array(z.looseObject({ image_url: imageUrlSchema.nullish() })).nullish(),
});

/** The body of `POST /v1/chat/completions`; unknown keys are kept, to be warned about. */
export const chatBodySchema = z
  .looseObject({
    model: z.string().nullish(),
    messages: z.array(messageSchema).min(1, { error: "is empty: send the prompt as a message" }),
    stream: z.boolean().nullish(),
    stream_options: z.looseObject({ include_usage: z.boolean().nullish() }).nullish(),
    /** Number of pictures; they all come in one choice. */
    n: z.int().min(1).max(maxImageCount).nullish(),
    /** True works from the pictures of the last answer, beside those of the last message. */
    edit_previous: z.boolean().nullish(),
    size: sizeSchema.nullish(),
    ratio: z.string().nullish(),
    resolution: z.string().nullish(),
    quality: z.enum(["standard", "hd", "low", "medium", "high", "auto"]).nullish(),
    seconds: wholeSecondsSchema.nullish(),
    seed: seedSchema.nullish(),
    negative_prompt: z.string().nullish(),
    account: z.string().min(1).nullish(),
    ...submissionFields,
  })
  .meta({ id: "ChatCompletionRequest" });

const imagePartSchema = z.object({
  type: z.literal("image_url"),
  image_url: z.object({ url: z.string() }),
});

const usageSchema = z.object({
  prompt_tokens: z.int(),
  completion_tokens: z.int(),
  total_tokens: z.int(),
});

/** OpenAI's answer to a chat, with the pictures also in `images`, our warnings and job ids. */
export const chatAnswerSchema = z
  .object({
    id: z.string(),
    object: z.literal("chat.completion"),
    created: z.int(),
    model: z.string(),
    choices: z.array(
      z.object({
        index: z.int(),
        message: z.object({
          role: z.literal("assistant"),
          content: z.string(),
          refusal: z.null(),
          images: z.array(imagePartSchema).optional(),
        }),
        logprobs: z.null(),
        finish_reason: z.literal("stop"),
      }),
    ),
    usage: usageSchema,
    /** When the URLs end, in Unix seconds; null where they work as long as the file and the key. */
    expires_at: z.int().nullable(),
    warnings: z.array(warningSchema),
    job_id: z.string(),
    job_ids: z.array(z.string()),
  })
  .meta({ id: "ChatCompletion" });

export type ChatBody = z.output<typeof chatBodySchema>;
export type ChatMessage = ChatBody["messages"][number];
export type ChatAnswer = z.infer<typeof chatAnswerSchema>;
