// Create: what was made above, the composer at the foot; on a phone the composer opens as a sheet.

import { Pencil } from "lucide-react";
import { Suspense, lazy, useEffect, useLayoutEffect, useState } from "react";

import { Button } from "../controls/button.tsx";
import { Dialog } from "../controls/dialog.tsx";
import { useWide } from "../controls/media.ts";
import { useStore } from "../data/store.ts";
import { Feed } from "../feed/feed.tsx";
import * as words from "../words/create.js";
import { Composer } from "./composer.tsx";
import { changeDraft, draft } from "./draft.ts";
import { focusPrompt, sheetOpen } from "./open-composer.ts";

const JobInspector = lazy(async () => ({
  default: (await import("../feed/job-details.tsx")).JobInspector,
}));

/** The room. */
export function CreateRoom() {
  const isWide = useWide();
  const [inspected, setInspected] = useState<string | null>(null);
  return (
    <div className="flex min-h-0 grow">
      <div className="flex min-w-0 grow flex-col">
        <h1 className="sr-only">{words.make()}</h1>
        <Feed
          empty={<Examples />}
          onDetails={({ id }) => setInspected((before) => (before === id ? null : id))}
        />
        {isWide ? (
          <div className="mx-auto w-full max-w-[72rem] p-2">
            <Composer />
          </div>
        ) : (
          <ComposerSheet />
        )}
      </div>
      <Suspense fallback={null}>
        {inspected !== null && <JobInspector id={inspected} onClose={() => setInspected(null)} />}
      </Suspense>
    </div>
  );
}

function ComposerSheet() {
  const isOpen = useStore(sheetOpen);
  const { prompt } = useStore(draft);
  useLayoutEffect(() => {
    if (isOpen) focusPrompt();
  }, [isOpen]);
  useEffect(() => () => sheetOpen.set(false), []);
  return (
    <>
      <div className="border-t border-line bg-panel p-2">
        <button
          type="button"
          className="field flex w-full items-center gap-2 text-left"
          onClick={() => sheetOpen.set(true)}
        >
          <Pencil size={16} aria-hidden className="shrink-0" />
          <span className={`truncate ${prompt === "" ? "text-soft" : ""}`}>
            {prompt === "" ? words.promptHint() : prompt}
          </span>
        </button>
      </div>
      {isOpen && (
        <Dialog
          title={words.make()}
          onClose={() => sheetOpen.set(false)}
          className="mb-0 w-full max-w-full! rounded-b-none"
        >
          <Composer onMade={() => sheetOpen.set(false)} />
        </Dialog>
      )}
    </>
  );
}

const examples = [words.example1, words.example2, words.example3];

/** What is shown while nothing was made: three prompts to press. */
function Examples() {
  return (
    <div className="flex min-h-0 grow flex-col items-center justify-center gap-4 overflow-auto p-6">
      <p className="text-xl font-semibold">{words.emptyTitle()}</p>
      <div className="flex w-full max-w-[42rem] flex-col gap-2">
        {examples.map((example) => (
          <Button
            key={example()}
            className="justify-start px-4 py-3 text-left text-base"
            onClick={() => {
              changeDraft({ prompt: example() });
              focusPrompt();
            }}
          >
            {example()}
          </Button>
        ))}
      </div>
    </div>
  );
}
