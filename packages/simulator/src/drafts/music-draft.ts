// Plans a piece of music: an instrumental, or a song with or without lyrics (music.md).

import * as z from "zod";

import { knownRefusal } from "../faults/fault.ts";
import { findSongModel, musicSeconds } from "../models/music-models.ts";
import { checkDraft, invalidDraft } from "./draft-check.ts";
import type { DraftContext } from "./draft-check.ts";
import type { DraftComponent } from "./draft-schema.ts";
import type { AudioPlan } from "./plan.ts";
import { isOlder } from "./versions.ts";

const minDraftVersion = "3.2.3";
/** The number of the record's type was never captured [I]; 44 is speech (history.md). */
const generateType = 45;
/** What a piece costs was never measured [I]. */
const pieceCredits = 10;
const instrumentalKey = "instrumental";

const common = {
  prompt: z.string(),
  duration: z.int().min(musicSeconds.min).max(musicSeconds.max),
  title: z.string(),
};

/** A line of lyrics is a paragraph of texts. */
const lyrics = z.looseObject({
  children: z.array(
    z.looseObject({
      type: z.literal("paragraph"),
      children: z.array(z.looseObject({ type: z.literal("text"), content: z.string() })),
    }),
  ),
});

const instrumental = z.looseObject({ generate_instrumental: z.looseObject(common) });
const song = z.looseObject({
  generate_song: z.looseObject({
    ...common,
    tags: z.array(z.string()),
    model_req_key: z.string().min(1),
    lyrics: lyrics.optional(),
  }),
});

function toPlan(
  ability: { prompt: string; duration: number },
  model: { key: string; name: string },
): AudioPlan {
  if (ability.prompt.trim() === "") throw invalidDraft("the prompt is empty");
  return {
    kind: "audio",
    generateType,
    modelKey: model.key,
    modelName: model.name,
    prompt: ability.prompt,
    durationMs: ability.duration * 1000,
    width: 0,
    height: 0,
    seed: 0,
    inputs: [],
    fixedCredits: pieceCredits,
  };
}

function planSong(component: DraftComponent, context: DraftContext): AudioPlan {
  const { generate_song: ability } = checkDraft(song, component.abilities, "abilities");
  const key = ability.model_req_key;
  const model = findSongModel(key);
  if (model === undefined) throw invalidDraft("model_req_key is not a known model of songs");
  if (!model.regions.includes(context.region)) {
    throw knownRefusal("generate", "3018", { reason: `${key} is not offered in this region` });
  }
  return toPlan(ability, model);
}

/** Plans an `audio_base_component`; refuses what the pages do not show with 1000. */
export function planMusic(component: DraftComponent, context: DraftContext): AudioPlan {
  if (isOlder(context.minVersion, minDraftVersion)) {
    throw invalidDraft(`min_version of music is ${minDraftVersion} at least`);
  }
  if (component.generate_type === "generate_song") return planSong(component, context);
  if (component.generate_type !== "generate_instrumental") {
    throw invalidDraft(`generate_type ${component.generate_type} is not known for audio`);
  }
  const { generate_instrumental: ability } = checkDraft(
    instrumental,
    component.abilities,
    "abilities",
  );
  return toPlan(ability, { key: instrumentalKey, name: "纯音乐" });
}
