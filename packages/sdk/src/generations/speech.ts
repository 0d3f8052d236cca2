// Speaks a text: one call whose answer is the sound (speech.md [L]).

import * as z from "zod";

import { JimengError } from "../errors.ts";
import type { Settings } from "../options.ts";
import { prepareToolRequest } from "../prepare/tools.ts";
import type { SpeechRequest } from "../requests.ts";
import { parseData } from "../wire/transport/envelope.ts";
import type { Transport } from "../wire/transport/transport.ts";
import type { Speech } from "./results.ts";
import { markRefused } from "./start-errors.ts";

const path = "/mweb/v1/tts_generate";
const sampleRate = 24_000;
/** Platform of the site's own voices. */
const sitePlatform = 1;

const answerSchema = z.looseObject({ data: z.string().min(1) });

/** Speaks a text. The call is paid: it is sent once, and every error carries `acceptance`. */
export async function speak(
  settings: Settings,
  transport: Transport,
  request: Omit<SpeechRequest, "kind" | "tool">,
  options: { signal?: AbortSignal },
): Promise<Speech> {
  const { region, maxPromptLength } = settings;
  const wanted: SpeechRequest = { ...request, kind: "audio", tool: "speech" };
  const { request: prepared, warnings } = markRefused(() =>
    prepareToolRequest(wanted, { region: region.id, maxPromptLength }),
  );
  if (prepared.tool !== "speech") throw new Error("a speech was prepared as something else");
  const { data } = await transport
    .call({
      host: "mweb",
      path,
      body: {
        text: prepared.prompt,
        id_info: { id: prepared.voice, item_platform: sitePlatform },
        audio_config: {
          format: "mp3",
          sample_rate: sampleRate,
          speech_rate: prepared.speechRate,
          pitch_rate: prepared.pitchRate,
        },
      },
      paid: true,
      signal: options.signal,
    })
    .catch((error: unknown) => {
      throw withoutLookUp(error);
    });
  return { bytes: decode(data), warnings };
}

function decode(data: unknown): Uint8Array {
  try {
    const { data: text } = parseData(answerSchema, data, "tts_generate");
    const bytes = Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
    if (bytes.length > 0) return bytes;
  } catch {
    // It is no answer, or no base64.
  }
  throw withoutLookUp(
    new JimengError("unexpected_response", "The site spoke, but its sound cannot be read.", {
      acceptance: "unknown",
    }),
  );
}

/** A lost answer cannot be looked up: the call has no submit id. */
function withoutLookUp(error: unknown): unknown {
  if (!JimengError.isInstance(error) || error.detail.acceptance !== "unknown") return error;
  return new JimengError(error.code, error.message, {
    ...error.detail,
    charged: "unknown",
    fix: "Speech has no id to look it up by: look at the account's credit history before you ask again.",
    cause: error,
  });
}
