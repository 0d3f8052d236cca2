// What the making of jobs is given.

import type { ModelCatalogue } from "../accounts/model-catalogue.ts";
import type { Accounts } from "../accounts/accounts.ts";
import type { Config } from "../config/config.ts";
import type { Jobs } from "../jobs/job.ts";
import type { References } from "../references/references.ts";
import type { Assets } from "../storage/assets.ts";
import type { Disk } from "../storage/disk.ts";

/** The services that a check of a request needs. */
export interface PreparationServices {
  config: Pick<Config, "maxPromptLength">;
  accounts: Pick<Accounts, "get">;
  models: Pick<ModelCatalogue, "known">;
}

/** The services that jobs and files are looked up with. */
export interface LookupServices {
  jobs: Pick<Jobs, "get" | "ownerOf" | "asset" | "product">;
}

/** The services that jobs are made with. */
export interface SubmissionServices extends PreparationServices, LookupServices {
  config: Pick<Config, "maxPromptLength" | "mode" | "maxCreditsPerJob" | "allowPrivateWebhooks">;
  jobs: Pick<Jobs, "get" | "ownerOf" | "asset" | "product" | "createOrReplay" | "find" | "charges">;
  accounts: Pick<Accounts, "get" | "adopt" | "assertUsable" | "list" | "connection" | "forSession">;
  references: References;
  assets: Pick<Assets, "open">;
  disk: Pick<Disk, "assertRoom">;
  /** Returns Unix milliseconds. */
  now: () => number;
  /** Aborted when the gateway closes. */
  closing: AbortController;
}
