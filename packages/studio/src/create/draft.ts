// What is being written: the draft of the next request. It survives a reload, a crash and a sign-out.

import { createStore } from "../data/store.ts";
import type { DraftReference, ReferenceRole } from "./reference.ts";
import { moveMentions } from "./references/mentions.ts";

export type { DraftReference, ReferenceRole } from "./reference.ts";

/** The next request, as a person writes it. */
export interface Draft {
  kind: "image" | "video" | "audio";
  prompt: string;
  negativePrompt: string;
  /** The id of the model; null for the one that the gateway chooses. */
  model: string | null;
  ratio: string | null;
  resolution: string | null;
  count: number | null;
  durationSeconds: number | null;
  seed: number | null;
  isBatch: boolean;
  references: readonly DraftReference[];
}

/** A draft that another room proposes; what is left out is as in an empty one. */
export type ProposedDraft = Partial<Omit<Draft, "references">> & {
  references?: readonly {
    /** The id of a stored result or file, an address, or a file to upload. */
    source: string | File;
    role?: ReferenceRole;
    kind?: DraftReference["kind"];
    name?: string;
    /** Of a keyframe. */
    seconds?: number;
  }[];
};

/** An empty draft. */
export const emptyDraft: Draft = {
  kind: "image",
  prompt: "",
  negativePrompt: "",
  model: null,
  ratio: null,
  resolution: null,
  count: null,
  durationSeconds: null,
  seed: null,
  isBatch: false,
  references: [],
};

const storageKey = "jimeng.draft";

/** The draft. */
export const draft = createStore<Draft>(readDraft(globalThis.localStorage?.getItem(storageKey)));

/** What other rooms proposed to upload into the draft; the composer takes it. */
export const proposedFiles = createStore<readonly { file: File; role: ReferenceRole }[]>([]);

// A draft is written down at once: a crash may come at any time, and it is a few hundred bytes.
draft.subscribe(() => {
  globalThis.localStorage?.setItem(storageKey, JSON.stringify(draft.get()));
});

/** Changes fields of the draft. */
export function changeDraft(changes: Partial<Draft>): void {
  draft.set((before) => ({ ...before, ...changes }));
}

/** Changes the references; the prompt goes on naming the same ones. */
export function changeReferences(references: readonly DraftReference[]): void {
  draft.set((before) => ({
    ...before,
    references,
    prompt: moveMentions(before.prompt, before.references, references),
  }));
}

/** Replaces the draft by a proposal; whoever calls it goes to `/`. */
export function openDraft(proposed: ProposedDraft): void {
  const { references = [], ...fields } = proposed;
  const kept = references.flatMap(({ source, ...rest }) =>
    typeof source === "string" ? [toReference({ source, ...rest })] : [],
  );
  draft.set({ ...emptyDraft, ...fields, references: kept });
  proposedFiles.set(
    references.flatMap(({ source, role = "reference" }) =>
      typeof source === "string" ? [] : [{ file: source, role }],
    ),
  );
}

let lastNumber = 0;

/** Makes a reference of a draft. */
export function toReference(given: {
  source: string | null;
  role?: ReferenceRole;
  kind?: DraftReference["kind"];
  name?: string;
  seconds?: number | null;
}): DraftReference {
  lastNumber += 1;
  const { source, role = "reference", kind = "image", name = source ?? "", seconds = null } = given;
  return { id: `r${Date.now()}-${lastNumber}`, source, kind, name, role, seconds };
}

/** Reads a stored draft. What does not fit, of an older version for example, is left out; so are unfinished uploads. */
export function readDraft(text: string | null | undefined): Draft {
  let stored: unknown;
  try {
    stored = JSON.parse(text ?? "null");
  } catch {
    stored = null;
  }
  if (typeof stored !== "object" || stored === null) return emptyDraft;
  const fields = stored as Partial<Record<keyof Draft, unknown>>;
  const read = { ...emptyDraft } as Record<string, unknown>;
  for (const [name, empty] of Object.entries(emptyDraft)) {
    const value = fields[name as keyof Draft];
    const fits = empty === null ? value === null || isPlain(value) : typeof value === typeof empty;
    if (fits && value !== undefined) read[name] = value;
  }
  const draftRead = read as unknown as Draft;
  const kinds: readonly string[] = ["image", "video", "audio"];
  return {
    ...draftRead,
    kind: kinds.includes(draftRead.kind) ? draftRead.kind : "image",
    references: Array.isArray(fields.references)
      ? (fields.references as DraftReference[]).filter(({ source }) => typeof source === "string")
      : [],
  };
}

function isPlain(value: unknown): boolean {
  return typeof value === "string" || typeof value === "number";
}
