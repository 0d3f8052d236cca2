// Asks before something ends for good.

import { Button } from "../controls/button.tsx";
import type { ButtonLook } from "../controls/button.tsx";
import { Dialog } from "../controls/dialog.tsx";
import * as words from "../words/admin.js";

/** An answer to the question. */
export interface Choice {
  label: string;
  look?: ButtonLook;
  run: () => void;
}

/** Shows a question with its answers; closing it is none of them. */
export function Confirm({
  title,
  question,
  choices,
  onClose,
}: {
  title: string;
  question: string;
  choices: readonly Choice[];
  onClose: () => void;
}) {
  return (
    <Dialog title={title} onClose={onClose} className="w-[28rem]">
      <p>{question}</p>
      <div className="mt-4 flex flex-wrap justify-end gap-2">
        <Button onClick={onClose}>{words.cancel()}</Button>
        {choices.map(({ label, look = "usual", run }) => (
          <Button
            key={label}
            look={look}
            onClick={() => {
              onClose();
              run();
            }}
          >
            {label}
          </Button>
        ))}
      </div>
    </Dialog>
  );
}
