// A modal dialog: the browser's own, which keeps the focus inside and gives it back.

import { X } from "lucide-react";
import { useId, useLayoutEffect, useRef } from "react";
import type { ReactNode } from "react";

import * as words from "../words/controls.js";
import { IconButton } from "./button.tsx";

/** What a dialog shows. */
export interface DialogProps {
  title: string;
  onClose: () => void;
  children: ReactNode;
  /** Classes for its size; 32rem wide by default. */
  className?: string;
}

/** Shows a dialog as long as it is rendered. */
export function Dialog({ title, onClose, children, className = "w-[32rem]" }: DialogProps) {
  const element = useRef<HTMLDialogElement>(null);
  const titleId = useId();
  // At once: what is typed next belongs to the dialog.
  useLayoutEffect(() => {
    const dialog = element.current;
    dialog?.showModal();
    return () => dialog?.close();
  }, []);
  return (
    <dialog
      ref={element}
      aria-labelledby={titleId}
      className={`max-h-[90dvh] max-w-[calc(100vw-1rem)] overflow-auto rounded-lg border border-line bg-panel p-0 shadow-high ${className}`}
      onClick={(event) => {
        if (event.target === element.current) onClose();
      }}
      onCancel={(event) => {
        event.preventDefault();
        onClose();
      }}
    >
      <header className="sticky top-0 z-10 flex items-center gap-2 border-b border-line bg-panel px-4 py-2">
        <h2 id={titleId} className="grow text-base font-semibold">
          {title}
        </h2>
        <IconButton label={words.close()} onClick={onClose}>
          <X size={18} aria-hidden />
        </IconButton>
      </header>
      <div className="p-4">{children}</div>
    </dialog>
  );
}
