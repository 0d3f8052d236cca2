// Makes a JimengError from an upstream's refusal: a ret, or the fields of a failed record.

import { JimengError } from "../../errors.ts";
import type { Acceptance, ErrorCode, JimengErrorDetail, UpstreamDetail } from "../../errors.ts";
import type { CodeMeaning } from "./code-row.ts";
import { findFailCode, retTable } from "./codes.ts";
import { failKeyFamilies, failKeyTable, messageHints, passportTable } from "./fail-signs.ts";

const promptFix = "Change the prompt; the site refuses its words.";

/** Default advice per code; a table row may have its own. */
const defaultFixes: Readonly<Partial<Record<ErrorCode, string>>> = {
  session_invalid:
    "Sign in on the site again and copy the new sessionid cookie; check that the session's region prefix is right.",
  insufficient_credits:
    "Claim or buy credits on the site, or choose a cheaper model or resolution; some models need a membership.",
  invalid_request:
    "Check the request; if it is plain, the site's API has probably changed: update this software.",
  concurrency_limited:
    "Wait for running generations to finish, then try again; the gateway queues such jobs by itself.",
  rate_limited: "Wait a little, then send requests more slowly.",
  risk_controlled:
    "Stop, open the site by hand with this account and follow what it asks; membership models are often refused this way. Do not retry automatically.",
  region_unavailable: "Use a network in the account's own country, or an account of this region.",
  permission_denied:
    "Open the site by hand with this account and check whether it may use the model.",
  upstream_unavailable: "Try again in a few minutes.",
  upstream_error:
    "Look the raw code up on the site's side; do not repeat a paid start without checking the account's history.",
  generation_failed: "Start it again if you still want it; change the prompt if it fails twice.",
  content_rejected: "Change the prompt or the reference; the site refused the content.",
  upload_failed: "Upload the file again.",
  cancelled: "Start it again if you still want it.",
};

/** The fields of an envelope that refuses. */
export interface Refusal {
  ret: string;
  message: string;
  logid: string | undefined;
  httpStatus?: number;
  failCode?: string;
  failKey?: string;
  failMessage?: string;
}

/** Makes the error of an envelope whose ret is not 0. Nothing was charged: no record exists. */
export function toRefusalError(refusal: Refusal, acceptance?: Acceptance): JimengError {
  const words = `${refusal.message} ${refusal.failMessage ?? ""}`;
  const meaning =
    findByKey(refusal.failKey) ??
    resolveAmbiguity(retTable[refusal.ret], words) ??
    unknownRet(refusal.ret);
  return toError(meaning, refusal.failMessage ?? refusal.message, {
    ...refusal,
    charged: "no",
    acceptance,
  });
}

/** Makes the error of a start that named a reason instead of a record; undefined when the reason is in no table. */
export function findRefusal(
  refusal: Required<Pick<Refusal, "failCode" | "failKey" | "failMessage">> & Pick<Refusal, "logid">,
): JimengError | undefined {
  const { failCode, failKey, failMessage } = refusal;
  const meaning = findByKey(failKey) ?? resolveAmbiguity(findFailCode(failCode), failMessage);
  if (meaning === undefined || failCode === "0") return undefined;
  return toError(meaning, failMessage, {
    ...refusal,
    ret: "0",
    charged: "no",
    acceptance: "refused",
  });
}

/** Makes the error of a refusing passport answer; an unknown code means a dead session (open question 29). */
export function toPassportError(
  errorCode: string,
  message: string,
  httpStatus: number,
): JimengError {
  const expired: CodeMeaning = {
    code: "session_invalid",
    summary: "The session is not accepted",
  };
  return toError(passportTable[errorCode] ?? expired, message, {
    ret: errorCode,
    logid: undefined,
    httpStatus,
  });
}

/** The failure fields of a failed record. */
export interface RecordFailure {
  failCode: string;
  failKey: string;
  message: string;
  logid: string | undefined;
  /** The check that refused, used when key, code and message do not say. */
  stage: JimengErrorDetail["stage"];
  /** Whether a video was made; 2047 is a content refusal only then (open question 26). */
  isVideo: boolean;
}

/** Makes the error of a failed record: key first, then code, then message (history.md). */
export function toRecordError(failure: RecordFailure): JimengError {
  const meaning =
    findByKey(failure.failKey) ??
    findByFailCode(failure) ??
    findByMessage(failure.message) ??
    (failure.stage === undefined ? undefined : stageMeaning(failure.stage)) ??
    unknownFailure(failure.failCode);
  const charged =
    meaning.charged ??
    chargedByMessage(failure.message) ??
    (meaning.stage === "prompt" ? "no" : "unknown");
  return toError(meaning, failure.message, {
    failCode: failure.failCode,
    failKey: failure.failKey,
    failMessage: failure.message,
    logid: failure.logid,
    charged,
  });
}

const refusedContent: CodeMeaning = {
  code: "content_rejected",
  summary: "The content was refused",
  ambiguous: true,
};

function findByFailCode(failure: RecordFailure): CodeMeaning | undefined {
  if (failure.failCode === "" || failure.failCode === "0") return undefined;
  const isContent = failure.failCode === "2047" && failure.isVideo;
  const meaning = isContent ? refusedContent : findFailCode(failure.failCode);
  return resolveAmbiguity(meaning, failure.message);
}

function findByKey(key: string | undefined): CodeMeaning | undefined {
  if (key === undefined || key === "") return undefined;
  return failKeyTable[key] ?? failKeyFamilies.find(([pattern]) => pattern.test(key))?.[1];
}

function findByMessage(message: string): CodeMeaning | undefined {
  return messageHints.find(([pattern]) => pattern.test(message))?.[1];
}

function resolveAmbiguity(
  meaning: CodeMeaning | undefined,
  message: string,
): CodeMeaning | undefined {
  if (meaning?.ambiguous !== true) return meaning;
  const said = findByMessage(message);
  // When the words agree with the table, the table's row has more detail.
  return said === undefined || said.code === meaning.code ? meaning : said;
}

function chargedByMessage(message: string): "refunded" | "no" | undefined {
  if (message.includes("积分已返还")) return "refunded";
  return message.includes("不消耗积分") ? "no" : undefined;
}

function stageMeaning(stage: NonNullable<JimengErrorDetail["stage"]>): CodeMeaning {
  const summary =
    stage === "prompt"
      ? "The request was refused before generation"
      : "The result was refused after generation";
  return {
    code: "content_rejected",
    summary,
    stage,
  };
}

function failureMeaning(summary: string): CodeMeaning {
  return {
    code: "generation_failed",
    summary,
  };
}

function unknownFailure(failCode: string): CodeMeaning {
  if (failCode === "" || failCode === "0")
    return failureMeaning("The upstream gave up without a reason");
  return {
    code: "upstream_error",
    summary: `The upstream failed with fail_code ${failCode}, which no table knows`,
  };
}

function unknownRet(ret: string): CodeMeaning {
  return {
    code: "upstream_error",
    summary: `The upstream answered ret ${ret}, which no table knows`,
  };
}

type ErrorFacts = Omit<Refusal, "ret" | "message" | "logid"> & {
  ret?: string;
  logid: string | undefined;
} & Pick<JimengErrorDetail, "charged" | "acceptance">;

function toError(meaning: CodeMeaning, words: string, facts: ErrorFacts): JimengError {
  const upstream: UpstreamDetail = withoutEmpty({
    ret: facts.ret,
    failCode: facts.failCode,
    failKey: facts.failKey,
    failMessage: facts.failMessage,
    logid: facts.logid,
    httpStatus: facts.httpStatus,
  });
  const detail: JimengErrorDetail = withoutEmpty({
    fix: meaning.fix ?? (meaning.stage === "prompt" ? promptFix : defaultFixes[meaning.code]),
    stage:
      meaning.code === "content_rejected" || meaning.code === "reference_unusable"
        ? meaning.stage
        : undefined,
    charged: facts.charged,
    acceptance: facts.acceptance,
    upstream,
  });
  const said = words.trim();
  return new JimengError(
    meaning.code,
    said === "" ? `${meaning.summary}.` : `${meaning.summary}: ${said}`,
    detail,
  );
}

function withoutEmpty<T extends object>(value: T): T {
  return Object.fromEntries(
    Object.entries(value).filter(([, entry]) => entry !== undefined && entry !== ""),
  ) as T;
}
