// The client's calls that make pictures, in OpenAI's names.

import type { ImageBodyInput, ImagesAnswer } from "../../images.ts";
import type { JobObject } from "../../jobs.ts";
import type { ListPage } from "../../lists.ts";
import type { OutpaintBodyInput, RefineBodyInput, UpscaleBodyInput } from "../../tools.ts";
import { toPost } from "../options.ts";
import type { CreateOptions } from "../options.ts";
import type { Transport } from "../transport.ts";

/** Makes pictures. */
export class Images {
  readonly #transport: Transport;

  constructor(transport: Transport) {
    this.#transport = transport;
  }

  /** Makes pictures and waits for them; a failure after the start carries `jobId`. */
  create(body: ImageBodyInput, options: CreateOptions = {}): Promise<ImagesAnswer> {
    return this.#transport.json("/v1/images/generations", toPost(body, options));
  }

  /** Makes pictures from pictures (`image`: URLs, data URLs or file ids) and waits for them. */
  edit(body: ImageBodyInput, options: CreateOptions = {}): Promise<ImagesAnswer> {
    return this.#transport.json("/v1/images/edits", toPost(body, options));
  }

  /** Enlarges a picture and waits for it: HD, which was free so far, or smart HD (`mode: "smart"`). */
  upscale(body: UpscaleBodyInput, options: CreateOptions = {}): Promise<ImagesAnswer> {
    return this.#transport.json("/v1/images/upscale", toPost(body, options));
  }

  /** Extends a picture beyond its sides and waits for it. */
  outpaint(body: OutpaintBodyInput, options: CreateOptions = {}): Promise<ImagesAnswer> {
    return this.#transport.json("/v1/images/outpaint", toPost(body, options));
  }

  /** Repairs the details of a stored result (`asset_…` or `job_…`) and waits for it. */
  refine(body: RefineBodyInput, options: CreateOptions = {}): Promise<ImagesAnswer> {
    return this.#transport.json("/v1/images/refine", toPost(body, options));
  }

  /** Starts pictures and returns their jobs at once: one, or several when one start cannot make as many. */
  async start(body: ImageBodyInput, options: CreateOptions = {}): Promise<JobObject[]> {
    const answer = await this.#transport.json<JobObject | ListPage<JobObject>>(
      "/v1/images/generations",
      toPost(body, options, { prefer: "respond-async" }),
    );
    return answer.object === "list" ? answer.data : [answer];
  }
}
