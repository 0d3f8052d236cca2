// The part of the sdk's client that jobs use; tests replace it by a fake.

import type {
  AudioResource,
  AuditDecision,
  Generation,
  GenerationKind,
  GenerationOutput,
  MediaReference,
  Operation,
  PreparedImageRequest,
  PreparedRequest,
  Region,
  Uploads,
} from "@jimeng/sdk";

/** The options of one read. */
export interface UpstreamReadOptions {
  signal?: AbortSignal;
  /** How often the client repeats a failed read; the poller says 0 because it repeats reads itself. */
  maxRetryCount?: number;
}

/** Starts and reads the generations of one account; the sdk's `Jimeng` satisfies it. */
export interface Upstream {
  readonly region: Region;
  /** Uploads files: free of charge, and usable by this account only. */
  readonly uploads: Pick<Uploads, "create">;
  /** Speaks a text in one paid call; errors carry `acceptance`, and a lost answer cannot be looked up. */
  readonly audio: Pick<AudioResource, "speech">;
  readonly generations: {
    start(
      request: PreparedRequest,
      options: { submitId: string; signal?: AbortSignal },
    ): Promise<Operation>;
    /** Reads by history id; the result is keyed by submit id, and an absent id is not visible yet. */
    check(operations: Operation[], options: UpstreamReadOptions): Promise<Map<string, Generation>>;
    /** Reads by submit id; `kinds` says what was started under each, because a record need not tell. */
    find(
      submitIds: string[],
      options: UpstreamReadOptions & { kinds?: ReadonlyMap<string, GenerationKind> },
    ): Promise<Map<string, Generation>>;
    /** Asks the upstream to cancel; whether it did shows at a later read. */
    cancel(operation: Operation, options: UpstreamReadOptions): Promise<void>;
    /** Asks the site's free check about the materials of a start of a model, in their order. */
    audit(
      model: string,
      materials: readonly MediaReference[],
      options: Pick<UpstreamReadOptions, "signal">,
    ): Promise<AuditDecision[]>;
    /** Continues a stalled series; this may cost credits, and errors carry `acceptance`. */
    continue(operation: Operation, request: PreparedImageRequest): Promise<void>;
    /** Returns the results in full quality; those that are not found stay as they are. */
    fullQuality(
      generation: Pick<Generation, "operation" | "outputs" | "reservedItemIds">,
      options: UpstreamReadOptions,
    ): Promise<GenerationOutput[]>;
  };
}
