// Lists the simulator's own models of music, written from music.md.

import type { Region } from "../regions.ts";

/** A model of songs; an instrumental needs none. */
export interface MusicModel {
  key: string;
  name: string;
  regions: readonly Region[];
  benefit: string;
}

/** The length of a piece in seconds. */
export const musicSeconds = { min: 30, max: 360, usual: 120 } as const;

/** The models of songs: run live outside China, and in China's configuration under the same names. */
export const songModels: readonly MusicModel[] = [
  {
    key: "seed_music_1.0",
    name: "SeedMusic 1.0",
    regions: ["cn", "us", "hk", "jp", "sg"],
    benefit: "dreamina_audio_seed_music_10_1",
  },
];

/** Finds a model of songs by its upstream key. */
export function findSongModel(key: string): MusicModel | undefined {
  return songModels.find((model) => model.key === key);
}
