// The bar of the viewer: what can be done with the result.

import type { JobObject, LibraryAssetObject } from "@jimeng/gateway/api";
import {
  CircleCheck,
  Download,
  GitCompareArrows,
  Image,
  ImagePlus,
  Info,
  RotateCcw,
  Star,
  Trash2,
  WandSparkles,
  X,
} from "lucide-react";

import { Button, IconButton } from "../controls/button.tsx";
import { Popover } from "../controls/popover.tsx";
import * as words from "../words/viewer.js";
import { useStore } from "../data/store.ts";
import { useClose } from "./frame.tsx";
import { neighbours } from "./neighbours.ts";
import { Tools } from "./tools.tsx";
import type { ViewerActs } from "./use-viewer-acts.ts";

/** What the bar shows. */
export interface ViewerBarProps {
  asset: LibraryAssetObject;
  title: string;
  job: JobObject | undefined;
  acts: ViewerActs;
  hasDetails: boolean;
  onDetails: () => void;
}

/** The bar. */
export function ViewerBar({ asset, title, job, acts, hasDetails, onDetails }: ViewerBarProps) {
  const close = useClose();
  const isTrashed = asset.trashed_at !== null;
  const isSound = asset.content_type.startsWith("audio/");
  const isPicture = asset.content_type.startsWith("image/");
  return (
    <header className="flex flex-wrap items-center gap-1 bg-panel p-1.5">
      <IconButton label={words.close()} onClick={close}>
        <X size={18} aria-hidden />
      </IconButton>
      <h1 dir="auto" title={title} className="min-w-0 flex-1 truncate px-2">
        {title}
      </h1>
      <SelectButton id={asset.id} />
      {!isTrashed && (
        <div className="flex items-center gap-1 max-md:order-last max-md:w-full max-md:justify-between max-md:gap-0">
          {(job === undefined || acts.canRemix) && (
            <Button disabled={!acts.canRemix} onClick={acts.remix}>
              <GitCompareArrows size={16} aria-hidden />
              <span className="max-md:sr-only">{words.remix()}</span>
            </Button>
          )}
          {!isSound && (
            <Popover
              label={words.tools()}
              button={<WandSparkles size={18} aria-hidden />}
              boxClassName="w-[28rem]"
            >
              <Tools asset={asset} />
            </Popover>
          )}
          <Popover
            label={words.reuse()}
            button={<RotateCcw size={18} aria-hidden />}
            boxClassName="w-56"
          >
            <div className="flex flex-col items-stretch">
              <Button look="quiet" onClick={acts.reusePrompt}>
                {words.reusePrompt()}
              </Button>
              <Button look="quiet" disabled={job === undefined} onClick={acts.reuseAll}>
                {words.reuseAll()}
              </Button>
            </div>
          </Popover>
          {!isSound && (
            <IconButton label={words.useAsReference()} onClick={() => acts.useAsReference()}>
              <ImagePlus size={18} aria-hidden />
            </IconButton>
          )}
          {isPicture && (
            <IconButton label={words.useAsFirst()} onClick={() => acts.useAsReference("first")}>
              <Image size={18} aria-hidden />
            </IconButton>
          )}
          <IconButton label={words.download()} onClick={acts.download}>
            <Download size={18} aria-hidden />
          </IconButton>
          <IconButton
            label={asset.starred ? words.unstar() : words.star()}
            aria-pressed={asset.starred}
            onClick={acts.star}
          >
            <Star size={18} aria-hidden fill={asset.starred ? "currentColor" : "none"} />
          </IconButton>
          <IconButton label={words.moveToTrash()} onClick={acts.trash}>
            <Trash2 size={18} aria-hidden />
          </IconButton>
        </div>
      )}
      <IconButton label={words.details()} aria-pressed={hasDetails} onClick={onDetails}>
        <Info size={18} aria-hidden />
      </IconButton>
    </header>
  );
}

/** Selects the result in the room behind the viewer, where it can be. */
function SelectButton({ id }: { id: string }) {
  const behind = useStore(neighbours);
  if (behind?.toggle === undefined || behind.selected === undefined) return null;
  const { toggle, selected } = behind;
  const isOn = selected.isAll !== selected.ids.has(id);
  return (
    <IconButton
      label={words.select()}
      aria-pressed={isOn}
      className={isOn ? "bg-accent-soft text-accent" : ""}
      onClick={() => toggle(id)}
    >
      <CircleCheck size={18} aria-hidden />
    </IconButton>
  );
}
