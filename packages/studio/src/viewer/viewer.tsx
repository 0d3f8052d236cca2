// One result over the whole page: looked at closely, with all that can be done with it.

import type { LibraryAssetObject } from "@jimeng/gateway/api";
import { useQueryClient } from "@tanstack/react-query";
import { ChevronLeft, ChevronRight, Music } from "lucide-react";
import { useEffect, useState } from "react";

import { Button, IconButton } from "../controls/button.tsx";
import { isTyping, useShortcuts } from "../controls/shortcuts.ts";
import { Note } from "../controls/note.tsx";
import { Skeleton } from "../controls/skeleton.tsx";
import { ownUrl } from "../data/base.ts";
import { undoLast } from "../library/act.ts";
import * as words from "../words/viewer.js";
import { titleOf } from "../feed/job-title.ts";
import { Details } from "./details.tsx";
import { Filmstrip } from "./filmstrip.tsx";
import { ViewerFrame, useClose } from "./frame.tsx";
import { PictureStage } from "./stage/picture-stage.tsx";
import { useAsset, useJobOf } from "./queries.ts";
import { Remix } from "./remix.tsx";
import { useOrder } from "./use-order.ts";
import { useViewerActs } from "./use-viewer-acts.ts";
import { VideoStage } from "./stage/video-stage.tsx";
import { ViewerBar } from "./viewer-bar.tsx";
import { reasonText } from "../words/errors.ts";

/** The viewer of a result. */
export function Viewer({ id }: { id: string }) {
  const asset = useAsset(id);
  useUndoKey();
  return (
    <ViewerFrame label={words.viewer()}>
      {asset.data === undefined && asset.error === null && (
        <Skeleton className="m-auto mt-16 h-4/5 w-4/5" />
      )}
      {(asset.data === null || asset.error !== null) && (
        <Missing message={asset.error === null ? words.noSuchResult() : reasonText(asset.error)} />
      )}
      {asset.data !== null && asset.data !== undefined && <Shown asset={asset.data} />}
    </ViewerFrame>
  );
}

/** Takes the latest act back by its key, also while the next result is read. */
function useUndoKey(): void {
  const cache = useQueryClient();
  useShortcuts(
    {
      "$mod+z": ({ target }) => {
        if (isTyping(target) || document.querySelectorAll("dialog[open]").length > 1) return false;
        return undoLast().then(() => cache.invalidateQueries({ queryKey: ["asset"] }));
      },
    },
    { inDialog: true },
  );
}

function Missing({ message }: { message: string }) {
  const close = useClose();
  return (
    <div className="grid h-full place-content-center gap-3 p-6">
      <Note tone="bad">{message}</Note>
      <Button autoFocus onClick={close}>
        {words.close()}
      </Button>
    </div>
  );
}

const wide = 900;

function Shown({ asset }: { asset: LibraryAssetObject }) {
  const job = useJobOf(asset).data;
  const [hasDetails, setDetails] = useState(() => innerWidth >= wide);
  const order = useOrder(asset, job);
  const acts = useViewerActs({ asset, job, step: order.step, next: order.next });
  const toggleDetails = (): void => setDetails(!hasDetails);
  acts.useKeys({ i: toggleDetails });
  useEffect(() => order.wantAround(), [order]);
  const kind = asset.content_type.split("/")[0];
  const known = asset.prompt === "" && job !== undefined ? titleOf(job) : asset.prompt;
  const title = known === "" ? words.resultWithoutPrompt() : known;
  return (
    <div className="flex h-full flex-col">
      <ViewerBar
        asset={asset}
        title={title}
        job={job}
        acts={acts}
        hasDetails={hasDetails}
        onDetails={toggleDetails}
      />
      <div className="flex min-h-0 grow flex-col md:flex-row">
        <div className="relative min-h-0 min-w-0 grow bg-sunken">
          {asset.trashed_at !== null ? (
            <div className="grid h-full place-content-center">
              <Note tone="warn" actions={<Button onClick={acts.restore}>{words.restore()}</Button>}>
                {words.inTrash()}
              </Note>
            </div>
          ) : kind === "video" ? (
            <VideoStage asset={asset} title={title} onFrame={acts.useFrame} />
          ) : kind === "audio" ? (
            <SoundStage asset={asset} title={title} />
          ) : (
            <PictureStage asset={asset} title={title} onSwipe={order.step} />
          )}
          <Step
            label={words.previous()}
            side="left-1"
            isOff={!order.hasPrevious}
            onPress={() => order.step(-1)}
          >
            <ChevronLeft size={24} aria-hidden />
          </Step>
          <Step
            label={words.next()}
            side="right-1"
            isOff={order.next === null}
            onPress={() => order.step(1)}
          >
            <ChevronRight size={24} aria-hidden />
          </Step>
        </div>
        {hasDetails && (
          <aside
            aria-label={words.details()}
            className="max-h-[45dvh] shrink-0 overflow-y-auto border-line bg-panel max-md:border-t md:max-h-none md:w-80 md:border-l"
          >
            <Details asset={asset} job={job} />
          </aside>
        )}
      </div>
      {order.order !== null && order.order.total > 1 && (
        <Filmstrip order={order.order} place={order.place} />
      )}
      {acts.isRemixing && job !== undefined && acts.canRemix && (
        <Remix job={job} onClose={acts.stopRemix} />
      )}
    </div>
  );
}

function SoundStage({ asset, title }: { asset: LibraryAssetObject; title: string }) {
  return (
    <div className="grid h-full place-content-center place-items-center gap-4 p-4">
      <Music size={64} aria-hidden className="text-soft" />
      <audio src={ownUrl(asset.url)} controls aria-label={title} />
    </div>
  );
}

function Step({
  label,
  side,
  isOff,
  onPress,
  children,
}: {
  label: string;
  side: string;
  isOff: boolean;
  onPress: () => void;
  children: React.ReactNode;
}) {
  if (isOff) return null;
  return (
    <IconButton
      label={label}
      look="usual"
      className={`absolute top-1/2 ${side} -translate-y-1/2 opacity-80 hover:opacity-100`}
      onClick={onPress}
    >
      {children}
    </IconButton>
  );
}
