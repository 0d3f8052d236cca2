// Keyboard shortcuts: single keys work never while somebody types, and can be switched off.

import { useEffect, useRef } from "react";
import { tinykeys } from "tinykeys";

import { createStore } from "../data/store.ts";

/** What to do for a combination of keys, in tinykeys' words such as `g c` or `$mod+Enter`. */
export type Shortcuts = Readonly<Record<string, (event: KeyboardEvent) => void>>;

const storageKey = "jimeng.single-keys";

/** Whether single keys do anything; combinations with Ctrl always do. */
export const singleKeys = createStore(globalThis.localStorage?.getItem(storageKey) !== "off");

/** Switches single keys on or off for this browser. */
export function setSingleKeys(isOn: boolean): void {
  localStorage.setItem(storageKey, isOn ? "on" : "off");
  singleKeys.set(isOn);
}

/** Tells whether keys go into a text at this place. */
export function isTyping(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  if (target.isContentEditable || target.matches("textarea, select")) return true;
  return target.matches("input:not([type=checkbox], [type=radio], [type=range], [type=button])");
}

/** Tells whether a combination is held back: plain keys are, while somebody types or where they are switched off. */
export function isHeldBack(keys: string, event: KeyboardEvent): boolean {
  const hasModifier = /\$mod|Control|Meta|Alt/.test(keys);
  return !hasModifier && (isTyping(event.target) || !singleKeys.get());
}

/** Listens for shortcuts on the whole page while the component is shown; a dialog above it keeps them away. */
export function useShortcuts(shortcuts: Shortcuts, { inDialog = false } = {}): void {
  const latest = useRef(shortcuts);
  latest.current = shortcuts;
  const names = Object.keys(shortcuts).join("\n");
  useEffect(() => {
    const handlers = names.split("\n").map((keys) => {
      const handle = (event: KeyboardEvent): void => {
        if (isHeldBack(keys, event) || event.defaultPrevented) return;
        if (!inDialog && document.querySelector("dialog[open]") !== null) return;
        latest.current[keys]?.(event);
      };
      return [keys, handle] as const;
    });
    return tinykeys(window, Object.fromEntries(handlers));
  }, [names, inDialog]);
}
