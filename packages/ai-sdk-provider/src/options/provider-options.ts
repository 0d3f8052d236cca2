// `providerOptions.jimeng`: what can be said beside the AI SDK's own words, checked before anything is sent.

import type { SharedV4ProviderOptions } from "@ai-sdk/provider";

import { checkOptions } from "./check-options.ts";
import type { OptionChecks } from "./check-options.ts";
import { bool, integer, number, oneOf, record, text, texts } from "./value-checks.ts";

/** The options that pictures and videos share. */
type SharedOptions = {
  /** The name of the account that makes it; default the gateway's choice. */
  account?: string;
  /** The resolution by its name, such as `2k` or `1080p`; a model's own names are in `/v1/models`. */
  resolution?: string;
  /**
   * More references: `asset_…`, `file_…`, `job_…#2` or a URL. An id stays the same in every process, so large files
   * belong here (`files().uploadFile`).
   */
  references?: string[];
  /** -10 to 10, default 0: jobs of a higher priority are started first. */
  priority?: number;
  /** A job that was not started within so many seconds fails, with nothing paid. */
  startBeforeSeconds?: number;
  /** The most credits that the call may cost; a dearer one is refused before anything is sent to the site. */
  maxCredits?: number;
  /** How long the addresses of the results work. */
  urlTtlSeconds?: number;
  /** The caller's own facts, kept with the job. */
  metadata?: Record<string, string>;
  /** Makes the call safe to repeat for 24 hours, like the header `idempotency-key`, which wins. */
  idempotencyKey?: string;
};

/** `providerOptions.jimeng` of `generateImage`. */
export type JimengImageOptions = SharedOptions & {
  negativePrompt?: string;
  /** The aspect ratio where the AI SDK's `aspectRatio` is not used. */
  ratio?: string;
  /** 0 to 1. */
  sampleStrength?: number;
  /** 0 to 1: how closely the references are followed. */
  referenceStrength?: number;
  /** Lets the site choose the ratio by the prompt. */
  intelligentRatio?: boolean;
  /** 2 to 15: a series of pictures of one prompt, for models that make one. */
  sequence?: number;
  /** The format of the pictures; as the site made them where it is left out. */
  outputFormat?: "png" | "jpeg" | "webp";
  /** 0 to 100, of JPEG and WebP. */
  outputQuality?: number;
  /** Where the end of each job is told. */
  webhookUrl?: string;
};

/** `providerOptions.jimeng` of `generateVideo` and `startVideo`. */
export type JimengVideoOptions = SharedOptions & {
  /** Pictures of subjects that the video keeps, as `references` names them. */
  subjects?: string[];
};

const sharedChecks: OptionChecks<SharedOptions> = {
  account: text,
  resolution: text,
  references: texts,
  priority: integer(-10, 10),
  startBeforeSeconds: number(0),
  maxCredits: number(0),
  urlTtlSeconds: integer(1),
  metadata: record,
  idempotencyKey: text,
};

const imageChecks: OptionChecks<JimengImageOptions> = {
  ...sharedChecks,
  negativePrompt: text,
  ratio: text,
  sampleStrength: number(0, 1),
  referenceStrength: number(0, 1),
  intelligentRatio: bool,
  sequence: integer(2, 15),
  outputFormat: oneOf("png", "jpeg", "webp"),
  outputQuality: integer(0, 100),
  webhookUrl: text,
};

const videoChecks: OptionChecks<JimengVideoOptions> = { ...sharedChecks, subjects: texts };

/** Reads the options of pictures. Throws InvalidArgumentError for one that is unknown or has a wrong value. */
export function readImageOptions(options: SharedV4ProviderOptions): JimengImageOptions {
  return checkOptions(options["jimeng"], imageChecks);
}

/** Reads the options of videos. Throws InvalidArgumentError for one that is unknown or has a wrong value. */
export function readVideoOptions(options: SharedV4ProviderOptions): JimengVideoOptions {
  return checkOptions(options["jimeng"], videoChecks);
}

/** Returns the fields of a body that say how to submit it. */
export function toSubmissionFields(options: SharedOptions): Record<string, unknown> {
  return {
    account: options.account,
    priority: options.priority,
    start_before: options.startBeforeSeconds,
    max_credits: options.maxCredits,
    url_ttl_seconds: options.urlTtlSeconds,
    metadata: options.metadata,
  };
}
