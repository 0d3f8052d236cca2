// What `jimeng doctor` says in English around its findings, whose words are the gateway's.

/** The sentences around the findings. */
export const englishDoctor = {
  marks: { ok: "ok", warn: "warn", fail: "FAIL" },
  fixLine: (fix: string) => `fix: ${fix}`,
  well: "Nothing is wrong.",
  unwell: (fails: string, warns: string) =>
    `${fails} must be repaired, ${warns} should be looked at.`,
  failed: "something must be repaired before this gateway works well",
};
