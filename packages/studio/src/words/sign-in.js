// Compiled from messages/sign-in.en.json and messages/sign-in.zh.json by scripts/studio-words.mjs.
import { plural, say } from "./locale.ts";

export const title = /* @__PURE__ */ say(() => `Sign in`, () => `登录`);
export const key = /* @__PURE__ */ say(() => `Key`, () => `密钥`);
export const keyHelp = /* @__PURE__ */ say(() => `The key that the gateway’s owner gave you. This browser keeps a cookie instead, which no script can read.`, () => `网关所有者给您的密钥。浏览器只保存脚本读不到的 Cookie，不保存密钥。`);
export const signIn = /* @__PURE__ */ say(() => `Sign in`, () => `登录`);
export const signingIn = /* @__PURE__ */ say(() => `Signing in…`, () => `登录中…`);
export const wrongKey = /* @__PURE__ */ say(() => `This key is not in force. Ask the gateway’s owner for another.`, () => `这个密钥无效，请向网关所有者索取新的密钥。`);
export const failed = /* @__PURE__ */ say((i) => `That did not work: ${i.reason}`, (i) => `没有成功：${i.reason}`);
export const again = /* @__PURE__ */ say(() => `Try again`, () => `重试`);
export const notNeeded = /* @__PURE__ */ say(() => `This gateway asks for no key on this machine.`, () => `在这台机器上使用网关不需要密钥。`);
export const signedInAs = /* @__PURE__ */ say((i) => `Signed in as ${i.name}`, (i) => `已用 ${i.name} 登录`);
export const nameless = /* @__PURE__ */ say(() => `a key`, () => `密钥`);
export const until = /* @__PURE__ */ say((i) => `until ${i.time}`, (i) => `有效期至 ${i.time}`);
export const may = /* @__PURE__ */ say((i) => `May: ${i.scopes}`, (i) => `权限：${i.scopes}`);
export const dayLeft = /* @__PURE__ */ say((i) => {const countPlural = plural("en", i?.count, {}); if (countPlural === "one") return (`${i?.count} credit left today`); return (`${i?.count} credits left today`) }, (i) => {const countPlural = plural("zh", i?.count, {}); if (countPlural === "one") return (`今天还剩 ${i?.count} 积分`); return (`今天还剩 ${i?.count} 积分`) });
export const monthLeft = /* @__PURE__ */ say((i) => {const countPlural = plural("en", i?.count, {}); if (countPlural === "one") return (`${i?.count} credit left this month`); return (`${i?.count} credits left this month`) }, (i) => {const countPlural = plural("zh", i?.count, {}); if (countPlural === "one") return (`本月还剩 ${i?.count} 积分`); return (`本月还剩 ${i?.count} 积分`) });
export const overBudget = /* @__PURE__ */ say((i) => `This key has used up its credits. It works again ${i.time}; the owner can raise the budget.`, (i) => `这个密钥的积分已用完，${i.time}恢复；所有者可以提高限额。`);
export const noGenerate = /* @__PURE__ */ say(() => `This key may look, and may not make anything.`, () => `这个密钥只能查看，不能生成。`);
export const signOut = /* @__PURE__ */ say(() => `Sign out`, () => `退出登录`);
export const signedOut = /* @__PURE__ */ say(() => `Signed out. The key itself still works elsewhere.`, () => `已退出登录。密钥本身在别处仍然有效。`);
export const continueTo = /* @__PURE__ */ say(() => `Go on`, () => `继续`);
