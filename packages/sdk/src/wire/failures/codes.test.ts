// Tests the code tables against what is known of them, and how a refusal becomes an error.

import { readFileSync } from "node:fs";

import { describe, expect, test } from "vitest";

import { errorCodes } from "../../errors.ts";
import type { ErrorCode } from "../../errors.ts";
import type { CodeMeaning } from "./code-row.ts";
import { findFailCode, retTable } from "./codes.ts";
import { failKeyTable, messageHints, passportTable } from "./fail-signs.ts";
import { toRecordError, toRefusalError } from "./failures.ts";

interface Entry {
  code: string;
  where: string[];
  class: string;
}

const entries = JSON.parse(
  readFileSync(new URL("../../../../../docs/upstream/errors.json", import.meta.url), "utf8"),
) as Entry[];

/** Which of our codes each class of errors.json may become. */
const allowed: Record<string, ErrorCode[]> = {
  auth: ["session_invalid"],
  credits: ["insufficient_credits", "upstream_error"],
  content: ["content_rejected"],
  params: ["invalid_request", "not_found", "reference_unusable", "upload_failed"],
  permission: ["permission_denied", "region_unavailable", "risk_controlled"],
  rate: ["rate_limited", "concurrency_limited"],
  busy: ["upstream_unavailable", "concurrency_limited"],
  model: ["model_unavailable"],
  unknown: ["upstream_error", "generation_failed", "cancelled"],
};

function meaningsOf({ code, where }: Entry): CodeMeaning[] {
  const [space, rest] = code.split(/:(.*)/s);
  if (space === "passport") return [passportTable[rest!]!];
  if (space === "message") return [messageHints.find(([pattern]) => pattern.test(rest!))![1]];
  if (where.includes("fail_starling_key")) return [failKeyTable[code]!];
  const found: (CodeMeaning | undefined)[] = [];
  if (where.some((place) => place.startsWith("ret"))) found.push(retTable[code]);
  if (where.includes("fail_code")) found.push(findFailCode(code));
  return found as CodeMeaning[];
}

/** Success, a queue status, a code nobody has seen, and one whose sources contradict each other. */
const notCodes = ["0", "4", "1180", "2001"];
/** Tested where uploads are: each becomes `upload_failed` after one new beginning. */
const uploadSpaces = /^(imagex|upload|uristatus):/;

test("a record that failed for want of credits was not charged", () => {
  const failure = { failKey: "", message: "积分不足", logid: undefined, isVideo: false };
  const error = toRecordError({ ...failure, failCode: "1006", stage: undefined });
  expect(error).toMatchObject({ code: "insufficient_credits", detail: { charged: "no" } });
});

describe("the code tables", () => {
  test.each(
    entries
      .filter(({ code }) => !notCodes.includes(code) && !uploadSpaces.test(code))
      .map((entry) => [entry.code, entry] as const),
  )("give %s one error code of its class", (_code, entry) => {
    const meanings = meaningsOf(entry);
    expect(meanings.length).toBeGreaterThan(0);
    for (const meaning of meanings) {
      expect(errorCodes).toContain(meaning.code);
      expect(allowed[entry.class]).toContain(meaning.code);
    }
  });

  test.each(["1018", "1019", "1021", "-4", "-6", "4013"])("call ret %s risk control", (ret) => {
    expect(retTable[ret]!.code).toBe("risk_controlled");
  });

  test("keep codes without evidence raw", () => {
    expect(toRefusalError({ ret: "2001", message: "?", logid: undefined })).toMatchObject({
      code: "upstream_error",
    });
    const failure = {
      failKey: "",
      message: "",
      logid: undefined,
      stage: undefined,
      isVideo: false,
    };
    for (const failCode of ["1180", "4"])
      expect(toRecordError({ ...failure, failCode })).toMatchObject({ code: "upstream_error" });
  });
});

describe("failures", () => {
  const failure = {
    failCode: "",
    failKey: "",
    message: "",
    logid: undefined,
    stage: undefined,
    isVideo: false,
  } as const;

  test("believe the key first, then the code, then the message", () => {
    const key = "ErrMessage_APP_OutputVideoRisk";
    expect(
      toRecordError({ ...failure, failKey: key, failCode: "1006", message: "积分不足" }),
    ).toMatchObject({ code: "content_rejected" });
    expect(
      toRecordError({ ...failure, failCode: "1006", message: "不符合平台规则" }),
    ).toMatchObject({ code: "insufficient_credits" });
    expect(toRecordError({ ...failure, message: "积分不足" })).toMatchObject({
      code: "insufficient_credits",
    });
    expect(toRecordError(failure)).toMatchObject({ code: "generation_failed" });
  });

  test("let the message decide where the sources of a code contradict each other", () => {
    const refusal = { logid: undefined };
    expect(toRefusalError({ ...refusal, ret: "2003", message: "risk not pass" })).toMatchObject({
      code: "content_rejected",
    });
    expect(toRefusalError({ ...refusal, ret: "2003", message: "服务繁忙" })).toMatchObject({
      code: "upstream_unavailable",
    });
    expect(toRefusalError({ ...refusal, ret: "2005", message: "权限不足" })).toMatchObject({
      code: "permission_denied",
    });
    expect(toRefusalError({ ...refusal, ret: "2001", message: "积分不足" })).toMatchObject({
      code: "insufficient_credits",
    });
    expect(toRefusalError({ ...refusal, ret: "1014", message: "system busy" })).toMatchObject({
      code: "upstream_unavailable",
    });
  });

  test("recognise a key of a known family", () => {
    expect(
      toRecordError({ ...failure, failKey: "web_audio_violates_community_guidelines_toast" }),
    ).toMatchObject({ code: "content_rejected" });
  });

  test("call 2047 content on a video and an unusable reference on a picture", () => {
    expect(toRecordError({ ...failure, failCode: "2047", isVideo: true })).toMatchObject({
      code: "content_rejected",
    });
    expect(toRecordError({ ...failure, failCode: "2047" })).toMatchObject({
      code: "reference_unusable",
    });
    expect(toRefusalError({ ret: "2047", message: "", logid: undefined })).toMatchObject({
      code: "reference_unusable",
    });
  });

  test("tell a start that could not reserve credits from a picture that could not be made", () => {
    expect(toRefusalError({ ret: "5001", message: "", logid: undefined })).toMatchObject({
      code: "concurrency_limited",
      detail: { charged: "no" },
    });
    expect(toRecordError({ ...failure, failCode: "5001" })).toMatchObject({
      code: "generation_failed",
    });
  });

  test("call ret 2061 a model that is retired or not offered to this account", () => {
    const error = toRefusalError({ ret: "2061", message: "模型已不可用", logid: undefined });
    expect(error).toMatchObject({ code: "model_unavailable", detail: { charged: "no" } });
    expect(error.message).toContain("retired or not offered to this account");
  });

  test("take the check that refused a record where nothing else speaks", () => {
    expect(toRecordError({ ...failure, stage: "prompt" })).toMatchObject({
      code: "content_rejected",
      detail: { stage: "prompt", charged: "no" },
    });
  });

  test("read the refund out of the cancel message", () => {
    expect(toRecordError({ ...failure, message: "你已取消生成，积分已返还" })).toMatchObject({
      code: "cancelled",
      detail: { charged: "refunded" },
    });
  });
});
