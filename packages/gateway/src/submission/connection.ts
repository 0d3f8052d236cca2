// The connection of a caller, as far as the making of jobs depends on it.

/**
 * The connection of the caller who waits for an answer. What becomes of the answer decides whether the next
 * request of the same content joins these jobs; each of the three listeners is called at most once.
 */
export interface CallerConnection {
  /** Aborted when the caller is gone before its answer was written. */
  gone: AbortSignal;
  /** Returns whether the caller is still there, also where only the operating system knows that it left. */
  isOpen(): Promise<boolean>;
  /** Calls back once the answer was written to its end. */
  answered(listener: () => Promise<void>): void;
  /** Calls back once the connection closed, with or without the answer. */
  responseLost(listener: () => Promise<void>): void;
  /** Calls back once the other side discarded the written answer unread. */
  discarded(listener: () => Promise<void>): void;
}
