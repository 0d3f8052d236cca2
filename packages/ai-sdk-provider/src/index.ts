// The list of what @jimeng/ai-sdk-provider exports, by name.

export { createJimeng } from "./provider.ts";
export type { JimengProvider } from "./provider.ts";
export type { JimengProviderSettings, RecoverySettings, VideoOutput } from "./settings.ts";
export type { JimengImageOptions, JimengVideoOptions } from "./options/provider-options.ts";
export type { JimengImageMetadata } from "./images/image-metadata.ts";
export type { JimengVideoMetadata, JimengVideoOperation } from "./videos/video-operation.ts";
export type { JimengErrorData } from "./errors.ts";
