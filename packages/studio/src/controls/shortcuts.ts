// Keyboard shortcuts: single keys work never while somebody types, and can be switched off.

import { useLayoutEffect, useRef } from "react";
import { tinykeys } from "tinykeys";

import { createStore } from "../data/store.ts";

/** What to do for a combination of keys, in tinykeys' words such as `g c` or `$mod+Enter`; false leaves it to others. */
export type Shortcuts = Readonly<Record<string, (event: KeyboardEvent) => unknown>>;

/** The state of an entry of the history with which a room opens with the cursor in its search. */
export const searchState = "search";

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

const sequenceMs = 1000;
let sequenceBegunAt = Number.NEGATIVE_INFINITY;
/** The key that ended the last sequence: it means nothing else, whoever is asked after that. */
let sequenceEnd: KeyboardEvent | null = null;

const noteSequence = ({ key, target, timeStamp }: KeyboardEvent): void => {
  if (key === "g" && !isTyping(target)) sequenceBegunAt = timeStamp;
};
globalThis.addEventListener?.("keydown", noteSequence, { capture: true });

/** Tells whether the key that begins a sequence (`g`) was pressed a moment ago: the next key belongs to it. */
function isInSequence(keys: string, event: KeyboardEvent): boolean {
  if (/ |\$mod/.test(keys) || keys === "g") return false;
  return event === sequenceEnd || event.timeStamp - sequenceBegunAt < sequenceMs;
}

/** Listens for shortcuts on the whole page while the component is shown; a dialog above it keeps them away. */
export function useShortcuts(shortcuts: Shortcuts, { inDialog = false } = {}): void {
  const latest = useRef(shortcuts);
  latest.current = shortcuts;
  const names = Object.keys(shortcuts).join("\n");
  // Before the next key: an effect would wait for the next frame, and a quick hand does not.
  useLayoutEffect(() => {
    const stops = names.split("\n").map((keys) => {
      const handle = (event: KeyboardEvent): void => {
        if (isHeldBack(keys, event) || event.defaultPrevented) return;
        if (isInSequence(keys, event)) return;
        if (keys.includes(" ")) {
          sequenceBegunAt = Number.NEGATIVE_INFINITY;
          sequenceEnd = event;
        }
        if (!inDialog && document.querySelector("dialog[open]") !== null) return;
        if (latest.current[keys]?.(event) === false) return;
        // A letter that opens a field is not the first letter in it.
        if (/^\S$/u.test(event.key)) event.preventDefault();
      };
      // Each on its own: one listener for all forgets to begin a sequence again that another key has ended.
      return tinykeys(window, { [keys]: handle }, { ignore: ({ isComposing }) => isComposing });
    });
    return () => stops.forEach((stop) => stop());
  }, [names, inDialog]);
}
