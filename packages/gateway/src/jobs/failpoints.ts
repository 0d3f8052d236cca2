// The names of the moments between two durable facts: where a sudden death leaves a row half way.

/** Names a moment in the life of a job, in their usual order (design 4's death table, and the rows between). */
export type JobPoint =
  /** The row is on disk; its caller has not heard of it. */
  | "row_stored"
  /** One reference is at the upstream and remembered; others may still be missing. */
  | "reference_uploaded"
  /** The account is chosen; the submit id is not written down. */
  | "before_submit_id"
  /** The submit id is on disk; nothing is sent. */
  | "submit_id_written"
  /** The upstream has answered the paid post; the answer is not written down. */
  | "start_answered"
  /** The operation is on disk: the generation runs. */
  | "operation_stored"
  /** The results are known; no file is fetched. */
  | "saving"
  /** A file is under its final name; no row tells of it. */
  | "file_kept"
  /** The row says completed; nobody has been told. */
  | "completed";

/** Hears of each moment, before anything else happens. */
export type OnJobPoint = (point: JobPoint) => void;

/** Hears nothing: what every gateway outside the crash tests is given. */
export function noPoint(): void {}
