// The client's calls about videos, in OpenAI's names.

import type { ListPage } from "../../lists.ts";
import type { InterpolateBodyInput } from "../../tools.ts";
import type { DeletedVideo, RemixBodyInput, VideoBodyInput, VideoObject } from "../../videos.ts";
import { toPost } from "../options.ts";
import type { CallOptions, CreateOptions, PageOptions } from "../options.ts";
import type { Transport } from "../transport.ts";

/** Starts and reads videos. */
export class Videos {
  readonly #transport: Transport;

  constructor(transport: Transport) {
    this.#transport = transport;
  }

  /** Starts a video and returns it at once; its id is the job's id. */
  create(body: VideoBodyInput, options: CreateOptions = {}): Promise<VideoObject> {
    return this.#transport.json("/v1/videos", toPost(body, options));
  }

  /** Starts the interpolation of a video's frames to 60 a second and returns it at once. */
  interpolate(body: InterpolateBodyInput, options: CreateOptions = {}): Promise<VideoObject> {
    return this.#transport.json("/v1/videos/interpolate", toPost(body, options));
  }

  /** Starts a finished video anew with another prompt and returns it at once. */
  remix(id: string, body: RemixBodyInput, options: CreateOptions = {}): Promise<VideoObject> {
    return this.#transport.json(`${pathOf(id)}/remix`, toPost(body, options));
  }

  /** Deletes a video that is not being made. */
  delete(id: string, options: CallOptions = {}): Promise<DeletedVideo> {
    return this.#transport.json(pathOf(id), { method: "DELETE", ...options });
  }

  /** Lists videos, newest first. */
  list(options: PageOptions = {}): Promise<ListPage<VideoObject>> {
    const { signal, ...query } = options;
    return this.#transport.json("/v1/videos", { query, signal });
  }

  /** Retrieves one video. */
  retrieve(id: string, options: CallOptions = {}): Promise<VideoObject> {
    return this.#transport.json(pathOf(id), options);
  }
}

function pathOf(id: string): string {
  return `/v1/videos/${encodeURIComponent(id)}`;
}
