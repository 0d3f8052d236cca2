// What is done with the result that the viewer shows, by buttons and keys.

import type { JobObject, LibraryAssetObject } from "@jimeng/gateway/api";
import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useLocation, useSearch } from "wouter";

import { useShortcuts } from "../controls/shortcuts.ts";
import type { Shortcuts } from "../controls/shortcuts.ts";
import { proposeDraft, proposeReference } from "../create/propose.ts";
import type { ReferenceRole } from "../create/draft.ts";
import { move, star } from "../library/act.ts";
import { downloadOne, fileNameOf } from "../library/archive.ts";
import { closed, isRemixOpen, showAsset } from "./address.ts";
import { copyText } from "../library/copy-text.ts";
import { neighbours } from "./neighbours.ts";
import { canRemix, toDraft } from "../create/again.ts";
import type { AssetIndex } from "../library/asset-index.ts";

// As much of a prompt as a reference is called.
const maxNameLength = 40;

/** What acts work on. */
export interface ViewerSubject {
  asset: LibraryAssetObject;
  job: JobObject | undefined;
  step: (by: -1 | 1) => void;
  /** The id of the next result; null for none. */
  next: string | null;
}

/** The acts. */
export type ViewerActs = ReturnType<typeof useViewerActs>;

/** Makes the acts of a result. */
export function useViewerActs({ asset, job, step, next }: ViewerSubject) {
  const [path, go] = useLocation();
  const search = useSearch();
  const cache = useQueryClient();
  const [isRemixing, setRemixing] = useState(() => isRemixOpen(search));
  const index = (): AssetIndex | null =>
    (neighbours.get()?.index as AssetIndex | undefined) ?? null;
  const refresh = (): void => void cache.invalidateQueries({ queryKey: ["asset", asset.id] });
  const kind = asset.content_type.split("/")[0] as "image" | "video" | "audio";

  const acts = {
    star: () => void star(index(), [asset.id], !asset.starred).then(refresh),
    trash() {
      // The next result takes its place, so that one can go on sorting out.
      const to = next === null ? closed(path, search) : showAsset(path, search, next);
      void move(index(), [asset.id], true).then((isDone) => {
        refresh();
        if (isDone) go(to, { replace: true });
      });
    },
    restore: () => void move(index(), [asset.id], false).then(refresh),
    download: () => downloadOne(asset, fileNameOf(asset, "original")),
    copyPrompt: () => copyText(asset.prompt),
    useAsReference(role: ReferenceRole = "reference") {
      const { id: source, prompt } = asset;
      proposeReference({ source, role, kind, prompt, name: prompt.slice(0, maxNameLength) });
      go("/");
    },
    useFrame(file: File, role: "first" | "reference") {
      proposeReference({ source: file, role, kind: "image", prompt: asset.prompt });
      go("/");
    },
    reusePrompt() {
      proposeDraft({ kind, prompt: asset.prompt });
      go("/");
    },
    reuseAll() {
      if (job !== undefined) proposeDraft(toDraft(job));
      go("/");
    },
    canRemix: job !== undefined && canRemix(job),
    isRemixing,
    // It opens as soon as the job is read.
    remix: () => setRemixing(job === undefined || canRemix(job)),
    stopRemix: () => setRemixing(false),
  };
  return {
    ...acts,
    /** Listens for the viewer's keys and some more. */
    useKeys(more: Shortcuts) {
      const isTop = (event: KeyboardEvent): boolean =>
        !isRemixing && !(event.target instanceof HTMLMediaElement);
      const keys: Shortcuts = {
        ArrowLeft: () => step(-1),
        ArrowRight: () => step(1),
        s: acts.star,
        x: () => neighbours.get()?.toggle?.(asset.id),
        d: acts.download,
        y: acts.copyPrompt,
        u: () => acts.useAsReference(),
        r: acts.remix,
        f: () => toggleFullscreen(),
        Delete: acts.trash,
        ...more,
      };
      const guarded = Object.entries(keys).map(([name, run]) => [
        name,
        (event: KeyboardEvent) => {
          if (isTop(event)) run(event);
        },
      ]);
      useShortcuts(Object.fromEntries(guarded) as Shortcuts, { inDialog: true });
    },
  };
}

function toggleFullscreen(): void {
  if (document.fullscreenElement === null)
    void document.querySelector("dialog.viewer > div")?.requestFullscreen();
  else void document.exitFullscreen();
}
