// The meanings of an envelope's ret and of a record's fail_code, which are two code spaces. The comment before a row
// names its confidence and its sources (errors.json).

import { row } from "./code-row.ts";
import type { CodeMeaning } from "./code-row.ts";

/** Meanings of an envelope's `ret` (mweb and commerce). "0" is success and has no row. */
export const retTable: Readonly<Record<string, CodeMeaning>> = {
  // single-source: www international doc
  "-1": row("permission_denied", "The site's anti-bot check refused the call"),
  // confirmed: user report 95 (real log)
  "-4": row("risk_controlled", "The site's anti-abuse check refused the call"),
  // live: usr, one US account
  "-6": row(
    "risk_controlled",
    "The international site refused a call that is not from its own page",
    {
      fix: "The international site accepts starts and claims from its own page only: make this one there. Reads of this account go on; do not retry.",
    },
  ),
  // single-source: aic
  "1": row("rate_limited", "Too many requests"),
  // confirmed: meu, cat, aic
  "1000": row("invalid_request", "The upstream refused a parameter"),
  // single-source: aic
  "1001": row("invalid_request", "The upstream refused the parameters"),
  // single-source: aic (real run)
  "1002": row("invalid_request", "The upstream could not read the draft"),
  // confirmed: ziz, drm, aic
  "1006": row(
    "insufficient_credits",
    "Not enough credits, or no right to this model or resolution",
    { charged: "no" },
  ),
  // single-source: aic
  "1010": row("concurrency_limited", "Too many generations at once"),
  // conflict: aic, lup, ocl
  "1014": row("upstream_unavailable", "The upstream is busy or refused the signature", {
    ambiguous: true,
  }),
  // confirmed: ipt, iss, drm, aic
  "1015": row("session_invalid", "The session is missing, expired or belongs to another region"),
  // confirmed: aic, ziz (real log)
  "1018": row("risk_controlled", "The account is punished: generation is blocked"),
  // single-source: aic
  "1019": row("risk_controlled", "Risk control refused the call"),
  // single-source: aic
  "1021": row("risk_controlled", "Commercial risk control blocked the call"),
  // single-source: aic
  "1057": row("rate_limited", "Too many requests"),
  // single-source: aic
  "1063": row("content_rejected", "The text check refused the prompt", { stage: "prompt" }),
  // single-source: aic
  "1161": row("invalid_request", "Chinese and English may not be mixed here"),
  // single-source: aic
  "1162": row("invalid_request", "The language is not supported here"),
  // single-source: aic
  "1189": row("invalid_request", "The upstream refused an effect parameter"),
  // single-source: aic
  "1190": row("invalid_request", "The upstream refused an effect parameter"),
  // confirmed: jct, auto, flow
  "1310": row("concurrency_limited", "Too many generations of this model are running"),
  // conflict: seed, gdt
  "2001": row("upstream_error", "The upstream answered 2001", {
    ambiguous: true,
  }),
  // conflict: aic, seed
  "2002": row("upstream_error", "The upstream could not generate", {
    ambiguous: true,
  }),
  // confirmed: aic, cat (algo_proxy)
  "2003": row("content_rejected", "The input image was refused", {
    stage: "reference",
    ambiguous: true,
  }),
  // single-source: aic
  "2004": row("content_rejected", "The output image was refused", {
    stage: "output",
    ambiguous: true,
  }),
  // single-source: aic
  "2005": row("content_rejected", "The prompt was refused", {
    stage: "prompt",
    ambiguous: true,
  }),
  // single-source: cat
  "2008": row("invalid_request", "The history list was asked without a count"),
  // single-source: aic
  "2014": row("rate_limited", "Access is limited"),
  // single-source: aic
  "2020": row("rate_limited", "Too many requests"),
  // single-source: aic
  "2035": row("content_rejected", "The security check refused the content"),
  // confirmed: every client, issues 126, 136
  "2038": row("content_rejected", "The prompt was refused by the content check", {
    stage: "prompt",
  }),
  // confirmed: aic, fran
  "2039": row("content_rejected", "An image was refused by the content check", { ambiguous: true }),
  // single-source: fran
  "2040": row("content_rejected", "The content was refused", {
    ambiguous: true,
  }),
  // single-source: aic
  "2041": row("content_rejected", "An image was refused by the content check"),
  // single-source: aic
  "2042": row("content_rejected", "A video was refused by the content check", { stage: "output" }),
  // single-source: aic
  "2043": row("content_rejected", "The content was refused for good"),
  // live: omp
  "2046": row("reference_unusable", "The picture shows no object to cut out", {
    stage: "reference",
  }),
  // live: omp; one www issue has it for content
  "2047": row("reference_unusable", "The upstream could not cut the object out", {
    stage: "reference",
    ambiguous: true,
  }),
  // single-source: aic
  "2048": row("content_rejected", "The image was refused for copyright", { stage: "output" }),
  // single-source: aic
  "2050": row("content_rejected", "The text was refused for copyright", { stage: "prompt" }),
  // live: sbx
  "2061": row(
    "model_unavailable",
    "The model is not available: retired or not offered to this account",
    { fix: "Choose another model; the account's live list tells which it may use." },
  ),
  // single-source: aic
  "2203": row("invalid_request", "The upstream refused a parameter"),
  // single-source: aic
  "2204": row("invalid_request", "The upstream refused a parameter"),
  // confirmed: user report 116 (real log)
  "3000": row("region_unavailable", "The site does not serve this IP address's country"),
  // single-source: cat
  "3005": row("not_found", "The item does not exist"),
  // confirmed: user report 110 (real log)
  "3018": row("permission_denied", "Permission denied", {
    fix: "The version strings may be stale (update this software, or raise VERSION_CODE and DA_VERSION), or the account may not use this model.",
  }),
  // single-source: jct (real)
  "3020": row("upload_failed", "The audit could not read the uploaded file"),
  // single-source: aic
  "3021": row("permission_denied", "Not open to this account's beta group"),
  // conflict: aic, ipt
  "4001": row("upstream_error", "The upstream answered 4001 (credits or content)", {
    ambiguous: true,
  }),
  // single-source: ipt
  "4002": row("invalid_request", "The upstream refused a parameter"),
  // single-source: aic
  "4003": row("permission_denied", "No permission"),
  // single-source: aic
  "4010": row("permission_denied", "The site wants its terms accepted first", {
    fix: "Open the site by hand with this account and accept the terms it shows.",
  }),
  // confirmed: user report 159, jct, fran
  "4013": row("risk_controlled", "Risk control refused the generation as abnormal"),
  // confirmed: ipt, gdt, ziz (legacy)
  "5000": row("insufficient_credits", "Not enough credits"),
  // real: one www issue, with too many tasks queued
  "5001": row(
    "concurrency_limited",
    "Credits could not be reserved, as with too many tasks queued",
  ),
  // single-source: ipt
  "5002": row("generation_failed", "The video could not be generated"),
  // single-source: aic
  "10020": row("rate_limited", "Too many requests in this region"),
  // single-source: aic
  "121101": row("rate_limited", "The daily generation limit is reached", {
    fix: "Try again tomorrow.",
  }),
  // confirmed: cat, aic
  "34010100": row("invalid_request", "The credit host refused a parameter"),
  // confirmed: aic, drm
  "34010105": row(
    "session_invalid",
    "The session is missing, expired or belongs to another region",
  ),
};

/** Meanings of a record's `fail_code`; other codes are looked up in `retTable` (the bundle has one enum for both). */
const failCodeTable: Readonly<Record<string, CodeMeaning>> = {
  // single-source: user report 31
  "1017": row("permission_denied", "The region or account may not use this model", {
    fix: "Check the country of your IP address and whether the account may use the model.",
  }),
  // single-source: aic
  "1159": row("content_rejected", "Copyrighted content was detected", { stage: "output" }),
  // conflict: aic, seed
  "2002": row("generation_failed", "The upstream could not generate", {
    ambiguous: true,
  }),
  // single-source: ipt
  "5001": row("generation_failed", "The image could not be generated"),
  // single-source: fran
  "100402": row("generation_failed", "The upstream could not generate"),
};

/** Codes that the bundle's enum lists as ret only, so a record's fail_code must not borrow them. */
const retOnly = new Set(["-1", "-4", "-6", "3005", "3020", "34010100", "34010105"]);

/** Finds the meaning of a failed record's code. */
export function findFailCode(failCode: string): CodeMeaning | undefined {
  return failCodeTable[failCode] ?? (retOnly.has(failCode) ? undefined : retTable[failCode]);
}
