// The client's calls about stored result files.

import type { CallOptions } from "../options.ts";
import type { Transport } from "../transport.ts";

/** A stored file while it is downloaded. */
export interface AssetDownload {
  contentType: string;
  /** Null when the gateway did not say. */
  bytes: number | null;
  body: ReadableStream<Uint8Array>;
}

/** Reads stored result files. */
export class Assets {
  readonly #transport: Transport;

  constructor(transport: Transport) {
    this.#transport = transport;
  }

  /** Downloads a stored file; the caller reads `body` to its end or cancels it. */
  async download(id: string, options: CallOptions = {}): Promise<AssetDownload> {
    const response = await this.#transport.send(`/v1/assets/${encodeURIComponent(id)}`, {
      headers: { accept: "*/*" },
      ...options,
    });
    const length = response.headers.get("content-length");
    return {
      contentType: response.headers.get("content-type") ?? "application/octet-stream",
      bytes: length === null ? null : Number(length),
      body: response.body ?? new ReadableStream({ start: (controller) => controller.close() }),
    };
  }
}
