// Defines what a fault may do, and the bodies of known refusals.

import * as z from "zod";

import { Refusal } from "../envelope.ts";
import type { Failure } from "../records/generation-record.ts";

const milliseconds = z.number().min(0);
const polls = z.int().min(1);

/** The failures of a record by name (fixtures history_failed_*). */
export const failures = {
  /** A refused prompt: 30, task 10, code 2038, refunded. */
  text: {
    taskStatus: 10,
    failCode: "2038",
    failMessage: "InputTextRisk",
    starlingKey: "web_text_violates_community_guidelines_toast",
    starlingMessage: "你输入的文字不符合平台规则，请修改后重试",
    queueStatus: 3,
    refund: true,
    immediate: true,
  },
  /** A picture refused for copyright after generation: empty code, only the key tells; reported as charged. */
  copyright: {
    taskStatus: 30,
    failCode: "",
    failMessage: "",
    starlingKey: "web_fail2generate_copyright_block",
    starlingMessage: "生成的图片未通过审核",
    queueStatus: 3,
    refund: false,
    immediate: false,
  },
  /** A video refused after generation: 30, task 40, refunded. */
  output_review: {
    taskStatus: 40,
    failCode: "",
    failMessage: "",
    starlingKey: "ErrMessage_APP_OutputVideoRisk",
    starlingMessage: "视频未通过审核，本次不消耗积分",
    queueStatus: 3,
    refund: true,
    immediate: false,
  },
  /** A failure for another reason: 30 with code 2002. */
  generic: {
    taskStatus: 30,
    failCode: "2002",
    failMessage: "GenerateError",
    starlingKey: "",
    starlingMessage: "生成失败",
    queueStatus: 4,
    refund: true,
    immediate: false,
  },
} as const satisfies Record<string, Failure>;

/** What a fault does; times are real milliseconds, polls are history requests for the record. */
export const effectSchema = z.discriminatedUnion("kind", [
  z.strictObject({ kind: z.literal("delay"), ms: milliseconds }),
  z.strictObject({ kind: z.literal("drop_before") }),
  z.strictObject({ kind: z.literal("drop_after") }),
  z.strictObject({ kind: z.literal("hang"), accepted: z.boolean().default(false) }),
  z.strictObject({
    kind: z.literal("http_status"),
    status: z.int().min(400).max(599),
    retry_after: z.string().optional(),
    accepted: z.boolean().default(false),
  }),
  z.strictObject({ kind: z.literal("html"), accepted: z.boolean().default(false) }),
  z.strictObject({
    kind: z.literal("truncated"),
    /** Whether the answer declares the length that it has: half of a file by a host that does not say so. */
    honest_length: z.boolean().default(false),
  }),
  z.strictObject({ kind: z.literal("slow_body"), ms: milliseconds }),
  z.strictObject({
    kind: z.literal("refuse"),
    ret: z.string().min(1),
    errmsg: z.string().optional(),
  }),
  z.strictObject({
    kind: z.literal("stuck"),
    status: z.union([z.literal(20), z.literal(42), z.literal(45)]).default(45),
  }),
  z.strictObject({ kind: z.literal("partial"), items: z.int().min(1).max(14).default(3) }),
  z.strictObject({ kind: z.literal("empty_items"), polls }),
  z.strictObject({ kind: z.literal("missing"), polls }),
  z.strictObject({
    kind: z.literal("fail"),
    as: z.enum(["text", "copyright", "output_review", "generic"]).optional(),
    code: z.string().optional(),
    key: z.string().optional(),
    message: z.string().optional(),
    refund: z.boolean().optional(),
  }),
  z.strictObject({
    kind: z.literal("lasts"),
    generate_ms: milliseconds,
    queue_ms: milliseconds.default(0),
  }),
  z.strictObject({
    kind: z.literal("output_size"),
    width: z.int().min(16).max(8192),
    height: z.int().min(16).max(8192),
  }),
  z.strictObject({
    kind: z.literal("audit"),
    decision: z.int().default(2),
    /** The material that it concerns, counted from 0; all of them when left out. */
    index: z.int().min(0).optional(),
  }),
  z.strictObject({ kind: z.literal("charge"), credits: z.int().min(0) }),
  z.strictObject({ kind: z.literal("settles"), after_ms: milliseconds }),
  z.strictObject({ kind: z.literal("crc_mismatch") }),
  z.strictObject({ kind: z.literal("uri_status"), status: z.int().default(2001) }),
  z.strictObject({ kind: z.literal("expired") }),
]);

/** What a fault does. */
export type FaultEffect = z.infer<typeof effectSchema>;

const scopeSchema = z.strictObject({
  /** An endpoint as the request log names it, or `*` for all of them. */
  endpoint: z.string().min(1),
  /** Number of requests that it affects (default 1); 0 for every one until it is removed. */
  times: z.int().min(0).default(1),
  /** Number of requests that pass before it begins (default 0). */
  after: z.int().min(0).default(0),
  /** Fingerprint of the only account that it affects; requests without a session are affected too. */
  account: z.string().optional(),
});

/** A fault as a test writes it: an effect, its endpoint and how often it applies. */
export type FaultSetting = z.input<typeof effectSchema> & z.input<typeof scopeSchema>;

/** A fault with every default filled in. */
export interface Fault extends z.output<typeof scopeSchema> {
  effect: FaultEffect;
}

/** Checks a fault setting; throws a ZodError that names the wrong field. */
export function parseFault(setting: FaultSetting): Fault {
  const { endpoint, times, after, account, ...effect } = setting;
  const scope = scopeSchema.parse({ endpoint, times, after, account });
  return { ...scope, effect: effectSchema.parse(effect) };
}

const parallelText = "因目前处于使用高峰期，暂时无法提交更多任务，请等待其他任务完成后再尝试提交～";
/** The texts of 2061, 2046, 2047 and 5001 are known only by their meaning, so these are the simulator's own [I]. */
const retiredText = "the model is no longer available, refresh the page";
const riskText = "生成失败，疑似存在异常行为，请重新尝试";

function refusedGenerate(
  code: string,
  key: string,
  text: string,
): { errmsg: string; data: unknown } {
  const data = {
    aigc_data: null,
    fail_code: code,
    fail_starling_key: key,
    fail_starling_message: text,
  };
  return { errmsg: text, data };
}

/** The bodies of refusals that were captured (fixtures generate_error_*, errors.md). */
const knownRefusals: Readonly<Record<string, { errmsg: string; data?: unknown }>> = {
  "-4": { errmsg: "shark check reject" },
  "-6": { errmsg: "shark not pass reject" },
  "1000": refusedGenerate("", "", "invalid parameter"),
  "1006": refusedGenerate(
    "1006",
    "web_dre_m10n_generate_popup_credit_ininsufficient_title",
    "积分不足",
  ),
  "1014": { errmsg: "system busy" },
  "1015": { errmsg: "login error" },
  "1018": { errmsg: "account punish limit ai generate" },
  "1019": { errmsg: "shark not pass" },
  "1057": { errmsg: "rate limited" },
  "1310": refusedGenerate("1310", "exceed_model_parallel_max", parallelText),
  "1017": { errmsg: "no rights" },
  "2003": { errmsg: "risk not pass" },
  "2038": { errmsg: "内容被过滤" },
  "2046": refusedGenerate("2046", "", "no object found"),
  "2047": refusedGenerate("2047", "", "segmentation failed"),
  "2061": refusedGenerate("2061", "", retiredText),
  "3000": { errmsg: "region not allow" },
  "3018": { errmsg: "permission denied" },
  "3020": { errmsg: "download file failed" },
  "4013": refusedGenerate("4013", "web_risk_control_message_reject_generation", riskText),
  "5001": refusedGenerate("5001", "", "credit pre-deduct failed"),
  "34010105": { errmsg: "login error" },
};

/** The data object that commerce sends along with -4 (fixture credit_receive_shark_reject). */
const emptyClaim = {
  is_first_receive: false,
  receive_quota: 0,
  has_popup: false,
  receive_inter_days: 0,
};

/** Builds the refusal of a code as it was captured on the endpoint; `reason` is for the request log only. */
export function knownRefusal(
  endpoint: string,
  ret: string,
  { errmsg, reason = `fault: ret ${ret}` }: { errmsg?: string; reason?: string } = {},
): Refusal {
  const known = knownRefusals[ret] ?? { errmsg: "error" };
  let data = endpoint === "generate" ? known.data : undefined;
  if (endpoint === "credit_receive" && ret === "-4") data = emptyClaim;
  return new Refusal(ret, errmsg ?? known.errmsg, {
    data: data ?? null,
    reason,
  });
}
