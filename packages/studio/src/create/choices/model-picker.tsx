// The button that names the model.

import { ChevronDown } from "lucide-react";
import { Suspense, lazy } from "react";

import { Popover } from "../../controls/popover.tsx";
import * as words from "../../words/create.js";
import type { ComposerState } from "../use-composer.ts";

const ModelList = lazy(async () => ({
  default: (await import("./lists.ts")).ModelList,
}));

/** The button that names the model and opens the list. */
export function ModelPicker({ state }: { state: ComposerState }) {
  const { draft, modelId } = state;
  const isAutomatic = draft.model === null && modelId !== null;
  const name = modelId ?? words.automatic();
  return (
    <Popover
      look="usual"
      boxClassName="w-96"
      button={
        <>
          <span className="sr-only">{words.model()}: </span>
          <span className="max-w-48 truncate">{name}</span>{" "}
          {isAutomatic && <span className="text-xs text-soft">{words.auto()}</span>}
          <ChevronDown size={14} aria-hidden />
        </>
      }
    >
      {(close) => (
        <Suspense fallback={<div className="h-[60dvh]" />}>
          <ModelList state={state} close={close} />
        </Suspense>
      )}
    </Popover>
  );
}
