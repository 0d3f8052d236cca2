// The meanings of failures that are not given as ret or fail_code: text keys, families of keys, words of messages,
// passport codes. The comment before a row names its confidence and its sources (errors.json).

import { row } from "./code-row.ts";
import type { CodeMeaning } from "./code-row.ts";

/** Meanings of a `fail_starling_key`, the most reliable field of a failure (history.md). */
export const failKeyTable: Readonly<Record<string, CodeMeaning>> = {
  // confirmed: iss, aic, flow, fran
  web_text_violates_community_guidelines_toast: row("content_rejected", "The prompt was refused", {
    stage: "prompt",
    charged: "no",
  }),
  // single-source: fran
  web_image_violates_community_guidelines_toast: row(
    "content_rejected",
    "The input image was refused",
    {
      stage: "reference",
      charged: "no",
    },
  ),
  // single-source: fran
  web_video_violates_community_guidelines_toast: row("content_rejected", "The video was refused", {
    stage: "output",
  }),
  // confirmed: flow, fran
  web_prompt_violate_guidelines_tip: row("content_rejected", "The prompt was refused", {
    stage: "prompt",
    charged: "no",
  }),
  // One source reports five such jobs as charged; the message does not say, hence unknown.
  // single-source: aic (real)
  web_fail2generate_copyright_block: row(
    "content_rejected",
    "The picture was refused for copyright",
    {
      stage: "output",
      charged: "unknown",
    },
  ),
  // single-source: fran
  web_fail2generate_input_retry: row("content_rejected", "The prompt was refused", {
    stage: "prompt",
    charged: "no",
  }),
  // single-source: fran
  character_toast_sensitive_text: row("content_rejected", "The text is sensitive", {
    stage: "prompt",
    charged: "no",
  }),
  // confirmed: flow, fran
  ErrMessage_APP_OutputVideoRisk: row("content_rejected", "The finished video was refused", {
    stage: "output",
    charged: "no",
  }),
  // confirmed: jct, fran
  web_risk_control_message_reject_generation: row(
    "risk_controlled",
    "Risk control refused the generation as abnormal",
  ),
  // confirmed: ziz, drm
  web_dre_m10n_generate_popup_credit_ininsufficient_title: row(
    "insufficient_credits",
    "Not enough credits, or no right to this model or resolution",
    { charged: "no" },
  ),
  // confirmed: jct, auto
  exceed_model_parallel_max: row(
    "concurrency_limited",
    "Too many generations of this model are running",
    {
      charged: "no",
    },
  ),
};

/** Meanings of families of keys, for keys that are not listed (history.md). */
export const failKeyFamilies: readonly (readonly [RegExp, CodeMeaning])[] = [
  [
    /violates?_(community_)?guidelines|sensitive_text/i,
    // inferred: history.md
    row("content_rejected", "The content was refused"),
  ],
  [
    /copyright_block|Output\w*Risk/i,
    // inferred: history.md
    row("content_rejected", "The result was refused", { stage: "output" }),
  ],
  [
    /risk_control/i,
    // inferred: history.md
    row("risk_controlled", "Risk control refused the generation"),
  ],
];

/** Meanings of a message's words, used for empty, unknown and ambiguous codes only. */
export const messageHints: readonly (readonly [RegExp, CodeMeaning])[] = [
  [
    /已取消生成/,
    // single-source: flow (real)
    row("cancelled", "The generation was cancelled on the site", {
      charged: "refunded",
    }),
  ],
  [
    /积分不足|credits? (is |are )?(not enough|insufficient)|not enough credits/i,
    // confirmed: ziz, drm
    row("insufficient_credits", "Not enough credits"),
  ],
  [
    /高峰期|parallel/i,
    // confirmed: jct
    row("concurrency_limited", "Too many generations are running"),
  ],
  [
    /异常行为|shark/i,
    // confirmed: jct, user report 95
    row("risk_controlled", "Risk control refused the call"),
  ],
  [
    /login|登录|会话过期/i,
    // confirmed: iss
    row("session_invalid", "The session is not accepted"),
  ],
  [
    /不符合平台规则|未通过审核|违规|敏感|被过滤|risk not pass|InputTextRisk/i,
    // inferred: captures' texts
    row("content_rejected", "The content was refused"),
  ],
  [
    /region not allow/i,
    // confirmed: user report 116
    row("region_unavailable", "The site does not serve this IP address's country"),
  ],
  [
    /permission|权限/i,
    // inferred: user report 110
    row("permission_denied", "Permission denied"),
  ],
  [
    /invalid param|param error|参数/i,
    // inferred: meu
    row("invalid_request", "The upstream refused a parameter"),
  ],
  // inferred: lup
  [/busy|繁忙/i, row("upstream_unavailable", "The upstream is busy")],
];

/** Meanings of a passport `error_code`; only 13 was ever observed (errors.json). */
export const passportTable: Readonly<Record<string, CodeMeaning>> = {
  // inferred: related passport client
  "13": row("session_invalid", "The session has expired"),
  // doc-only: gdt
  "1001": row("session_invalid", "The user does not exist"),
  // doc-only: gdt
  "1002": row("session_invalid", "The session has expired"),
  // doc-only: gdt
  "1003": row("session_invalid", "The session is invalid"),
  // doc-only: gdt
  "1004": row("permission_denied", "Permission denied"),
  // doc-only: gdt
  "1005": row("permission_denied", "The account is banned"),
  // doc-only: gdt
  "1006": row("upstream_unavailable", "The service is unavailable"),
  // doc-only: gdt
  "1007": row("region_unavailable", "The region is not supported"),
};
