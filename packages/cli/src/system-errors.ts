// Describes the operating system's error codes.

import type { Words } from "./words/words.ts";

const reasons: Record<string, keyof Words["system"] | undefined> = {
  ENOENT: "noSuchFile",
  ENOTDIR: "notFolder",
  EISDIR: "isFolder",
  EEXIST: "exists",
  EACCES: "notPermitted",
  EPERM: "notPermitted",
  EROFS: "readOnly",
  ENOSPC: "diskFull",
  EDQUOT: "quota",
  ENAMETOOLONG: "nameTooLong",
  ELOOP: "loop",
  EMFILE: "tooManyFiles",
  ENFILE: "tooManyFiles",
  EBUSY: "busy",
  EIO: "diskFailure",
  EPIPE: "readerEnded",
};

/** Returns the code of a system error such as ENOSPC; undefined for every other value. */
export function systemCodeOf(error: unknown): string | undefined {
  if (!(error instanceof Error) || !("code" in error)) return undefined;
  return typeof error.code === "string" && /^E[A-Z\d]+$/.test(error.code) ? error.code : undefined;
}

/** Describes an error of the operating system; returns its code when there is no text for it. */
export function systemReason(error: unknown, words: Words): string {
  const code = systemCodeOf(error);
  if (code === undefined) return error instanceof Error ? error.message : String(error);
  const reason = reasons[code];
  return reason === undefined ? code : words.system[reason];
}
