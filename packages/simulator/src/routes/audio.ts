// Answers the live list of models of music (music.md).

import * as z from "zod";

import { checkBody } from "../endpoint.ts";
import type { Endpoint } from "../endpoint.ts";
import { musicSeconds, songModels } from "../models/music-models.ts";
import type { MusicModel } from "../models/music-models.ts";
import { priceTag } from "../shapes/price-shape.ts";

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
