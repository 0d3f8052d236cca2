// Compiled from messages/tools.en.json and messages/tools.zh.json by scripts/studio-words.mjs.
import { say } from "./locale.ts";

export const hd = /* @__PURE__ */ say(() => `Upscale`, () => `超清`);
export const smartHd = /* @__PURE__ */ say(() => `Upscale with new details`, () => `智能超清`);
export const outpaint = /* @__PURE__ */ say(() => `Outpaint`, () => `扩图`);
export const detailFix = /* @__PURE__ */ say(() => `Repair details`, () => `细节修复`);
export const frameInterpolation = /* @__PURE__ */ say(() => `60 frames a second`, () => `60 帧`);
