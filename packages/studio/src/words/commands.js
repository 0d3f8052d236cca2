// Compiled from messages/commands.en.json and messages/commands.zh.json by scripts/studio-words.mjs.
import { say } from "./locale.ts";

export const commands = /* @__PURE__ */ say(() => `Commands`, () => `命令`);
export const newPrompt = /* @__PURE__ */ say(() => `Write a prompt`, () => `写提示词`);
export const goTo = /* @__PURE__ */ say((i) => `Go to ${i.room}`, (i) => `前往${i.room}`);
export const waitingJobs = /* @__PURE__ */ say(() => `Show waiting jobs`, () => `查看排队中的任务`);
export const runningJobs = /* @__PURE__ */ say(() => `Show running jobs`, () => `查看进行中的任务`);
export const failedJobs = /* @__PURE__ */ say(() => `Show failed jobs`, () => `查看失败的任务`);
export const themeAuto = /* @__PURE__ */ say(() => `Colours as the system has them`, () => `外观跟随系统`);
export const themeLight = /* @__PURE__ */ say(() => `Light colours`, () => `浅色外观`);
export const themeDark = /* @__PURE__ */ say(() => `Dark colours`, () => `深色外观`);
export const inLanguage = /* @__PURE__ */ say((i) => `Language: ${i.language}`, (i) => `语言：${i.language}`);
export const showKeys = /* @__PURE__ */ say(() => `Keyboard shortcuts`, () => `键盘快捷键`);
