// The sentences of the page at `/`, in English and Chinese.

import type { Mode } from "../../../config/config.ts";
import type { JobStatus } from "../../../api/job-words.ts";
import type { AnswerLanguage } from "../../answers/language.ts";

/** The sentences of the page in one language. */
export interface HomeTexts {
  title: string;
  subtitle: string;
  modes: Readonly<Record<Mode, { name: string; meaning: string }>>;
  tryIt: string;
  tryHint: string;
  keyHint: string;
  sessionHint: string;
  noStudio: string;
  jobs: string;
  noJobs: string;
  jobsNeedKey: string;
  statuses: Readonly<Record<JobStatus, string>>;
  pictureOf: string;
  links: string;
  linkNames: Readonly<Record<"docs" | "openapi" | "models" | "jobs" | "ready", string>>;
  ago: (seconds: number) => string;
}

const units: readonly [seconds: number, unit: Intl.RelativeTimeFormatUnit][] = [
  [86_400, "day"],
  [3600, "hour"],
  [60, "minute"],
  [1, "second"],
];

function agoIn(language: AnswerLanguage): (seconds: number) => string {
  let format: Intl.RelativeTimeFormat | undefined;
  return (seconds) => {
    // Made with the first page: its data costs a start 80 ms and 9 MiB.
    format ??= new Intl.RelativeTimeFormat(language, { numeric: "auto" });
    const [length, unit] = units.find(([least]) => seconds >= least) ?? [1, "second"];
    return format.format(-Math.floor(seconds / length), unit);
  };
}

/** The sentences by language. */
export const homeTexts: Readonly<Record<AnswerLanguage, HomeTexts>> = {
  en: {
    title: "jimeng gateway",
    subtitle: "Pictures and videos from 即梦 Jimeng and Dreamina, for programs.",
    modes: {
      simulator: {
        name: "Simulator",
        meaning:
          "Pictures are drawn on this machine. Nothing is sent to the site and nothing is paid.",
      },
      accounts: {
        name: "Live",
        meaning: "Jobs run on the accounts that are configured here and spend their credits.",
      },
      "pass-through": {
        name: "Pass-through",
        meaning: "Every caller brings an own session; jobs spend that account's credits.",
      },
    },
    tryIt: "Make a picture",
    tryHint: "OpenAI's clients work too, with the base URL",
    keyHint: "Put your key into JIMENG_API_KEY first.",
    sessionHint: "Put your session id into JIMENG_API_KEY first.",
    noStudio:
      "The studio, where people make pictures in the browser, was not built here. In a clone, npm start builds it.",
    jobs: "Last jobs",
    noJobs: "No job yet. The command above makes the first one; it appears here.",
    jobsNeedKey: "This gateway asks for a credential, so jobs are not shown here. With it:",
    statuses: {
      queued: "queued",
      in_progress: "in progress",
      completed: "completed",
      failed: "failed",
      cancelled: "cancelled",
    },
    pictureOf: "Result of:",
    links: "Links",
    linkNames: {
      docs: "All routes, to read and try",
      openapi: "OpenAPI document",
      models: "Models",
      jobs: "Jobs as JSON",
      ready: "Readiness",
    },
    ago: agoIn("en"),
  },
  zh: {
    title: "jimeng 网关",
    subtitle: "让程序调用即梦 Jimeng 与 Dreamina 生成图片和视频。",
    modes: {
      simulator: {
        name: "模拟模式",
        meaning: "图片在本机绘制，不会请求官网，也不会消耗积分。",
      },
      accounts: { name: "真实模式", meaning: "任务由这里配置的账号执行，会消耗账号积分。" },
      "pass-through": {
        name: "透传模式",
        meaning: "调用方各自携带 session，任务消耗对应账号的积分。",
      },
    },
    tryIt: "生成一张图片",
    tryHint: "也可以直接使用 OpenAI 客户端，base URL 填",
    keyHint: "请先把密钥写入环境变量 JIMENG_API_KEY。",
    sessionHint: "请先把 session id 写入环境变量 JIMENG_API_KEY。",
    noStudio:
      "这里没有构建工作室（在浏览器里生成图片的页面）。在源码目录中运行 npm start 即可构建。",
    jobs: "最近的任务",
    noJobs: "还没有任务。执行上面的命令，第一个任务就会显示在这里。",
    jobsNeedKey: "网关已启用凭证，这里不显示任务。携带凭证可以查询：",
    statuses: {
      queued: "排队中",
      in_progress: "进行中",
      completed: "已完成",
      failed: "失败",
      cancelled: "已取消",
    },
    pictureOf: "生成结果：",
    links: "链接",
    linkNames: {
      docs: "全部接口（可在线试用）",
      openapi: "OpenAPI 文档",
      models: "模型列表",
      jobs: "任务列表（JSON）",
      ready: "就绪状态",
    },
    ago: agoIn("zh"),
  },
};
