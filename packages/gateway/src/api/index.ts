// The list of what @jimeng/gateway/api exports, by name. Browser-safe: nothing here imports node.

export { GatewayClient } from "./client/client.ts";
export { GatewayError, toGatewayError } from "./client/gateway-error.ts";
export type { GatewayErrorDetail } from "./client/gateway-error.ts";
export type { JobEventOptions } from "./client/job-events.ts";
export type { CallOptions, CreateOptions, PageOptions } from "./client/options.ts";
export type { AssetDownload, AssetForm, AssetFilter } from "./client/resources/assets.ts";
export type { EventMessage, EventStreamOptions } from "./client/resources/events.ts";
export type {
  BatchCreateOptions,
  BatchLineInput,
  BatchLines,
  BatchResultOptions,
} from "./client/resources/batches.ts";
export type { FileCreateOptions } from "./client/resources/files.ts";
export type { GatewayIdentity } from "./client/resources/gateway.ts";
export type { JobListOptions, SeenOption } from "./client/resources/jobs.ts";
export type { DeliveryListOptions } from "./client/resources/webhooks.ts";
export type { GatewayClientOptions } from "./client/transport.ts";

export { doctorSchema } from "./gateway.ts";
export type { DoctorCheck, DoctorReport } from "./gateway.ts";
export { errorBodySchema, errorObjectSchema, errorTable } from "./errors.ts";
export type { ErrorBody, ErrorObject, ErrorRow, GatewayErrorCode } from "./errors.ts";
export type { ListPage, WholeList } from "./lists.ts";
export { warningSchema } from "./warnings.ts";
export type { WarningObject } from "./warnings.ts";

export { imageBodySchema, imagesAnswerSchema } from "./images.ts";
export type { ImageBodyInput, ImagesAnswer } from "./images.ts";
export { videoBodySchema, videoSchema } from "./videos.ts";
export type { VideoBodyInput, VideoObject } from "./videos.ts";
export { speechBodySchema, voiceListSchema } from "./speech.ts";
export type { SpeechBodyInput, VoiceList } from "./speech.ts";
export {
  interpolateBodySchema,
  musicBodySchema,
  outpaintBodySchema,
  refineBodySchema,
  upscaleBodySchema,
} from "./tools.ts";
export type {
  InterpolateBodyInput,
  MusicBodyInput,
  OutpaintBodyInput,
  RefineBodyInput,
  UpscaleBodyInput,
} from "./tools.ts";
export {
  batchBodySchema,
  batchEstimateSchema,
  batchResultSchema,
  batchSchema,
} from "./batches/batches.ts";
export type {
  BatchBodyInput,
  BatchEstimateObject,
  BatchObject,
  BatchResultObject,
} from "./batches/batches.ts";
export { estimateSchema } from "./batches/estimate.ts";
export type { EstimateObject } from "./batches/estimate.ts";
export { hasJobEnded, jobEventNames, jobStatuses } from "./job-words.ts";
export type { JobEventName } from "./job-words.ts";
export { jobBodySchema, jobSchema } from "./jobs.ts";
export type { JobBodyInput, JobEventMessage, JobObject, JobRequestObject } from "./jobs.ts";
export {
  deliverySchema,
  madeWebhookSchema,
  webhookBodySchema,
  webhookChangesSchema,
  webhookSchema,
} from "./webhooks.ts";
export type {
  DeliveryObject,
  MadeWebhookObject,
  WebhookBodyInput,
  WebhookChangesInput,
  WebhookDeleted,
  WebhookObject,
  WebhookSecretObject,
} from "./webhooks.ts";
export { eventTypes } from "./event-words.ts";
export type { EventType } from "./event-words.ts";
export { eventSchema } from "./events.ts";
export type { EventObject } from "./events.ts";
export { assetMetadataSchema, assetSchema } from "./assets.ts";
export type { AssetMetadata, AssetObject } from "./assets.ts";
export type { PictureFormat } from "./words/picture-formats.ts";
export { libraryAssetSchema } from "./library/library.ts";
export type {
  AssetTimeline,
  GridAsset,
  LibraryAssetObject,
  SweepObject,
  ThumbnailList,
} from "./library/library.ts";
export { fileSchema } from "./files.ts";
export type { FileDeleted, FileObject } from "./files.ts";
export { modelSchema } from "./models.ts";
export type { ModelChangeObject, ModelFactObject, ModelObject } from "./models.ts";
export { balanceSchema, claimSchema, creditHistorySchema } from "./account/credits.ts";
export type { Balance, Claim, CreditHistory } from "./account/credits.ts";
export { accountSchema, checkedAccountSchema, newAccountBodySchema } from "./accounts.ts";
export type { AccountObject, CheckedAccountObject, NewAccountBody } from "./accounts.ts";
export { keyBodySchema, keyChangesSchema, keySchema, madeKeySchema, signInSchema } from "./keys.ts";
export type {
  KeyBodyInput,
  KeyChangesInput,
  KeyDeleted,
  KeyObject,
  KeyScope,
  MadeKeyObject,
  SignInObject,
} from "./keys.ts";
export { auditEntrySchema, auditOutcomes } from "./audit.ts";
export type { AuditEntryObject, AuditListObject } from "./audit.ts";
export type { AuditListOptions } from "./client/resources/audit.ts";
export { ledgerSchema } from "./account/credits.ts";
export type { LedgerEntryObject, LedgerObject, LedgerSumObject } from "./account/credits.ts";
export type { LedgerOptions } from "./client/resources/credits.ts";
export { historyImportSchema } from "./account/history.ts";
export type { HistoryImport } from "./account/history.ts";
