// The button that shows the ratio.

import { Suspense, lazy } from "react";

import { Popover } from "../../controls/popover.tsx";
import * as words from "../../words/create.js";
import { RatioShape } from "./ratio-shape.tsx";
import type { ComposerState } from "../use-composer.ts";

const RatioList = lazy(async () => ({
  default: (await import("./lists.ts")).RatioList,
}));

/** The button that shows the ratio and opens the shapes. */
export function RatioPicker({ state }: { state: ComposerState }) {
  const { draft, estimate } = state;
  const shown = draft.ratio ?? estimate?.jobs[0]?.ratio ?? "1:1";
  return (
    <Popover
      look="usual"
      label={`${words.ratio()}: ${shown}`}
      boxClassName="w-72"
      button={
        <>
          <RatioShape ratio={shown} size={16} />
          {shown}
        </>
      }
    >
      {(close) => (
        <Suspense fallback={<div className="h-48" />}>
          <RatioList state={state} shown={shown} close={close} />
        </Suspense>
      )}
    </Popover>
  );
}
