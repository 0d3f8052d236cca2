// The services that every route is given.

import type { FastifyRequest } from "fastify";

import type { DoctorReport } from "../api/gateway.ts";
import type { CheckAccounts } from "../accounts/check.ts";
import type { Accounts } from "../accounts/accounts.ts";
import type { Assets } from "../storage/assets.ts";
import type { Config } from "../config/config.ts";
import type { Conversions } from "../storage/conversions/conversions.ts";
import type { Posters } from "../storage/conversions/posters.ts";
import type { Disk } from "../storage/disk.ts";
import type { ConfiguredAccounts } from "../accounts/sessions/configured-accounts.ts";
import type { StoredAccounts } from "../accounts/sessions/stored-accounts.ts";
import type { SessionConfirmations } from "../accounts/confirmations.ts";
import type { CreditsService } from "../accounts/credits.ts";
import type { EventLog } from "../events/event-log.ts";
import type { EventTail } from "../events/tail.ts";
import type { Batches } from "../batches/batches.ts";
import type { Files } from "../references/files.ts";
import type { UploadLinks } from "../keys/upload-links.ts";
import type { Jobs } from "../jobs/job.ts";
import type { Keys } from "../keys/keys.ts";
import type { Library } from "../library/library.ts";
import type { Ledger } from "../keys/ledger.ts";
import type { KeyUse } from "../keys/key-use.ts";
import type { SignIns } from "../keys/sign-ins.ts";
import type { ModelCatalogue } from "../accounts/model-catalogue.ts";
import type { References } from "../references/references.ts";
import type { AuditLog } from "../telemetry/audit/audit-log.ts";
import type { Voices } from "../accounts/voices.ts";
import type { Webhooks } from "../webhooks/webhooks.ts";
import type { AnswerLanguage } from "./answers/language.ts";
import type { StudioFiles } from "./routes/service/studio-files.ts";
import { createUrls } from "../shapes/urls.ts";
import type { Urls } from "../shapes/urls.ts";

/** The services of the routes. */
export interface Services {
  config: Config;
  jobs: Jobs;
  keys: Keys;
  keyUse: KeyUse;
  signIns: SignIns;
  ledger: Ledger;
  /** Who did what with which key. */
  auditLog: Pick<AuditLog, "list" | "flush">;
  accounts: Omit<
    Accounts,
    | "byFingerprint"
    | "candidates"
    | "closeHealth"
    | "forgetHealth"
    | "noteAccepted"
    | "noteBalance"
    | "noteChecked"
    | "noteStart"
    | "noteStartFailure"
    | "put"
    | "remove"
    | "watchHealth"
  >;
  /** Stores and removes the owner's accounts while the gateway runs. */
  storedAccounts: Pick<StoredAccounts, "store" | "remove">;
  /** Reads the accounts of the settings again. */
  configuredAccounts: Pick<ConfiguredAccounts, "reload">;
  credits: CreditsService;
  /** Confirms the sessions that callers bring. */
  confirmations: SessionConfirmations;
  checkAccounts: CheckAccounts;
  models: ModelCatalogue;
  /** The voices of the sites. */
  voices: Voices;
  assets: Pick<Assets, "check" | "open">;
  /** Converts stored pictures. */
  conversions: Pick<Conversions, "prepare" | "made" | "check" | "open">;
  /** The posters of stored videos. */
  posters: Pick<Posters, "check" | "open">;
  /** The stored results as a person looks for them. */
  library: Omit<Library, "assetsStored" | "start" | "task">;
  /** Returns whether the database takes no writes now. */
  isReadOnly: () => Promise<boolean>;
  /** The disk of the data folder. */
  disk: Pick<Disk, "assertRoom">;
  files: Files;
  uploadLinks: UploadLinks;
  /** The log of what happened. */
  events: EventLog;
  /** Its newest events, for all who follow it. */
  eventTail: EventTail;
  webhooks: Webhooks;
  references: References;
  batches: Batches;
  /** Returns Unix milliseconds. */
  now: () => number;
  /** The secret that signs file URLs; null where no credential is needed. */
  assetSecret: Buffer | null;
  /** Aborted when the gateway closes: waiting answers and streams then end. */
  closing: AbortController;
  /** Aborted before that, when the gateway is told to stop: it is not ready any more, and streams of events end. */
  draining: AbortController;
  /** Milliseconds between two heartbeat comments of an event stream. */
  heartbeatMs: number;
  /** The files of the built studio; null where it was not built. */
  studio: StudioFiles | null;
  version: string;
  /** The logger's level. */
  logging: { level: string };
  /** Tells whether jobs advance: false before the tasks run, and after they were stopped. */
  isWorking: () => boolean;
  /** Returns the metrics in the format that the Accept header prefers. */
  scrape: (accept: string | undefined) => Promise<{ contentType: string; text: string }>;
  /** Examines this gateway, as `jimeng doctor` does, and puts what is found into words. */
  examine: (language: AnswerLanguage) => Promise<DoctorReport>;
  /** Answers a challenge with the proof key of gateway.json. */
  prove: (nonce: string) => Promise<string>;
  /** Gives the data folder up for a gateway with the same accounts; null where the gateway is not temporary. */
  handOver: { accounts: string; accept(): void } | null;
}

/** Builds the URLs of one answer: below JIMENG_PUBLIC_URL, else below the address the caller used. */
export function urlsFor(request: FastifyRequest, services: Services): Urls {
  return urlsBelow(baseFor(request, services), services);
}

/** What the addresses of files are built with, beside their base. */
type Addressing = Pick<Services, "assetSecret" | "config" | "now">;

/** Builds URLs below a base without a final slash. */
export function urlsBelow(base: string, addressing: Addressing): Urls {
  const { assetSecret: secret, config } = addressing;
  const signing =
    secret === null ? null : { secret, now: addressing.now(), ttlSeconds: config.urlTtlSeconds };
  return createUrls(base, signing);
}

/** Returns the base of the URLs that this caller sees, without a final slash. */
export function baseFor(request: FastifyRequest, services: Services): string {
  return services.config.publicUrl ?? `${request.protocol}://${request.host}`;
}
