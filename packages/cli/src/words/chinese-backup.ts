// What `jimeng backup` and `jimeng restore` say in Chinese.

import type { englishBackup, englishBackupHelp, englishRestoreHelp } from "./english-backup.ts";
import type { Translation } from "./translation.ts";

/** The sentences of `backup` and `restore` in Chinese. */
export const chineseBackup: Translation<typeof englishBackup> = {
  progress: (files) => `已复制 ${files} 个文件`,
  copied: (folder, bytes, linked, copied) =>
    `已备份 ${folder}：数据库 ${bytes} 字节，硬链接 ${linked} 个文件，复制 ${copied} 个`,
  postgres: "DATABASE_URL 的 PostgreSQL 数据库",
  restored: (from, files, withAssets) =>
    `已从 ${from} 恢复，含 ${files} 个文件${withAssets ? "" : "；备份时没有包含结果文件（--with-assets）"}`,
  restoredRows: (rows) => `已向 DATABASE_URL 的 PostgreSQL 写入 ${rows} 行`,
  missing: (count, some) => `存储中有 ${count} 个文件缺失或不完整：${some}`,
  missingFix: "其余内容都已备份；结果文件可以试试用 `jimeng jobs recheck` 从站点重新下载。",
  missingSince: (count) =>
    `做备份时就有 ${count} 个文件缺失或损坏，见其 backup.json 中的 missing_files`,
};

/** The help of `backup` in Chinese. */
export const chineseBackupHelp: Translation<typeof englishBackupHelp> = {
  description: "备份数据库、文件和密钥（两种模式），网关运行与否均可，也支持 PostgreSQL 和 S3",
  to: "一个新目录；或一个以 .db 结尾的新文件，只备份数据库",
  withAssets: "结果文件也备份，同一磁盘上用硬链接",
  withoutFiles: "素材文件也不备份：ASSETS_URL 的存储自己有备份",
  restore: `
恢复：jimeng restore --from <folder>；或直接用备份启动网关 jimeng serve --data-dir <folder>
备份里有数据目录的密钥（如果有）：请像保管密码一样保管它。
存储里有文件缺失或损坏时退出码为 1，其余内容照常备份。`,
};

/** The help of `restore` in Chinese. */
export const chineseRestoreHelp: Translation<typeof englishRestoreHelp> = {
  description: "按当前设置恢复备份：数据目录、PostgreSQL、S3",
  from: "jimeng backup 生成的目录",
  withoutFiles: "不恢复文件：ASSETS_URL 的存储里还有",
  notes: `
数据目录必须为空或尚不存在；PostgreSQL（DATABASE_URL）必须是空库，且所有节点已停止。备份本身不会改变。
损坏或中断的备份会被拒绝，且不留下任何东西。`,
};
