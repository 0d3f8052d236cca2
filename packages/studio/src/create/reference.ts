// What a reference of a draft is.

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
