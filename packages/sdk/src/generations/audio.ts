// Makes sounds: music as a generation, speech in one call, and the list of voices.

import { JimengError } from "../errors.ts";
import type { Settings } from "../options.ts";
import type { MusicRequest, PreparedMusicRequest, SpeechRequest } from "../requests.ts";
import type { Voice, VoicesOptions } from "../wire/speech/voices.ts";
import type { Transport } from "../wire/transport/transport.ts";
import type { GenerateOptions } from "./finish.ts";
import type { Generations } from "./generations.ts";
import type { GeneratedMusic, Speech } from "./results.ts";

/** The audio resource of a client. */
export class AudioResource {
  readonly #settings: Settings;
  readonly #transport: Transport;
  readonly #generations: Generations;

  constructor(settings: Settings, transport: Transport, generations: Generations) {
    this.#settings = settings;
    this.#transport = transport;
    this.#generations = generations;
  }

  /** Makes an instrumental piece or a song and waits for it. Throws as `images.generate` does. */
  async music(
    request: Omit<MusicRequest, "kind" | "tool">,
    options: GenerateOptions = {},
  ): Promise<GeneratedMusic> {
    const { finish } = await import("./finish.ts");
    const wanted: MusicRequest = { ...request, kind: "audio", tool: "music" };
    const finished = await finish<PreparedMusicRequest>(
      this.#settings,
      this.#generations,
      wanted,
      options,
    );
    const audio = finished.generation.outputs.find((output) => output.kind === "audio");
    if (audio === undefined)
      throw new JimengError("unexpected_response", "The generation ended without a sound.");
    return { ...finished, audio };
  }

  /**
   * Speaks a text. It is one call without an id: when its answer is lost, nobody can tell whether it was charged, so it
   * is never sent again by itself.
   */
  async speech(
    request: Omit<SpeechRequest, "kind" | "tool">,
    options: { signal?: AbortSignal } = {},
  ): Promise<Speech> {
    const { speak } = await import("./speech.ts");
    return speak(this.#settings, this.#transport, request, options);
  }

  /** Lists the voices of the site. */
  async voices(options: VoicesOptions = {}): Promise<Voice[]> {
    const { listVoices } = await import("../wire/speech/voices.ts");
    return listVoices(this.#transport, options);
  }
}
