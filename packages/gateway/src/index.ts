// The list of what @jimeng/gateway exports, by name.

export { createGateway, gatewayVersion } from "./gateway.ts";
export type { Gateway, GatewayOptions } from "./gateway.ts";
export { loadConfig } from "./config/config.ts";
export type { Config, ConfigOverrides, Mode } from "./config/config.ts";
export type { ApiKeySetting, SessionSetting } from "./config/credentials.ts";
export type { UpstreamRegion } from "./config/upstream.ts";
export { hasStoredAccounts } from "./accounts/sessions/find-stored-accounts.ts";
export { accountsFingerprint } from "./config/fingerprint.ts";
export { settings } from "./config/settings.ts";
export type { Setting } from "./config/settings.ts";
export { backUp } from "./database/backup.ts";
export type { BackupOptions, BackupPart, BackupReport } from "./database/backup.ts";
export { restore } from "./database/restore.ts";
export type { RestoreOptions, RestoreReport } from "./database/restore.ts";
export { copyDatabase } from "./database/copy.ts";
export type { CopyReport } from "./database/copy.ts";
export type { AssetsPlace } from "./config/assets.ts";
export { examine } from "./doctor/examine.ts";
export type { ExamineOptions } from "./doctor/examine.ts";
export { found } from "./doctor/finding.ts";
export type { Finding, FindingCheck, FindingCode, FindingStatus } from "./doctor/finding.ts";
export { createLogger } from "./logging.ts";
export type { Caller, Scope } from "./keys/caller.ts";
export type { RouteScope } from "./http/guards.ts";
export type { Failpoint, OnFailpoint } from "./jobs/index.ts";
export type { Asset, Job, JobEvent, Jobs } from "./jobs/job.ts";
export type { JobEventName, JobStatus } from "./api/job-words.ts";
