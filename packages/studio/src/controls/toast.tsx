// Short notes at the foot of the page, with an act such as undo; spoken politely, and gone after a while.

import { X } from "lucide-react";
import { useEffect } from "react";

import { createStore, useStore } from "../data/store.ts";
import * as words from "../words/controls.js";
import { Button, IconButton } from "./button.tsx";

/** A note. */
export interface Toast {
  text: string;
  tone?: "plain" | "bad";
  action?: { label: string; run: () => void };
}

const shownMs = 8000;
const mostShown = 3;

const toasts = createStore<readonly (Toast & { id: number })[]>([]);
let lastId = 0;

/** Shows a note. */
export function showToast(toast: Toast): void {
  lastId += 1;
  const added = { ...toast, id: lastId };
  toasts.set((before) => [...before, added].slice(-mostShown));
}

function removeToast(id: number): void {
  toasts.set((before) => before.filter((toast) => toast.id !== id));
}

/** The place where notes are shown: above the composer, whose choices stay in reach. */
export function Toasts() {
  const shown = useStore(toasts);
  return (
    <div
      role="status"
      className="pointer-events-none fixed inset-x-0 bottom-16 z-50 flex flex-col items-center gap-2 px-2 md:bottom-36"
    >
      {shown.map((toast) => (
        <ToastBox key={toast.id} toast={toast} />
      ))}
    </div>
  );
}

function ToastBox({ toast }: { toast: Toast & { id: number } }) {
  const { id, text, tone, action } = toast;
  useEffect(() => {
    const timer = setTimeout(() => removeToast(id), shownMs);
    return () => clearTimeout(timer);
  }, [id]);
  return (
    <div
      className={`pointer-events-auto flex max-w-[36rem] items-center gap-2 rounded-lg border bg-raised px-3 py-1.5 shadow-high ${tone === "bad" ? "border-bad text-bad" : "border-line"}`}
    >
      <span>{text}</span>
      {action !== undefined && (
        <Button
          look="quiet"
          className="font-semibold text-accent"
          onClick={() => {
            action.run();
            removeToast(id);
          }}
        >
          {action.label}
        </Button>
      )}
      <IconButton label={words.dismiss()} onClick={() => removeToast(id)}>
        <X size={16} aria-hidden />
      </IconButton>
    </div>
  );
}
