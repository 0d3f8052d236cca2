// Speech as JSON: the body of OpenAI's speech route with our extensions, and the list of voices.

import * as z from "zod";

import { promptSchema, submissionFields } from "./generations.ts";
import { toListSchema } from "./lists.ts";

const maxRate = 100;
const rateSchema = z.int().min(-maxRate).max(maxRate);

/** The body of `POST /v1/audio/speech`; unknown keys are kept, to be warned about. */
export const speechBodySchema = z
  .looseObject({
    /** The text to speak. */
    input: promptSchema,
    /** The id or the title of a voice, or OpenAI's object with an id. */
    voice: z.union([z.string().min(1), z.looseObject({ id: z.string().min(1) })]),
    model: z.string().nullish(),
    response_format: z
      .literal("mp3", { error: 'must be "mp3": the site makes no other format' })
      .nullish(),
    speed: z
      .literal(1, {
        error: "must be 1: what the site's rates mean is not known; speech_rate has them",
      })
      .nullish(),
    stream_format: z
      .literal("audio", { error: 'must be "audio": the site answers with the whole sound' })
      .nullish(),
    /** As the site counts, 0 is usual. */
    speech_rate: rateSchema.nullish(),
    pitch_rate: rateSchema.nullish(),
    account: z.string().min(1).nullish(),
    ...submissionFields,
  })
  .meta({ id: "SpeechRequest" });

/** The query of `GET /v1/audio/voices`. */
export const voicesQuerySchema = z.object({ account: z.string().min(1).optional() });

/** The voices of a site. */
export const voiceListSchema = toListSchema(
  z.object({ id: z.string(), object: z.literal("voice"), title: z.string() }).meta({ id: "Voice" }),
).meta({ id: "VoiceList" });

export type SpeechBody = z.output<typeof speechBodySchema>;
/** What a client may send to have a text spoken. */
export type SpeechBodyInput = z.input<typeof speechBodySchema>;
export type VoiceList = z.infer<typeof voiceListSchema>;
