// Builds an item of the list of voices, as one client reads it from the feed (speech.md).

import { voiceAt } from "../models/voices.ts";

const voiceEffectType = 209;

/** Builds the item of the voice at an index. */
export function voiceItem(index: number): Record<string, unknown> {
  const voice = voiceAt(index);
  const tone = {
    tag_list: [
      { type: "language", value: "普通话" },
      { type: "gender", value: voice.gender },
    ],
    speaker_id: voice.speakerId,
  };
  return {
    common_attr: {
      id: voice.id,
      title: voice.title,
      effect_type: voiceEffectType,
      loki_effect_id: String(index + 1),
      // A text in a text, as in the capture.
      web_extra: JSON.stringify({ tonetype: JSON.stringify(tone) }),
    },
  };
}
