// Compiled from messages/controls.en.json and messages/controls.zh.json by scripts/studio-words.mjs.
import { say } from "./locale.ts";

export const close = /* @__PURE__ */ say(() => `Close`, () => `关闭`);
export const dismiss = /* @__PURE__ */ say(() => `Dismiss`, () => `知道了`);
