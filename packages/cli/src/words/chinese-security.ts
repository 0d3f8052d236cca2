// What `jimeng secret` and `jimeng audit` say in Chinese.

import type {
  englishAudit,
  englishAuditHelp,
  englishSecret,
  englishSecretHelp,
} from "./english-security.ts";
import type { Translation } from "./translation.ts";

/** The sentences about the secret key. */
export const chineseSecret: Translation<typeof englishSecret> = {
  renewed: (count) => `已重新加密 ${count} 条记录`,
  current: (count) => `${count} 条记录原本就使用当前密钥`,
  interrupted: "上一次更换中途中断，这次已经完成",
  newFile: (file) => `新密钥在 ${file} 中，旧密钥已删除`,
  newSetting: "全部数据已使用 JIMENG_SECRET_KEY 加密，可以去掉 JIMENG_PREVIOUS_SECRET_KEY",
  consequences:
    "此前应答里带签名的文件链接，以及 webhook_url 的签名，现在都换了密钥；重新 GET 会给出新链接",
  unreadable: (count) => `有 ${count} 条记录用已知的密钥都解不开，已保持原样`,
};

/** The help about the secret key. */
export const chineseSecretHelp: Translation<typeof englishSecretHelp> = {
  description: "更换用于加密 session、代理地址和 webhook 密钥的密钥",
  rotate: "全部重新加密：使用数据目录中新生成的密钥，或 JIMENG_SECRET_KEY",
  notes: `
没有设置 JIMENG_SECRET_KEY 时：先停止网关再运行；有网关正在使用数据目录时会拒绝执行。设置了 JIMENG_SECRET_KEY 时：
把新密钥写到 JIMENG_SECRET_KEY，旧密钥写到 JIMENG_PREVIOUS_SECRET_KEY，重启每个节点，再用同样的设置运行。
中途中断不会丢失数据，重新运行即可；完成之前，新旧密钥都能解密。`,
};

/** The sentences about the audit log. */
export const chineseAudit: Translation<typeof englishAudit> = {
  none: "没有记录",
  time: "时间",
  action: "操作",
  outcome: "结果",
  key: "密钥",
  subjects: "对象",
  address: "地址",
  user: "用户",
  owner: "所有者",
  nobody: "未通过",
  outcomes: { done: "完成", refused: "拒绝", failed: "失败" },
  withStatus: (outcome, status) => `${outcome}（${status}）`,
  leftOut: (count) => `被拒绝的请求太多，省略了 ${count} 条`,
  more: "还有更多：用 --limit，或用 --jsonl 导出全部",
};

/** The help about the audit log. */
export const chineseAuditHelp: Translation<typeof englishAuditHelp> = {
  description: "列出谁用哪个密钥做了什么，最新的在前",
  action: "只看某个操作（key.create），或某一类（key.）",
  outcome: "只看 done（完成）、refused（拒绝）或 failed（失败）",
  key: "只看这个编号的密钥",
  from: "从这一天或这个 Unix 时间起",
  to: "到这一天或这个 Unix 时间止",
  limit: "最多列出多少条（1 到 1000）",
  jsonl: "以 JSONL 输出全部记录，最旧的在前，用于存档",
};
