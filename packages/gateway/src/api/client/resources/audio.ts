// The client's calls that make sounds.

import type { JobObject } from "../../jobs.ts";
import type { MusicBodyInput } from "../../tools.ts";
import { toPost } from "../options.ts";
import type { CreateOptions } from "../options.ts";
import type { Transport } from "../transport.ts";

/** Makes music. */
export class Audio {
  readonly #transport: Transport;

  constructor(transport: Transport) {
    this.#transport = transport;
  }

  /** Starts a piece of music, or a song where lyrics are given, and returns its job at once. */
  music(body: MusicBodyInput, options: CreateOptions = {}): Promise<JobObject> {
    return this.#transport.json("/v1/audio/music", toPost(body, options));
  }
}
