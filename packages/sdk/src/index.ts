// Lists what this package exports, by name.

export type { Account, AccountCheck, AccountPermissions } from "./account/account.ts";
export type {
  AccountInfo,
  CreditBatch,
  CreditClaim,
  CreditHistoryPage,
  CreditRecord,
  Credits,
} from "./account-facts.ts";
export { checkSessions } from "./account/account.ts";
export { Jimeng } from "./client.ts";
export type {
  CompatOptions,
  GenerateImagesOptions,
  GenerateVideoOptions,
} from "./environment/compat.ts";
export { generateImages, generateVideo } from "./environment/compat.ts";
export type { CreditAccount } from "./account/credits.ts";
export { timeZones } from "./account/credits.ts";
export type {
  Acceptance,
  Charged,
  ErrorCode,
  ErrorRecord,
  JimengErrorDetail,
  UpstreamDetail,
} from "./errors.ts";
export {
  errorCodes,
  fromErrorRecord,
  isRetryableCode,
  JimengError,
  toErrorRecord,
} from "./errors.ts";
export type { GenerateOptions } from "./generations/finish.ts";
export type {
  GenerationPage,
  Generations,
  ReadOptions,
  StartOptions,
} from "./generations/generations.ts";
export type { AudioResource } from "./generations/audio.ts";
export type {
  EditedImages,
  Finished,
  GeneratedMusic,
  InterpolatedVideo,
  Speech,
} from "./generations/results.ts";
export type {
  GeneratedImages,
  Images,
  OutpaintRequest,
  RefineRequest,
  UpscaleRequest,
} from "./generations/images.ts";
export { isLoopbackHost } from "./hosts.ts";
export type { LiveModels } from "./account/live-models.ts";
export type {
  BenefitType,
  LiveSource,
  Model,
  ModelFact,
  ModelMode,
  PriceTag,
  SizeOverride,
} from "./models/model.ts";
export { builtInAsOf, defaultModels, findModel, modelIn, models } from "./models/models.ts";
export type { Clock, Fetch, JimengOptions, Logger, Versions } from "./options.ts";
export { defaultMaxPromptLength, defaultVersions, sdkVersion } from "./options.ts";
export type { PrepareOptions } from "./prepare/options.ts";
export { prepareRequest } from "./prepare/prepare.ts";
export type { RegionHosts, RegionRecord } from "./regions.ts";
export { regions } from "./regions.ts";
export type { Forecast, GenerationKind, ModelKind, Operation, Region } from "./operation.ts";
export type {
  AudioOutput,
  AuditDecision,
  Generation,
  GenerationOutput,
  GenerationRequest,
  ImageOutput,
  ImageRequest,
  ImageTool,
  ImageToolRequest,
  MediaReference,
  ModelRequest,
  MusicRequest,
  Preparation,
  PreparedImageRequest,
  PreparedImageToolRequest,
  PreparedModelRequest,
  PreparedMusicRequest,
  PreparedRequest,
  PreparedSpeechRequest,
  PreparedToolRequest,
  PreparedVideoRequest,
  PreparedVideoToolRequest,
  Product,
  QueueInfo,
  SpeechRequest,
  ToolRequest,
  UploadedAudio,
  UploadedImage,
  UploadedVideo,
  VideoFrame,
  VideoOutput,
  VideoRequest,
  VideoToolRequest,
  Warning,
} from "./requests.ts";
export { parseSession } from "./session.ts";
export type { Size, SizesByRatio } from "./models/sizes.ts";
export type { UploadSource } from "./uploads/source.ts";
export { defaultMaxUploadBytes } from "./uploads/options.ts";
export type { UploadOptions } from "./uploads/options.ts";
export type { Uploads } from "./uploads/uploads.ts";
export type { GeneratedVideo, Videos } from "./generations/videos.ts";
export type { WaitOptions } from "./generations/wait.ts";
export type { Voice, VoicesOptions } from "./wire/speech/voices.ts";
export { maxHistoryIds } from "./wire/history/history-call.ts";
export type { QueuePlace } from "./wire/history/listing.ts";
