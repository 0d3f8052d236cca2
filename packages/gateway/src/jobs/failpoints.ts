// Names the failpoints: places between two durable facts, where a test may stop or kill the process.

/** A failpoint, in the usual order of a job's life. */
export type Failpoint =
  /** The row is on disk; its caller has no answer yet. */
  | "row_stored"
  /** One reference is at the upstream and remembered; others may still be missing. */
  | "reference_uploaded"
  /** The account is chosen; the submit id is not written down. */
  | "before_submit_id"
  /** The submit id is on disk; nothing is sent. */
  | "submit_id_written"
  /** The upstream has refused the start, the upload handles it used are dropped; the row does not say so yet. */
  | "handles_dropped"
  /** The row says that the handles were renewed; nothing is uploaded or sent again. */
  | "handles_renewed"
  /** The upstream has answered the paid post; the answer is not written down. */
  | "start_answered"
  /** The operation is on disk: the generation runs. */
  | "operation_stored"
  /** The results are known; no file is fetched. */
  | "saving"
  /** A file is under its final name; it has no row yet. */
  | "file_kept"
  /** The row says completed; nobody knows of it yet. */
  | "completed"
  /** A part of the lines of a batch is on disk; the others are still coming in. */
  | "batch_lines_stored";

/** Called when a failpoint is reached, before anything else happens. */
export type OnFailpoint = (failpoint: Failpoint) => void;

/** Does nothing: what every gateway outside the crash tests is given. */
export function ignoreFailpoints(): void {}
