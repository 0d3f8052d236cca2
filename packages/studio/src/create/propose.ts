// What other rooms put into the draft: a whole request, or a reference more. What one was writing can be brought back.

import { showToast } from "../controls/toast.tsx";
import * as words from "../words/create.js";
import { draft, emptyDraft, openDraft, proposedFiles, toReference } from "./draft.ts";
import type { Draft, DraftReference, ProposedDraft, ReferenceRole } from "./draft.ts";

/** Replaces the draft by a proposal; whoever calls it goes to `/`. */
export function proposeDraft(proposed: ProposedDraft): void {
  const before = draft.get();
  openDraft(proposed);
  offerBack(before, words.replaced());
}

/** Empties the draft; what is made stays the same. */
export function clearDraft(): void {
  const before = draft.get();
  draft.set({ ...emptyDraft, kind: before.kind });
  offerBack(before, words.cleared());
}

function offerBack(before: Draft, text: string): void {
  const isWorth = before.prompt.trim() !== "" || before.references.length > 0;
  if (!isWorth || before.prompt === draft.get().prompt) return;
  showToast({ text, action: { label: words.bringBack(), run: () => draft.set(before) } });
}

/** A result or a file that becomes a reference. */
export interface ProposedReference {
  source: string | File;
  role: ReferenceRole;
  kind: DraftReference["kind"];
  name?: string;
  /** The prompt that it was made from: taken where the draft has none. */
  prompt?: string;
}

/** Adds a reference to the draft, which keeps what one wrote; whoever calls it goes to `/`. */
export function proposeReference({ source, role, kind, name, prompt }: ProposedReference): void {
  const before = draft.get();
  const wanted = kindFor(before.kind, role, kind);
  const added =
    typeof source === "string" ? [toReference({ source, role, kind, name: name || source })] : [];
  // A first frame takes the place of the one before.
  const kept = before.references.filter((each) => role !== "first" || each.role !== "first");
  draft.set({
    ...(wanted === before.kind ? before : { ...emptyDraft, kind: wanted, seed: before.seed }),
    prompt: before.prompt.trim() === "" ? (prompt ?? "") : before.prompt,
    references: [...kept, ...added],
  });
  if (typeof source !== "string") proposedFiles.set([{ file: source, role }]);
}

function kindFor(
  now: Draft["kind"],
  role: ReferenceRole,
  kind: DraftReference["kind"],
): Draft["kind"] {
  if (role === "first" || kind !== "image") return "video";
  return now === "audio" ? "image" : now;
}
