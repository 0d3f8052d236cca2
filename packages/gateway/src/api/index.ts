// The list of what @jimeng/gateway/api exports, by name. Browser-safe: nothing here imports node.

export {
  accountListSchema,
  accountSchema,
  accountsCheckBodySchema,
  balanceListSchema,
  balanceSchema,
  checkedAccountListSchema,
  checkedAccountSchema,
  claimBodySchema,
  claimSchema,
  creditHistoryQuerySchema,
  creditHistorySchema,
  creditsQuerySchema,
  historyImportBodySchema,
  historyImportSchema,
  spendingOrder,
  standings,
} from "./account-schemas.ts";
export type {
  AccountObject,
  Balance,
  CheckedAccountObject,
  Claim,
  CreditHistory,
  HistoryImport,
  WholeList,
} from "./account-schemas.ts";
export { errorTable, statusOf } from "./errors.ts";
export type { ErrorBody, ErrorRow } from "./errors.ts";
export { GatewayError, fromPublicCode, toGatewayError, toPublicCode } from "./gateway-error.ts";
export type { GatewayErrorDetail } from "./gateway-error.ts";
export { GatewayClient, hasJobEnded } from "./client.ts";
export type { FileUploadOptions } from "./file-calls.ts";
export type {
  AssetDownload,
  CallOptions,
  CreateOptions,
  JobListOptions,
  PageOptions,
} from "./client.ts";
export type { GatewayClientOptions } from "./transport.ts";
export { jobEventNames } from "./follow.ts";
export type { FollowOptions, JobEventMessage, JobEventName } from "./follow.ts";
export {
  filePageQuerySchema,
  fileQuerySchema,
  imageBodySchema,
  imageVariationSchema,
  referenceSchema,
  retryBodySchema,
  jobBodySchema,
  jobQuerySchema,
  largestImageCount,
  pageQuerySchema,
  videoBodySchema,
} from "./requests.ts";
export type { ImageBodyInput, JobBodyInput, VideoBodyInput } from "./requests.ts";
export {
  assetSchema,
  fileDeletedSchema,
  fileListSchema,
  fileSchema,
  errorBodySchema,
  errorObjectSchema,
  imagesAnswerSchema,
  jobListSchema,
  jobSchema,
  jobStatuses,
  modelListSchema,
  modelSchema,
  videoListSchema,
  videoSchema,
  warningSchema,
} from "./schemas.ts";
export type {
  AssetObject,
  FileDeleted,
  FileObject,
  ErrorObject,
  ImagesAnswer,
  JobObject,
  JobRequestObject,
  ListPage,
  ModelList,
  ModelObject,
  VideoObject,
  WarningObject,
} from "./schemas.ts";
