// Lists what the subpath `@jimeng/sdk/registry` exports: for programs that store live lists of models and merge them
// themselves, as the gateway does.

export { boundedInteger, maxInteger32 } from "./bounds.ts";
export type { RegistryChange } from "./models/compare-registry.ts";
export { compareRegistry } from "./models/compare-registry.ts";
export type { LiveList, LiveModel } from "./models/live-list.ts";
export { parseLiveLists } from "./models/live-list.ts";
export { mergeRegistry } from "./models/merge-registry.ts";
