// Compiled from messages/references.en.json and messages/references.zh.json by scripts/studio-words.mjs.
import { plural, say } from "./locale.ts";

export const fromFile = /* @__PURE__ */ say(() => `Choose files`, () => `选择文件`);
export const fromCamera = /* @__PURE__ */ say(() => `Take a picture`, () => `拍照`);
export const fromUrl = /* @__PURE__ */ say(() => `From an address`, () => `通过网址`);
export const fromUrlHint = /* @__PURE__ */ say(() => `https://…`, () => `https://…`);
export const add = /* @__PURE__ */ say(() => `Add`, () => `添加`);
export const mentions = /* @__PURE__ */ say(() => `References to name`, () => `可引用的参考`);
export const fromLibrary = /* @__PURE__ */ say(() => `From the library`, () => `从图库选择`);
export const searchLibrary = /* @__PURE__ */ say(() => `Search prompts`, () => `搜索提示词`);
export const libraryEmpty = /* @__PURE__ */ say(() => `Nothing was made yet.`, () => `还没有生成过内容。`);
export const nothingFound = /* @__PURE__ */ say(() => `Nothing matches.`, () => `没有匹配的结果。`);
export const cancel = /* @__PURE__ */ say(() => `Cancel`, () => `取消`);
export const addSome = /* @__PURE__ */ say((i) => {const countPlural = plural("en", i?.count, {}); if (countPlural === "one") return (`Add ${i?.count}`); return (`Add ${i?.count}`) }, (i) => { const countPlural = plural("zh", i?.count, {});return (`添加 ${i?.count} 项`) });
export const noAddress = /* @__PURE__ */ say(() => `This is no address of the web; it begins with https://`, () => `这不是网址，应以 https:// 开头`);
export const takePicture = /* @__PURE__ */ say(() => `Take the picture`, () => `拍摄`);
export const cameraPicture = /* @__PURE__ */ say(() => `What the camera sees`, () => `摄像头画面`);
export const cameraRefused = /* @__PURE__ */ say(() => `No camera, or this page may not use it. The browser’s settings for this page allow it.`, () => `没有摄像头，或未授权本页面使用。可在浏览器的网站设置中允许。`);
export const remove = /* @__PURE__ */ say((i) => `Remove ${i.name}`, (i) => `移除 ${i.name}`);
export const moveLeft = /* @__PURE__ */ say((i) => `Move ${i.name} forward`, (i) => `前移 ${i.name}`);
export const moveRight = /* @__PURE__ */ say((i) => `Move ${i.name} back`, (i) => `后移 ${i.name}`);
export const retryUpload = /* @__PURE__ */ say(() => `Try again`, () => `重试`);
export const role = /* @__PURE__ */ say((i) => `Role of ${i.name}`, (i) => `${i.name} 的用途`);
export const keyframeSeconds = /* @__PURE__ */ say((i) => `Second of ${i.name}`, (i) => `${i.name} 所在秒数`);
export const notWithModel = /* @__PURE__ */ say((i) => `${i.choice}: not with this model`, (i) => `${i.choice}：此模型不支持`);
