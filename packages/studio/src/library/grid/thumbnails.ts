// The thumbnails of the grid. Many are read in one answer, since a browser takes 3 ms for a request of its own for each, and
// the ones that were seen last are kept.

import type { GridAsset, ThumbnailList } from "@jimeng/gateway/api";

import { thumbnailUrl } from "../../data/base.ts";

/** Reads the thumbnails of results, of those that have one. */
export type ReadThumbnails = (ids: readonly string[]) => Promise<Pick<ThumbnailList, "data">>;

/** The most that one answer has. */
const perRead = 100;
/** The length of all that is kept: about 500 thumbnails of photographs. */
const mostKept = 16_000_000;

/** The thumbnails of a room. */
export class Thumbnails {
  readonly #read: ReadThumbnails;
  /** What pictures are shown from, by the results' ids; empty for one with an address of its own. */
  readonly #sources = new Map<string, string>();
  readonly #reading = new Set<string>();
  readonly #followers = new Set<() => void>();
  #wanted = new Set<string>();
  #kept = 0;
  #version = 0;

  constructor(read: ReadThumbnails) {
    this.#read = read;
  }

  /** Calls back after every change; returns how to stop. */
  readonly subscribe = (follower: () => void): (() => void) => {
    this.#followers.add(follower);
    return () => this.#followers.delete(follower);
  };

  /** Returns a number that grows with every change. */
  readonly version = (): number => this.#version;

  /** Returns what the picture of a result is shown from; undefined while it is read. */
  sourceOf({ id, url, content_type: type }: GridAsset): string | undefined {
    const source = type.startsWith("image/") ? this.#sources.get(id) : "";
    return source === "" ? thumbnailUrl(url) : source;
  }

  /** Reads those of some results that are not known; these are kept in any case until others are wanted. */
  want(assets: readonly GridAsset[]): void {
    this.#wanted = new Set(assets.map(({ id }) => id));
    const missing = assets.filter(
      (asset) => this.sourceOf(asset) === undefined && !this.#reading.has(asset.id),
    );
    for (let at = 0; at < missing.length; at += perRead)
      void this.#readSome(missing.slice(at, at + perRead).map(({ id }) => id));
  }

  async #readSome(ids: readonly string[]): Promise<void> {
    for (const id of ids) this.#reading.add(id);
    // What cannot be read so is read from its own address, which says why it is not there.
    const { data } = await this.#read(ids).catch(() => ({ data: [] }));
    for (const id of ids) {
      this.#reading.delete(id);
      this.#sources.set(id, "");
    }
    for (const { id, content_type: type, data: bytes } of data) {
      const source = `data:${type};base64,${bytes}`;
      this.#sources.set(id, source);
      this.#kept += source.length;
    }
    this.#giveUp();
    this.#version += 1;
    for (const follower of this.#followers) follower();
  }

  #giveUp(): void {
    for (const [id, source] of this.#sources) {
      if (this.#kept <= mostKept) return;
      if (this.#wanted.has(id)) continue;
      this.#sources.delete(id);
      this.#kept -= source.length;
    }
  }
}
