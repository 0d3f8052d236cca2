// What `jimeng keys` and `jimeng credits ledger` say in Chinese.

import type {
  englishKeys,
  englishKeysHelp,
  englishLedger,
  englishLedgerHelp,
} from "./english-keys.ts";
import type { Translation } from "./translation.ts";

/** The sentences about keys. */
export const chineseKeys: Translation<typeof englishKeys> = {
  none: "没有密钥",
  name: "名称",
  id: "编号",
  key: "密钥",
  scopes: "权限",
  state: "状态",
  models: "模型",
  accounts: "账号",
  expires: "到期",
  requestsPerMinute: "每分钟请求数",
  parallelJobs: "未结束的任务",
  bytes: "字节数",
  files: "文件数",
  dailyCredits: "今日积分（UTC）",
  monthlyCredits: "本月积分（UTC）",
  responseFormat: "返回格式",
  metadata: "自定义信息",
  inForce: "有效",
  disabled: "已停用",
  ofSetting: "来自 JIMENG_API_KEYS",
  until: (time) => `${time} 到期`,
  revoked: (time) => `${time} 吊销`,
  wasRevoked: (name) => `${name}：已吊销`,
  shownOnce: (name) => `${name}：密钥只显示这一次，请像密码一样保管`,
  unknown: (which) => `没有名为 ${which} 的密钥`,
  known: (names) => (names === "" ? "还没有密钥" : `现有密钥：${names}`),
  pair: "应为 名称=值",
};

/** The help about keys. */
export const chineseKeysHelp: Translation<typeof englishKeysHelp> = {
  description: "创建、列出、查看、修改、更换或吊销网关密钥",
  list: "列出密钥，JIMENG_API_KEYS 里的排在最前",
  revoked: "连已吊销的一起列出",
  create: "创建密钥并打印，只显示这一次",
  newName: "密钥的名称",
  show: "查看密钥的权限、限额和用量",
  whichOrOwn: "名称或 id（默认：本命令使用的密钥）",
  which: "名称或 id",
  edit: "修改密钥；填 none 取消该限额",
  disable: "停用，直到重新启用",
  enable: "重新启用",
  rotate: "更换密钥并打印，只显示这一次",
  keepOld: "旧密钥再用多少秒（默认：立即失效）",
  revoke: "永久吊销，任务保留",
  scopes: "read、generate、account、admin，逗号分隔（默认：read,generate）",
  models: "只能用这些模型，逗号分隔",
  accounts: "只能用这些账号，逗号分隔",
  expires: "到期日期，例如 2026-12-31",
  requestsPerMinute: "每分钟最多多少个请求",
  parallelJobs: "最多多少个未结束的任务",
  maxBytes: "文件和结果最多多少字节",
  maxFiles: "文件和结果最多多少个",
  dailyCredits: "每天最多多少积分（UTC）",
  monthlyCredits: "每月最多多少积分（UTC）",
  softLimit: "预算用到百分之几开始提醒（默认：80）",
  responseFormat: "请求未指定时，图片以什么形式返回",
  metadata: "自定义信息，可多次使用",
};

/** The sentences about the ledger. */
export const chineseLedger: Translation<typeof englishLedger> = {
  jobs: "任务",
  reserved: "预留",
  charged: "扣费",
  refunded: "退还",
  net: "净花费",
  total: "合计",
  groups: { key: "密钥", model: "模型", account: "账号", kind: "类型", day: "日期" },
  owner: "（本机）",
  group: "应为 key、model、account、kind、day 中的一两项",
};

/** The help about the ledger. */
export const chineseLedgerHelp: Translation<typeof englishLedgerHelp> = {
  description: "汇总任务花费",
  groupBy: "按 key、model、account、kind、day 中的一两项汇总，逗号分隔",
  from: "在这个日期当天或之后创建（默认：本月）",
  to: "在这个日期之前创建",
  key: "只看这个 id 的密钥的任务",
  csv: "输出 CSV：逐个任务，或按 --group-by 汇总",
};
