// Translates OpenAI's body of speech into the domain request.

import { findTool } from "@jimeng/sdk/tools";

import { speechBodySchema } from "../../api/speech.ts";
import type { SpeechBody } from "../../api/speech.ts";
import type { SubmissionContent } from "../../submission/submission.ts";
import { invalid, toSubmissionFields, warnAboutFields, withoutUndefined } from "../body-fields.ts";
import type { TranslationContext } from "../context.ts";

const fieldNames = {
  known: Object.keys(speechBodySchema.shape),
  ignored: ["user", "instructions"],
};
const model = findTool("speech")?.id ?? "";

/** Returns the name of the voice that a body asks for: an id or a title. */
export function toVoiceName({ voice }: SpeechBody): string {
  return typeof voice === "string" ? voice : voice.id;
}

/** Translates a body; `voiceId` is the id of its voice. Throws `invalid_request` for another model. */
export function toSpeechSubmission(
  body: SpeechBody,
  voiceId: string,
  context: TranslationContext,
): SubmissionContent {
  if (body.model != null && body.model !== model) {
    throw invalid("model", `There is no model "${body.model}" of speech.`, `Use ${model}.`);
  }
  const request = withoutUndefined({
    kind: "audio" as const,
    tool: "speech" as const,
    prompt: body.input,
    voice: voiceId,
    speechRate: body.speech_rate ?? undefined,
    pitchRate: body.pitch_rate ?? undefined,
  });
  return {
    requests: [request],
    references: [],
    ...toSubmissionFields(body, context),
    warnings: warnAboutFields(body, fieldNames),
  };
}
