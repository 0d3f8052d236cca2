// The client's calls that make sounds, and the list of voices.

import type { JobObject } from "../../jobs.ts";
import type { SpeechBodyInput, VoiceList } from "../../speech.ts";
import type { MusicBodyInput } from "../../tools.ts";
import { toPost } from "../options.ts";
import type { CreateOptions } from "../options.ts";
import type { Transport } from "../transport.ts";

/** Makes music and speech. */
export class Audio {
  readonly #transport: Transport;

  constructor(transport: Transport) {
    this.#transport = transport;
  }

  /** Starts a piece of music, or a song where lyrics are given, and returns its job at once. */
  music(body: MusicBodyInput, options: CreateOptions = {}): Promise<JobObject> {
    return this.#transport.json("/v1/audio/music", toPost(body, options));
  }

  /** Has a text spoken, and returns its job at once. */
  speech(body: SpeechBodyInput, options: CreateOptions = {}): Promise<JobObject> {
    const headers = { prefer: "respond-async" };
    return this.#transport.json("/v1/audio/speech", toPost(body, options, headers));
  }

  /** Lists the voices of the site. */
  voices(query: { account?: string } = {}): Promise<VoiceList> {
    return this.#transport.json("/v1/audio/voices", { query });
  }
}
