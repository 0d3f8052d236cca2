// Answers the endpoints of sound: models of songs, built-in voices and speech (music.md, speech.md).

import * as z from "zod";

import { checkBody } from "../endpoint.ts";
import type { Endpoint } from "../endpoint.ts";
import { invalidParameter } from "../envelope.ts";
import { silentMp3 } from "../media/silence.ts";
import { musicSeconds, songModels } from "../models/music-models.ts";
import type { MusicModel } from "../models/music-models.ts";
import { voiceCount, voiceOf } from "../models/voices.ts";
import { priceTag } from "../shapes/price-shape.ts";
import { voiceItem } from "../shapes/voice-shape.ts";

const online = 0;
const songScene = "song";

/** Lists one model of songs; only its key, name and status are read by the client whose runs are known. */
function songEntry(model: MusicModel): Record<string, unknown> {
  const { min, max, usual } = musicSeconds;
  return {
    model_req_key: model.key,
    model_name: model.name,
    model_status: online,
    options: [
      {
        key: "duration_ms",
        value_type: "range",
        range_val: { min: min * 1000, max: max * 1000, default_val: usual * 1000, step: 1000 },
      },
    ],
    commercial_config: {
      resolution_price_configs: [
        { resolution: "", price: priceTag(model.benefit, { id: "generate_audio", amount: 0 }) },
      ],
    },
  };
}

const configSchema = z.looseObject({ scene_list: z.array(z.string()).min(1) });

/** The endpoint that lists the models of music of the region, by scene. */
export const audioConfigEndpoint: Endpoint = {
  name: "audio_common_config",
  path: "/mweb/v1/audio_generate/get_common_config",
  envelope: "mweb",
  allowsGuests: true,
  handle: ({ region, body }) => {
    const { scene_list: scenes } = checkBody(configSchema, body, "scene_list is missing");
    const songs = songModels.filter((model) => model.regions.includes(region));
    return scenes.includes(songScene) ? { [songScene]: { model_list: songs.map(songEntry) } } : {};
  },
};

const voicePanel = "dreamina_tone";
const maxVoicesPerPage = 50;

const feedSchema = z.looseObject({
  panel: z.literal(voicePanel),
  count: z.int().min(1),
  offset: z.int().min(0).default(0),
});

/** The endpoint that lists the built-in voices; the site's other panels are not simulated. */
export const feedEndpoint: Endpoint = {
  name: "feed",
  path: "/mweb/v1/feed",
  envelope: "mweb",
  handle: ({ body }) => {
    const { count, offset } = checkBody(feedSchema, body);
    const end = Math.min(voiceCount, offset + Math.min(count, maxVoicesPerPage));
    const indexes = Array.from({ length: Math.max(0, end - offset) }, (_, index) => offset + index);
    return {
      item_list: indexes.map(voiceItem),
      has_more: end < voiceCount,
      next_offset: end,
    };
  },
};

const rate = z.int().min(-50).max(100);

const speechSchema = z.looseObject({
  text: z.string(),
  id_info: z.looseObject({ id: z.string().min(1), item_platform: z.literal(1) }),
  audio_config: z.looseObject({
    format: z.literal("mp3"),
    pitch_rate: rate,
    sample_rate: z.literal(24_000),
    speech_rate: rate,
  }),
});

/** How long one character is spoken, about four a second [I]. */
const msPerCharacter = 250;

/**
 * The endpoint that speaks a text with a built-in voice: MP3 in base64, at once. It has no submit id and no record, so
 * nothing is charged here; whether the site charges it is not known.
 */
export const speechEndpoint: Endpoint = {
  name: "tts_generate",
  path: "/mweb/v1/tts_generate",
  envelope: "mweb",
  handle: ({ body }) => {
    const { text, id_info: voice, audio_config: audio } = checkBody(speechSchema, body);
    if (text.trim() === "") throw invalidParameter("the text is empty");
    if (voiceOf(voice.id) === undefined) throw invalidParameter("no such voice");
    const length = Array.from(text).length * msPerCharacter;
    return { data: silentMp3(length, audio.sample_rate).toString("base64") };
  },
};
