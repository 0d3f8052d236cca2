// Where several nodes keep their rows and files.

import { define } from "../definition.ts";
import { text } from "../values.ts";

/** The definitions of these settings, in the order people read them. */
export const storesSettings = {
  DATABASE_URL: define(
    text,
    "PostgreSQL 15 or newer, shared by any number of nodes: postgres://user:password@host:5432/database (needs JIMENG_SECRET_KEY).",
    "PostgreSQL 15 或更高版本，可供任意多个节点共用：postgres://用户:密码@主机:5432/数据库（须同时设置 JIMENG_SECRET_KEY）。",
    {
      shownDefault: { en: "SQLite in the data folder", zh: "数据目录中的 SQLite" },
      mayBeFile: true,
    },
  ),
  ASSETS_URL: define(
    text,
    "Where files are kept, for several nodes: s3://bucket/prefix?region=…&endpoint=https://…&path_style=true (credentials as for every AWS program), or file:///shared/folder.",
    "多节点时文件存放在哪里：s3://桶/前缀?region=…&endpoint=https://…&path_style=true（凭证与其他 AWS 程序相同），或 file:///共享目录。",
    { shownDefault: { en: "the data folder", zh: "数据目录" } },
  ),
} as const;
