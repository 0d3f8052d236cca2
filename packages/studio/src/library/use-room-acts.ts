// What the library does with the selected results, or with the one that the keyboard is at; by buttons and by keys.

import { useCallback } from "react";
import type { RefObject } from "react";
import { useLocation, useSearch } from "wouter";

import { useShortcuts } from "../controls/shortcuts.ts";
import { proposeReference } from "../create/propose.ts";
import { client } from "../data/client.ts";
import { showAsset, showCompared, showRemix } from "../viewer/address.ts";
import { copyText } from "./copy-text.ts";
import { idsOf, move, star, tag, tellFailure, undoLast } from "./act.ts";
import { downloadOne, fileNameOf } from "./archive.ts";
import type { AssetIndex } from "./asset-index.ts";
import type { LibraryView } from "./filters.ts";
import { countSelected } from "./selection.ts";
import type { Selecting } from "./use-selection.ts";

/** What acts work on. */
export interface RoomActsOptions {
  view: LibraryView;
  index: AssetIndex;
  total: number;
  /** The place of the keyboard. */
  active: number;
  selecting: Selecting;
}

const mostCompared = 4;

/** The acts of the room. */
export type RoomActs = ReturnType<typeof useRoomActs>;

/** Makes the acts. */
export function useRoomActs({ view, index, total, active, selecting }: RoomActsOptions) {
  const [path, go] = useLocation();
  const search = useSearch();
  const { selection } = selecting;
  const chosen = useCallback(async () => {
    if (countSelected(selection, total) > 0) return await idsOf(selection, view);
    const id = index.at(active)?.id;
    return id === undefined ? [] : [id];
  }, [selection, total, view, index, active]);
  const withChosen = (work: (ids: string[]) => Promise<unknown>): void => {
    void chosen().then(async (ids) => {
      if (ids.length > 0) await work(ids);
    }, tellFailure);
  };
  return {
    chosen,
    isTrash: view.trashed,
    move: (trashed: boolean) =>
      withChosen(async (ids) => {
        if (await move(index, ids, trashed)) selecting.clear();
      }),
    star: (starred: boolean) => withChosen((ids) => star(index, ids, starred)),
    tag: (name: string) => withChosen((ids) => tag(ids, name)),
    compare: () =>
      withChosen(async (ids) => {
        if (ids.length > 1) go(showCompared(path, search, ids.slice(0, mostCompared)));
      }),
    /** Stars, or takes the stars where all have one. */
    toggleStar: () =>
      withChosen(async (ids) => {
        const isOn = ids.every((id) => index.at(index.placeOf(id) ?? -1)?.starred === true);
        await star(index, ids, !isOn);
      }),
    openAt(place: number) {
      const asset = index.at(place);
      if (asset !== undefined) go(showAsset(path, search, asset.id));
    },
    remixAt(place: number) {
      const asset = index.at(place);
      if (asset !== undefined) go(showRemix(path, search, asset.id));
    },
    /** Takes the result at a place as a reference of the next request. */
    useAsReference(place: number) {
      const asset = index.at(place);
      if (asset === undefined) return;
      const kind = asset.content_type.split("/")[0] as "image" | "video" | "audio";
      proposeReference({ source: asset.id, role: "reference", kind });
      go("/");
    },
    copyPrompt(place: number) {
      const asset = index.at(place);
      if (asset === undefined) return;
      client.assets
        .getMany([asset.id])
        .then(({ data }) => copyText(data[0]?.prompt ?? ""), tellFailure);
    },
    /** Downloads the result where the keyboard is; what is selected is left to its bar, which asks how. */
    download() {
      const asset = index.at(active);
      if (countSelected(selection, total) > 0) return false;
      if (asset !== undefined) downloadOne(asset, fileNameOf(asset, "original"));
      return true;
    },
  };
}

/** Listens for the keys of the room. */
export function useRoomKeys({
  acts,
  selecting,
  active,
  search,
}: {
  acts: RoomActs;
  selecting: Selecting;
  active: number;
  search: RefObject<HTMLInputElement | null>;
}): void {
  const unlessWriting = (run: () => void) => (event: KeyboardEvent) => {
    if (event.target instanceof HTMLInputElement) return;
    event.preventDefault();
    run();
  };
  useShortcuts({
    "/": (event) => {
      event.preventDefault();
      search.current?.focus();
    },
    "$mod+a": unlessWriting(selecting.all),
    "$mod+z": unlessWriting(() => void undoLast()),
    Escape: selecting.clear,
    x: () => selecting.toggle(active),
    s: acts.toggleStar,
    c: acts.compare,
    d: acts.download,
    r: () => acts.remixAt(active),
    u: () => acts.useAsReference(active),
    i: () => acts.openAt(active),
    y: () => acts.copyPrompt(active),
    Delete: () => acts.move(!acts.isTrash),
  });
}
