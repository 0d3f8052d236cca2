// The way to the composer from everywhere: its room is shown and the cursor is in the prompt before the next key comes.

import { flushSync } from "react-dom";
import { useLocation } from "wouter";

import { isWide } from "../controls/media.ts";
import { createStore } from "../data/store.ts";

/** Whether the composer is open as a sheet, where the window is too narrow to dock it. */
export const sheetOpen = createStore(false);

/** Puts the cursor into the prompt, where the composer is shown. */
export function focusPrompt(): void {
  document.getElementById("prompt")?.focus();
}

/** Returns how to go to the composer with the cursor in the prompt, all at once: no letter that follows is lost. */
export function useOpenComposer(): () => void {
  const [path, go] = useLocation();
  return () => {
    flushSync(() => {
      if (path !== "/") go("/");
      sheetOpen.set(!isWide());
    });
    focusPrompt();
  };
}
