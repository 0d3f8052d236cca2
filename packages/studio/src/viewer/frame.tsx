// The frame of the viewer: the browser's own modal dialog over the whole page. Closing goes back to where one was.

import { useLayoutEffect, useRef } from "react";
import type { ReactNode } from "react";
import { useLocation, useSearch } from "wouter";

import { Toasts } from "../controls/toast.tsx";
import { closed } from "./address.ts";

/** Returns how to close the viewer: back, where the viewer was opened on this page, else to the room behind it. */
export function useClose(): () => void {
  const [path, go] = useLocation();
  const search = useSearch();
  return () => go(closed(path, search), { replace: true });
}

/** The frame. */
export function ViewerFrame({ label, children }: { label: string; children: ReactNode }) {
  const element = useRef<HTMLDialogElement>(null);
  const close = useClose();
  // At once: what is typed next belongs to the viewer.
  useLayoutEffect(() => {
    const dialog = element.current;
    dialog?.showModal();
    return () => dialog?.close();
  }, []);
  return (
    <dialog
      ref={element}
      aria-label={label}
      className="viewer m-0 h-dvh max-h-none w-dvw max-w-none border-0 p-0"
      onCancel={(event) => {
        event.preventDefault();
        // A dialog above this one is closed by its own key.
        if (event.target === element.current) close();
      }}
    >
      {/* What fills the screen: browsers refuse that to a dialog itself. */}
      <div className="flow-root h-full bg-ground text-ink">
        {children}
        {/* Those of the page lie behind a modal dialog, where nobody sees or hears them. */}
        <Toasts />
      </div>
    </dialog>
  );
}
