// Copies texts.

import { showToast } from "../controls/toast.tsx";
import * as words from "../words/library.js";
import { tellFailure } from "./act.ts";

/** Copies a text and says so. */
export function copyText(text: string): void {
  navigator.clipboard.writeText(text).then(() => showToast({ text: words.copied() }), tellFailure);
}
