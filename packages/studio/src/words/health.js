// Compiled from messages/health.en.json and messages/health.zh.json by scripts/studio-words.mjs.
import { say } from "./locale.ts";

export const title = /* @__PURE__ */ say(() => `Health`, () => `运行状态`);
export const ready = /* @__PURE__ */ say(() => `Ready: jobs are taken`, () => `正常，可以接收任务`);
export const notReady = /* @__PURE__ */ say((i) => `Not ready: ${i.reason}`, (i) => `未就绪：${i.reason}`);
export const version = /* @__PURE__ */ say((i) => `Version ${i.version}`, (i) => `版本 ${i.version}`);
export const simulator = /* @__PURE__ */ say(() => `on the simulator, nothing real is made or paid`, () => `使用模拟器，不会真正生成或扣费`);
export const accounts = /* @__PURE__ */ say(() => `with accounts`, () => `使用账号`);
export const passThrough = /* @__PURE__ */ say(() => `with callers' own sessions`, () => `使用调用方自己的 session`);
export const success = /* @__PURE__ */ say(() => `Requests that went well`, () => `请求成功率`);
export const latency = /* @__PURE__ */ say(() => `Mean time of an answer`, () => `平均应答时间`);
export const queue = /* @__PURE__ */ say(() => `Jobs that wait or run`, () => `排队和进行中的任务`);
export const credits = /* @__PURE__ */ say(() => `Credits of all accounts`, () => `所有账号的积分`);
export const noneYet = /* @__PURE__ */ say(() => `nothing to tell yet`, () => `暂无数据`);
export const since = /* @__PURE__ */ say((i) => `Measured every ${i.seconds} s while this page is open.`, (i) => `页面打开期间每 ${i.seconds} 秒测量一次。`);
export const ownerOnly = /* @__PURE__ */ say(() => `The figures are the owner's: this key lacks the scope admin.`, () => `只有所有者能看这些数据：当前密钥没有 admin 权限。`);
export const loadFailed = /* @__PURE__ */ say((i) => `The figures could not be read: ${i.reason}`, (i) => `数据读取失败：${i.reason}`);
export const again = /* @__PURE__ */ say(() => `Try again`, () => `重试`);
export const doctor = /* @__PURE__ */ say(() => `What jimeng doctor finds`, () => `jimeng doctor 检查结果`);
export const examine = /* @__PURE__ */ say(() => `Examine again`, () => `重新检查`);
export const examining = /* @__PURE__ */ say(() => `Examining…`, () => `检查中…`);
export const examineFailed = /* @__PURE__ */ say((i) => `The gateway could not be examined: ${i.reason}`, (i) => `无法检查网关：${i.reason}`);
export const checkOk = /* @__PURE__ */ say(() => `ok`, () => `正常`);
export const checkWarn = /* @__PURE__ */ say(() => `warn`, () => `注意`);
export const checkFail = /* @__PURE__ */ say(() => `fail`, () => `异常`);
export const chartOf = /* @__PURE__ */ say((i) => `${i.title}: now ${i.value}; in the last minutes between ${i.least} and ${i.most}`, (i) => `${i.title}：当前 ${i.value}；最近几分钟在 ${i.least} 到 ${i.most} 之间`);
export const seconds = /* @__PURE__ */ say((i) => `${i.value} s`, (i) => `${i.value} 秒`);
export const milliseconds = /* @__PURE__ */ say((i) => `${i.value} ms`, (i) => `${i.value} 毫秒`);
