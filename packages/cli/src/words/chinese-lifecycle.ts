// What `jimeng gc` and `jimeng export` say in Chinese.

import type {
  englishExport,
  englishExportHelp,
  englishGc,
  englishGcHelp,
} from "./english-lifecycle.ts";
import type { Translation } from "./translation.ts";

/** The sentences of `gc` in Chinese. */
export const chineseGc: Translation<typeof englishGc> = {
  what: "内容",
  files: "文件数",
  size: "大小",
  expired: "在回收站满 30 天：彻底删除",
  aged: "超过保留天数：移入回收站",
  excess: "超过容量上限的最旧结果：彻底删除",
  onlyTold: "没有删除任何文件：加 --yes 才会删除",
};

/** The sentences of `export` in Chinese. */
export const chineseExport: Translation<typeof englishExport> = {
  progress: (files) => `已导出 ${files} 个结果`,
  done: (jobs, files, size) => `${jobs} 个任务，${files} 个结果，${size}`,
  missing: (ids) => `网关里没有这些结果的文件：${ids}`,
  missingFix: "其余内容都已导出；可以试试用 `jimeng jobs recheck` 从站点重新下载。",
};

/** The help of `gc` in Chinese. */
export const chineseGcHelp: Translation<typeof englishGcHelp> = {
  description: "列出按保留规则现在该清理的结果，并清理",
  days: "超过这个天数的结果移入回收站（默认：JIMENG_RETENTION_DAYS）",
  gigabytes: "全部结果超过这个 GB 数时，删除最旧的（默认：JIMENG_RETENTION_GB）",
  yes: "真正清理；不加则只列出",
  notes: `
网关每小时会按设置里的上限自动清理。加了星标的结果和未结束任务的结果始终保留。`,
};

/** The help of `export` in Chinese. */
export const chineseExportHelp: Translation<typeof englishExportHelp> = {
  description: "把自己的数据导出到目录或 tar 文件",
  to: "目录，或以 .tar 结尾的新文件；再次导出到同一目录时接着上次继续",
  noFiles: "不导出图片和视频",
  notes: `
jobs.jsonl 是所有任务及其提示词和花费，assets/ 是所有结果，每个结果旁边有记录生成参数的 .json，ledger.csv 是每个任务的费用。
使用网关密钥时只导出该密钥自己的数据；所有者导出全部。回收站里的不导出。`,
};
