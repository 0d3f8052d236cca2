// Builds the drafts of music: instrumental pieces and songs (music.md [L]).

import type { PreparedMusicRequest } from "../../requests.ts";
import type { DraftInput, DraftParts } from "./parts.ts";

const minVersion = "3.2.3";
const songModelKey = "seed_music_1.0";

/** Builds a piece's parts of a start's body; a body of music has no `extend`. */
export function buildMusicParts(
  request: PreparedMusicRequest,
  input: Pick<DraftInput, "submitId">,
  id: () => string,
): DraftParts {
  const name = request.vocals ? "generate_song" : "generate_instrumental";
  return {
    modelKey: undefined,
    minVersion,
    minFeatures: [],
    component: {
      type: "audio_base_component",
      min_version: minVersion,
      generate_type: name,
      abilities: {
        type: "",
        id: id(),
        [name]: {
          type: "",
          id: id(),
          prompt: request.prompt,
          duration: request.durationSeconds,
          title: request.title ?? "",
          ...(request.vocals ? buildSong(request, id) : {}),
        },
      },
    },
    extend: {},
    metricsExtra: JSON.stringify({
      isDefaultSeed: 1,
      originSubmitId: input.submitId,
      isRegenerate: false,
    }),
  };
}

function buildSong({ tags = [], lyrics }: PreparedMusicRequest, id: () => string) {
  const lines = (lyrics ?? "").split(/\r?\n/).filter((line) => line.trim() !== "");
  return {
    tags,
    model_req_key: songModelKey,
    ...(lines.length === 0
      ? {}
      : {
          lyrics: {
            type: "",
            id: id(),
            children: lines.map((content) => ({
              type: "paragraph",
              id: id(),
              children: [{ type: "text", id: id(), content }],
            })),
          },
        }),
  };
}
