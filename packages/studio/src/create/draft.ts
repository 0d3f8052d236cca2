// What is being written: the draft of the next request. It survives a reload, a crash and a sign-out.

import { createStore } from "../data/store.ts";

/** What a reference is for. */
export type ReferenceRole = "reference" | "first" | "last" | "keyframe";

/** A reference of a draft. */
export interface DraftReference {
  /** Its own id in the draft. */
  id: string;
  /** `asset_…`, `file_…` or an address; null while it is being uploaded. */
  source: string | null;
  kind: "image" | "video" | "audio";
  name: string;
  role: ReferenceRole;
  /** The time of a keyframe, in seconds; null for the other roles. */
  seconds: number | null;
}

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
    /** The id of a stored result or file, or a file to upload. */
    source: string | File;
    role?: ReferenceRole;
    kind?: DraftReference["kind"];
    name?: string;
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

/** What other rooms proposed and the composer has yet to take. */
export const proposal = createStore<ProposedDraft | null>(null);

/** Replaces the draft by a proposal; whoever calls it goes to `/`. */
export function openDraft(draft: ProposedDraft): void {
  proposal.set(draft);
}
