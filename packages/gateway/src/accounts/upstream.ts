// The part of the sdk's client that the engine uses, so that tests can stand in for it.

import type {
  Generation,
  GenerationKind,
  GenerationOutput,
  Operation,
  PreparedImageRequest,
  PreparedRequest,
  Region,
  Uploads,
} from "@jimeng/sdk";

/** Tunes one look. */
export interface LookOptions {
  signal?: AbortSignal;
  /** How often the client itself repeats a failed read; the watcher says 0, it has a pace of its own. */
  maxRetryCount?: number;
}

/** Starts and looks at generations of one account; the sdk's `Jimeng` satisfies it. */
export interface Upstream {
  readonly region: Region;
  /** Uploads files; free, and of use to this account only. */
  readonly uploads: Pick<Uploads, "create">;
  readonly generations: {
    start(
      request: PreparedRequest,
      options: { submitId: string; signal?: AbortSignal },
    ): Promise<Operation>;
    /** Looks by history ids; the answer is keyed by submit id, an absent id is not visible yet. */
    check(operations: Operation[], options: LookOptions): Promise<Map<string, Generation>>;
    /** Looks by submit ids; `kinds` says what was started under them, for a record need not tell. */
    find(
      submitIds: string[],
      options: LookOptions & { kinds?: ReadonlyMap<string, GenerationKind> },
    ): Promise<Map<string, Generation>>;
    /** Asks to cancel; whether it did shows at a later look. */
    cancel(operation: Operation, options: LookOptions): Promise<void>;
    /** Goes on with a series that stands still; may cost credits, errors carry `acceptance`. */
    continue(operation: Operation, request: PreparedImageRequest): Promise<void>;
    /** Gives the results in full quality; what is not found stays as it is. */
    originals(
      generation: Pick<Generation, "operation" | "outputs" | "reservedItemIds">,
      options: LookOptions,
    ): Promise<GenerationOutput[]>;
  };
}
