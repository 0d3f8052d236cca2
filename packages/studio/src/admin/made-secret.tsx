// Shows a key or a secret that was made just now: once, and only as long as the dialog is open.

import { Button } from "../controls/button.tsx";
import { Dialog } from "../controls/dialog.tsx";
import { Note } from "../controls/note.tsx";
import { showToast } from "../controls/toast.tsx";
import * as words from "../words/admin.js";

/** A text that is shown once. */
export interface MadeText {
  title: string;
  text: string;
}

/** Shows it in a dialog. */
export function MadeSecret({ made, onClose }: { made: MadeText; onClose: () => void }) {
  const copy = async (): Promise<void> => {
    try {
      await navigator.clipboard.writeText(made.text);
      showToast({ text: words.copied() });
    } catch {
      showToast({ text: words.copyFailed(), tone: "bad" });
    }
  };
  return (
    <Dialog title={made.title} onClose={onClose}>
      <Note tone="warn">{words.shownOnce()}</Note>
      <div className="mt-3 flex items-center gap-2">
        <code className="min-w-0 grow rounded-md bg-sunken px-2 py-1 break-all select-all">
          {made.text}
        </code>
        <Button look="main" onClick={() => void copy()}>
          {words.copy()}
        </Button>
      </div>
    </Dialog>
  );
}
