// The client's calls about stored result files.

import type { AssetMetadata } from "../../assets.ts";
import type { PictureFormat } from "../../words/picture-formats.ts";
import type {
  AssetFilterInput,
  AssetTimeline,
  AssetUpdateBody,
  AssetsUpdate,
  AssetsUpdateBody,
  GridAsset,
  LibraryAssetObject,
  SweepBody,
  SweepObject,
  ThumbnailList,
} from "../../library/library.ts";
import type { ListPage } from "../../lists.ts";
import type { CallOptions, PageOptions } from "../options.ts";
import type { Exchange, Transport } from "../transport.ts";

/** A stored file while it is downloaded. */
export interface AssetDownload {
  contentType: string;
  /** Null when the gateway did not say. */
  bytes: number | null;
  body: ReadableStream<Uint8Array>;
}

/** In which form a stored picture is wanted. */
export interface AssetForm {
  /** `thumbnail`: a WebP of at most 512 pixels, of a video the poster. */
  variant?: "original" | "thumbnail";
  format?: PictureFormat;
  /** The largest width in pixels. */
  width?: number;
  /** 0 to 100, of JPEG and WebP. */
  quality?: number;
  /** True to have what it was made from written into the file. */
  metadata?: boolean;
}

/** Which stored files are wanted. */
export type AssetFilter = AssetFilterInput;

/** Reads, finds and changes stored result files. */
export class Assets {
  readonly #transport: Transport;

  constructor(transport: Transport) {
    this.#transport = transport;
  }

  /** Downloads a stored file, as it is or in another form; the caller reads `body` to its end or cancels it. */
  async download(id: string, options: CallOptions & AssetForm = {}): Promise<AssetDownload> {
    const { variant, format, width, quality, metadata, ...call } = options;
    const response = await this.#transport.send(`/v1/assets/${encodeURIComponent(id)}`, {
      headers: { accept: "*/*" },
      query: { variant, format, width, quality, metadata: metadata === true ? "true" : undefined },
      ...call,
    });
    const length = response.headers.get("content-length");
    return {
      contentType: response.headers.get("content-type") ?? "application/octet-stream",
      bytes: length === null ? null : Number(length),
      body: response.body ?? new ReadableStream({ start: (controller) => controller.close() }),
    };
  }

  /** Tells what a stored file was made from. */
  metadata(id: string, options: CallOptions = {}): Promise<AssetMetadata> {
    return this.#transport.json(`/v1/assets/${encodeURIComponent(id)}/metadata`, options);
  }

  /** Lists stored files, newest first; `q` finds words of their prompts. */
  list(
    options: PageOptions & AssetFilter & { view?: "full" } = {},
  ): Promise<ListPage<LibraryAssetObject>> {
    return this.#transport.json("/v1/assets", toListing(options));
  }

  /** Lists what a wall of pictures needs of each file, up to 1000 at once. */
  grid(options: PageOptions & AssetFilter = {}): Promise<ListPage<GridAsset>> {
    return this.#transport.json("/v1/assets", toListing({ ...options, view: "grid" }));
  }

  /** Reads up to 100 stored files, in the order of their ids, also from the trash. */
  getMany(
    ids: readonly string[],
    options: CallOptions = {},
  ): Promise<ListPage<LibraryAssetObject>> {
    return this.#transport.json("/v1/assets", { query: { ids: ids.join(",") }, ...options });
  }

  /** Reads the thumbnails of up to 100 pictures in one answer, of those that were made before. */
  thumbnails(ids: readonly string[], options: CallOptions = {}): Promise<ThumbnailList> {
    return this.#transport.json("/v1/assets/thumbnails", {
      query: { ids: ids.join(",") },
      ...options,
    });
  }

  /** Counts stored files by day, the latest first; the time zone is UTC unless given. */
  timeline(
    options: CallOptions & AssetFilter & { time_zone?: string } = {},
  ): Promise<AssetTimeline> {
    return this.#transport.json("/v1/assets/timeline", toListing(options));
  }

  /** Stars a file, or sets its tags. */
  update(
    id: string,
    body: AssetUpdateBody,
    options: CallOptions = {},
  ): Promise<LibraryAssetObject> {
    return this.#transport.json(pathOf(id), { method: "PATCH", body, ...options });
  }

  /** Stars up to 1000 files, tags them, or puts them into the trash and back. */
  updateMany(body: AssetsUpdateBody, options: CallOptions = {}): Promise<AssetsUpdate> {
    return this.#transport.json("/v1/assets", { method: "PATCH", body, ...options });
  }

  /** Puts a file into the trash, from which it can be restored for 30 days. */
  delete(id: string, options: CallOptions = {}): Promise<LibraryAssetObject> {
    return this.#transport.json(pathOf(id), { method: "DELETE", ...options });
  }

  /** Takes a file out of the trash; throws `not_found` once it was deleted for good. */
  restore(id: string, options: CallOptions = {}): Promise<LibraryAssetObject> {
    return this.#transport.json(`${pathOf(id)}/restore`, { method: "POST", ...options });
  }

  /** Tells what retention would remove now; with `dry_run: false` removes it. */
  sweep(body: SweepBody = {}, options: CallOptions = {}): Promise<SweepObject> {
    return this.#transport.json("/v1/assets/sweep", { method: "POST", body, ...options });
  }
}

function pathOf(id: string): string {
  return `/v1/assets/${encodeURIComponent(id)}`;
}

type Listing = CallOptions & PageOptions & AssetFilter & { view?: string; time_zone?: string };

function toListing({ signal, starred, trashed, ...query }: Listing): Exchange {
  const toText = (flag: boolean | undefined) => (flag === undefined ? undefined : String(flag));
  return { query: { ...query, starred: toText(starred), trashed: toText(trashed) }, signal };
}
