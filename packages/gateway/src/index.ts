// Owns the list of what @jimeng/gateway exports, by name.

export { createGateway, gatewayVersion } from "./gateway.ts";
export type { Gateway, GatewayOptions } from "./gateway.ts";
export { loadConfig } from "./config.ts";
export type { Config, ConfigOverrides, Mode } from "./config.ts";
export type { ApiKeySetting, SessionSetting } from "./config-credentials.ts";
export type { UpstreamRegion } from "./config-upstream.ts";
export { settings } from "./settings.ts";
export type { Setting } from "./settings.ts";
export { backUp } from "./backup.ts";
export type { BackupOptions, BackupReport } from "./backup.ts";
export { copyDatabase } from "./copy-database.ts";
export type { CopyReport } from "./copy-database.ts";
export type { AssetsPlace } from "./config-assets.ts";
export { createLogger } from "./logging.ts";
export type { Caller, Scope } from "./auth.ts";
export type { RouteScope } from "./app.ts";
export type { JobPoint, OnJobPoint } from "./jobs/points.ts";
export type { Asset, Job, JobEvent, JobEventName, Jobs, JobStatus } from "./jobs/job.ts";
