// What `jimeng doctor` says in Chinese around its findings.

import type { englishDoctor } from "./english-doctor.ts";
import type { Translation } from "./translation.ts";

/** The sentences around the findings in Chinese. */
export const chineseDoctor: Translation<typeof englishDoctor> = {
  marks: { ok: "正常", warn: "注意", fail: "异常" },
  fixLine: (fix) => `处理：${fix}`,
  well: "一切正常。",
  unwell: (fails, warns) => `${fails} 项需要修复，${warns} 项需要留意。`,
  failed: "有问题需要修复，否则网关无法正常工作",
};
