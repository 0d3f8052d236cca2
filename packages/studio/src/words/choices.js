// Compiled from messages/choices.en.json and messages/choices.zh.json by scripts/studio-words.mjs.
import { plural, say } from "./locale.ts";

export const searchModels = /* @__PURE__ */ say(() => `Search models`, () => `搜索模型`);
export const noAccountHas = /* @__PURE__ */ say(() => `No account here has this model`, () => `没有账号可用此模型`);
export const retired = /* @__PURE__ */ say(() => `Retired`, () => `已下线`);
export const experimental = /* @__PURE__ */ say(() => `Experimental`, () => `实验性`);
export const upToReferences = /* @__PURE__ */ say((i) => {const countPlural = plural("en", i?.count, {}); if (countPlural === "one") return (`${i?.count} reference`); return (`up to ${i?.count} references`) }, (i) => { const countPlural = plural("zh", i?.count, {});return (`最多 ${i?.count} 张参考`) });
export const noReferences = /* @__PURE__ */ say(() => `no references`, () => `不支持参考图`);
export const seed = /* @__PURE__ */ say(() => `Seed`, () => `种子`);
export const seedHint = /* @__PURE__ */ say(() => `Random each time`, () => `每次随机`);
export const negativePrompt = /* @__PURE__ */ say(() => `Leave out`, () => `排除内容`);
export const negativeHint = /* @__PURE__ */ say(() => `What should not be in the picture`, () => `画面中不要出现的东西`);
export const lockSeed = /* @__PURE__ */ say(() => `Keep the seed`, () => `锁定种子`);
export const seedLocked = /* @__PURE__ */ say(() => `Locked: the same seed each time`, () => `已锁定：每次使用相同种子`);
export const seedOpen = /* @__PURE__ */ say(() => `Open: another seed each time`, () => `未锁定：每次使用新种子`);
export const greyRatios = /* @__PURE__ */ say((i) => `What is grey ${i.model} does not make.`, (i) => `灰色的比例 ${i.model} 不支持。`);
export const automatic = /* @__PURE__ */ say(() => `Automatic`, () => `自动`);
export const seconds = /* @__PURE__ */ say((i) => `${i.count} s`, (i) => `${i.count} 秒`);
export const notWithModel = /* @__PURE__ */ say((i) => `${i.choice}: not with this model`, (i) => `${i.choice}：此模型不支持`);
export const ratios = /* @__PURE__ */ say(() => `Ratio`, () => `比例`);
export const models = /* @__PURE__ */ say(() => `Model`, () => `模型`);
