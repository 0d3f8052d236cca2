// What the commands named as those of the site's own CLI say in Chinese.

import type { englishDreamina, englishDreaminaHelp } from "./english-dreamina.ts";
import type { Translation } from "./translation.ts";

/** The sentences in Chinese. */
export const chineseDreamina: Translation<typeof englishDreamina> = {
  noSessions: "这里没有会话的概念，--session 不起作用",
};

/** The help in Chinese. */
export const chineseDreaminaHelp: Translation<typeof englishDreaminaHelp> = {
  text2image: "与官方 CLI 同名：文生图，输出 JSON",
  image2image: "与官方 CLI 同名：图生图，输出 JSON",
  text2video: "与官方 CLI 同名：文生视频，输出 JSON",
  image2video: "与官方 CLI 同名：图生视频，输出 JSON",
  queryResult: "与官方 CLI 同名：输出任务状态，并保存文件",
  listTask: "与官方 CLI 同名：以 JSON 输出最近的任务",
  userCredit: "与官方 CLI 同名：以 JSON 输出积分",
  prompt: "提示词，任何语言都可以",
  images: "参考图，用逗号分隔",
  modelVersion: "官方 CLI 的版本名（5.0、seedance2.0fast），或 `jimeng models` 里的模型",
  session: "可以传，但不起作用",
  poll: "等待结果的秒数；0 表示立即打印 id",
  submitId: "提交时打印的 submit_id，即任务 id",
  downloadDir: "任务结束后把文件保存到这里",
  genStatus: "只看 querying、success 或 fail",
};
