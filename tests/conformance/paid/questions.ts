// The open questions of docs/upstream that a walk may answer: what each looks for in the answers. An answer holds
// codes, numbers and names of fields only.
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { CreditRecord, Region } from "@jimeng/sdk";
import { isFieldName, shapeOf } from "../answers/shapes.ts";
import { refusalOf } from "../answers/refusals.ts";
import { type Exchange, fieldOf, recordsIn } from "./recorder.ts";
import type { Outcome, PostedStart } from "./step.ts";

/** One open question of docs/upstream/open-questions.md. */
export interface OpenQuestion {
  number: number;
  question: string;
  page: string;
}

/** A question with what this walk saw of it. */
export interface QuestionReport extends OpenQuestion {
  /** `seen` is a hint that does not settle the question by itself. */
  state: "settled" | "seen" | "open";
  /** What was seen; null where nothing was. */
  seen: string | null;
}

/** What a walk saw. */
export interface Evidence {
  region: Region;
  outcomes: readonly Outcome[];
  starts: readonly PostedStart[];
  rows: readonly CreditRecord[];
}

/** Reads the questions that are open. */
export function readOpenQuestions(): OpenQuestion[] {
  const file = fileURLToPath(new URL("../../../docs/upstream/open-questions.md", import.meta.url));
  const text = readFileSync(file, "utf8");
  const open = text.slice(text.indexOf("## Open"), text.indexOf("## Answered"));
  return [...open.matchAll(/^\| (\d+) \| ([^|]+) \| [^\n]* \| ([^|\n]+) \|$/gm)].map(
    ([, number, question = "", links = ""]) => ({
      number: Number(number),
      question: question.trim(),
      page: /\(([\w-]+\.md)/.exec(links)?.[1] ?? "open-questions.md",
    }),
  );
}

/** Reports every open question with what the walk saw of it. */
export function reportQuestions(evidence: Evidence): QuestionReport[] {
  return readOpenQuestions()
    .toSorted((one, other) => one.number - other.number)
    .map((open) => {
      const seen = lookers.get(open.number)?.(evidence) ?? null;
      const state = hints.has(open.number) ? "seen" : "settled";
      return { ...open, state: seen === null ? "open" : state, seen };
    });
}

/** The questions of which one walk sees a part only, such as that our own form is accepted. */
const hints: ReadonlySet<number> = new Set([1, 2, 3, 4, 5, 9, 10, 12, 20, 33, 35, 39, 40, 53, 59]);

type Looker = (evidence: Evidence) => string | undefined;

/** The questions that a walk looks for; the others need what no walk does. */
export const lookers: ReadonlyMap<number, Looker> = new Map<number, Looker>([
  [1, (evidence) => itemsAtStatus(evidence, 10)],
  [2, (evidence) => sequences(evidence, 45)],
  [3, (evidence) => sequences(evidence, 42)],
  [4, (evidence) => sequences(evidence, 21)],
  [5, (evidence) => itemsAtStatus(evidence, 30)],
  [6, failedItems],
  [9, confirmations],
  [10, (evidence) => kindsOf(evidence, "fail_code")],
  [12, finishTimes],
  [16, bothLists],
  [17, (evidence) => answerOf(evidence, "empty-lists")],
  [18, charges],
  [20, queues],
  [31, serviceId],
  [33, (evidence) => wentThrough(evidence, "upload-picture", "our two or three signed headers")],
  [35, (evidence) => (evidence.region === "cn" ? undefined : signingRegion(evidence))],
  [39, (evidence) => wentThrough(evidence, "image-reference", "one ## per picture")],
  [40, (evidence) => wentThrough(evidence, "image-reference", "min_version 3.0.2")],
  [48, firstFrame],
  [52, claimed],
  [53, claimFields],
  [54, creditLists],
  [55, systime],
  [58, (evidence) => abroad(evidence, "without a store-region cookie")],
  [59, passport],
  [67, otherSite],
  [68, voices],
  [70, programStarts],
]);

function exchangesOf({ outcomes }: Evidence, endpoint?: string): Exchange[] {
  return outcomes
    .flatMap(({ exchanges }) => exchanges)
    .filter((exchange) => endpoint === undefined || exchange.endpoint.name === endpoint);
}

function stepOf({ outcomes }: Evidence, name: string): Outcome | undefined {
  return outcomes.find(({ planned }) => planned.step.name === name);
}

/** Lists every record in every state that was seen, once. */
function allRecords(evidence: Evidence): Array<Record<string, unknown>> {
  const records = exchangesOf(evidence).flatMap(({ body }) => recordsIn(body));
  const states = records.map(
    (record) =>
      [
        JSON.stringify([record["history_record_id"], record["status"], record["queue_info"]]),
        record,
      ] as const,
  );
  return [...new Map(states).values()];
}

function itemsAtStatus(evidence: Evidence, status: number): string | undefined {
  const found = allRecords(evidence).filter((record) => record["status"] === status);
  if (found.length === 0) return undefined;
  const withItems = found.filter((record) => lengthOf(record["item_list"]) > 0).length;
  return `records of status ${status}: ${found.length}, with items: ${withItems}`;
}

function lengthOf(value: unknown): number {
  return Array.isArray(value) ? value.length : 0;
}

/** Returns the order of statuses of the generations that passed a status. */
function sequences(evidence: Evidence, status: number): string | undefined {
  const seen = evidence.outcomes.flatMap(({ exchanges }) => {
    const polls = exchanges
      .filter(({ endpoint }) => endpoint.name === "history")
      .flatMap(({ body }) => recordsIn(body));
    const steps = polls.map(
      (record) => `${statusOf(record)} (${lengthOf(record["item_list"])} items)`,
    );
    return polls.some((record) => record["status"] === status)
      ? [steps.filter((step, index) => step !== steps[index - 1]).join(" → ")]
      : [];
  });
  return seen.length === 0 ? undefined : [...new Set(seen)].join("; ");
}

function statusOf(record: Record<string, unknown>): string {
  return typeof record["status"] === "number" ? String(record["status"]) : "no number";
}

function failedItems(evidence: Evidence): string | undefined {
  const items = allRecords(evidence).flatMap((record) => {
    const list = record["failed_item_list"];
    return Array.isArray(list) ? (list as unknown[]) : [];
  });
  if (items.length === 0) return undefined;
  return `its entries have ${[...shapeOf(...items).keys()].filter(isTop).join(", ")}`;
}

function isTop(path: string): boolean {
  return isFieldName(path);
}

function confirmations(evidence: Evidence): string | undefined {
  const done = allRecords(evidence).filter((record) => record["status"] === 50);
  const pairs = done.map((record) =>
    ["confirm_status", "image_type"].map((name) => `${name} ${numberOf(record[name])}`).join(", "),
  );
  return pairs.length === 0 ? undefined : `at success: ${[...new Set(pairs)].join("; ")}`;
}

function numberOf(value: unknown): string {
  return typeof value === "number" ? String(value) : "absent";
}

function kindsOf(evidence: Evidence, field: string): string | undefined {
  const values = allRecords(evidence).flatMap((record) =>
    record[field] === undefined || record[field] === null ? [] : [typeof record[field]],
  );
  if (values.length === 0) return undefined;
  const kinds = [...new Set(values)].map((kind) => (kind === "string" ? "text" : kind));
  return `${kinds.join(" or ")} (${values.length} seen)`;
}

function finishTimes(evidence: Evidence): string | undefined {
  const failed = allRecords(evidence).filter((record) => record["status"] === 30);
  if (failed.length === 0) return undefined;
  const times = failed.map((record) => {
    const time = record["finish_time"];
    if (typeof time !== "number") return "no number";
    if (time === 0) return "0";
    return time > 1e12 ? "milliseconds" : "seconds";
  });
  return `${[...new Set(times)].join(" or ")} (failed records seen: ${failed.length})`;
}

function bothLists(evidence: Evidence): string | undefined {
  const exchange = stepOf(evidence, "both-lists")?.exchanges.find(
    ({ endpoint }) => endpoint.name === "history",
  );
  if (exchange === undefined) return undefined;
  const refusal = refusalOf(exchange);
  if (refusal !== undefined) return `refused: ${refusal}`;
  const data = fieldOf(exchange.body, "data");
  const keys = typeof data === "object" && data !== null ? Object.keys(data) : [];
  const has = (name: string): boolean => {
    const ids = fieldOf(exchange.sent, name);
    return Array.isArray(ids) && ids.some((id) => keys.includes(String(id)));
  };
  const named = ["history_ids", "submit_ids"].filter(has);
  return `keys: ${keys.length}, by ${named.length === 0 ? "neither" : named.join(" and ")}`;
}

function answerOf(evidence: Evidence, step: string): string | undefined {
  const exchange = stepOf(evidence, step)?.exchanges.findLast(
    ({ endpoint, sent }) =>
      endpoint.name === "history" && fieldOf(sent, "history_ids") !== undefined,
  );
  if (exchange === undefined) return undefined;
  return refusalOf(exchange) ?? `ret 0, records: ${recordsIn(exchange.body).length}`;
}

/** Tells when credits were taken, and how a refund is written. */
function charges({ starts, rows }: Evidence): string | undefined {
  const taken = starts.flatMap(({ balances: { before, afterStart, afterEnd } }) => {
    if (before === null || afterStart === null || before === (afterEnd ?? afterStart)) return [];
    return [afterStart < before ? "taken at the start" : "taken after the start"];
  });
  const parts = [...new Set(taken)];
  const cancelled = starts.find(({ step }) => step === "cancel");
  const own = rows.filter(({ submitId }) => submitId !== null && submitId === cancelled?.submitId);
  if (own.length > 1) {
    const signs = own.map(({ amount }) => (amount < 0 ? "below 0" : "above 0"));
    parts.push(`a refund is a row of its own (${signs.toReversed().join(", then ")})`);
  }
  const first = rows.find(({ amount }) => amount !== 0);
  if (first !== undefined && own.length <= 1) {
    parts.push(`rows of charges are ${first.amount < 0 ? "below 0" : "above 0"}`);
  }
  return parts.length === 0 ? undefined : parts.join("; ");
}

function queues(evidence: Evidence): string | undefined {
  const places = allRecords(evidence).flatMap((record) => {
    const queue = record["queue_info"];
    if (fieldOf(queue, "queue_status") !== 1) return [];
    return [
      `${numberOf(fieldOf(queue, "queue_idx"))} of ${numberOf(fieldOf(queue, "queue_length"))}`,
    ];
  });
  return places.length === 0 ? undefined : `while waiting: ${[...new Set(places)].join(" → ")}`;
}

function serviceId(evidence: Evidence): string | undefined {
  const tokens = exchangesOf(evidence, "upload-token").filter(
    (exchange) => refusalOf(exchange) === undefined,
  );
  if (tokens.length === 0) return undefined;
  const withId = tokens.filter(({ body }) => {
    const id = fieldOf(fieldOf(body, "data"), "service_id");
    return typeof id === "string" && id !== "";
  }).length;
  return withId === 0 ? "no" : `yes, in ${withId} of ${tokens.length} tokens`;
}

function wentThrough(evidence: Evidence, step: string, what: string): string | undefined {
  const outcome = stepOf(evidence, step);
  if (outcome === undefined || outcome.problem !== undefined) return undefined;
  return `accepted: ${what}`;
}

function signingRegion(evidence: Evidence): string | undefined {
  const picture = wentThrough(evidence, "upload-picture", "ours, for a picture");
  const video = wentThrough(evidence, "upload-video", "ours, for a video");
  return [picture, video].filter((part) => part !== undefined).join("; ") || undefined;
}

function firstFrame(evidence: Evidence): string | undefined {
  const record = stepOf(evidence, "video-first-frame")
    ?.exchanges.flatMap(({ body }) => recordsIn(body))
    .findLast((each) => each["status"] === 50);
  const [item] = Array.isArray(record?.["item_list"]) ? (record["item_list"] as unknown[]) : [];
  const origin = fieldOf(fieldOf(fieldOf(item, "video"), "transcoded_video"), "origin");
  const [width, height] = [fieldOf(origin, "width"), fieldOf(origin, "height")];
  if (typeof width !== "number" || typeof height !== "number") return undefined;
  return `16:9 asked, a square given: ${width}x${height}`;
}

function claimed(evidence: Evidence): string | undefined {
  const [claim] = exchangesOf(evidence, "claim");
  const quota = fieldOf(fieldOf(claim?.body, "data"), "receive_quota");
  return typeof quota === "number" && quota > 0 ? `${quota}` : undefined;
}

function claimFields(evidence: Evidence): string | undefined {
  const [claim] = exchangesOf(evidence, "claim");
  const data = fieldOf(claim?.body, "data");
  const first = fieldOf(data, "is_first_receive");
  const days = fieldOf(data, "receive_inter_days");
  if (typeof first !== "boolean") return undefined;
  return `is_first_receive ${first}, receive_inter_days ${numberOf(days)}`;
}

function creditLists(evidence: Evidence): string | undefined {
  const [balance] = exchangesOf(evidence, "credits");
  const detail = fieldOf(fieldOf(balance?.body, "data"), "credits_detail");
  const lists = ["vip_credits", "purchase_credits"].flatMap((name) => {
    const list = fieldOf(detail, name);
    if (!Array.isArray(list) || list.length === 0) return [];
    return [`${name}[]: ${[...shapeOf(...list).keys()].filter(isTop).join(", ")}`];
  });
  return lists.length === 0 ? undefined : lists.join("; ");
}

function systime(evidence: Evidence): string | undefined {
  const [balance] = exchangesOf(evidence, "credits");
  const time = fieldOf(balance?.body, "systime");
  const parts: string[] = [];
  if (/^\d+$/.test(String(time))) {
    parts.push(`systime in ${String(time).length > 11 ? "milliseconds" : "seconds"}`);
  }
  if (fieldOf(balance?.body, "svr_time") !== undefined) parts.push("svr_time is there");
  return parts.length === 0 ? undefined : parts.join("; ");
}

function abroad(evidence: Evidence, how: string): string | undefined {
  if (evidence.region === "cn" || !hasAcceptedStart(evidence)) return undefined;
  return `starts were accepted ${how}`;
}

function hasAcceptedStart({ starts }: Evidence): boolean {
  return starts.some(({ taken }) => taken === "yes");
}

function passport(evidence: Evidence): string | undefined {
  const [account] = exchangesOf(evidence, "account");
  if (evidence.region === "cn" || account === undefined) return undefined;
  return `the mweb host: ${refusalOf(account) ?? "answered"}`;
}

/** The tools and the region in which each was run by others (docs/upstream). */
const provenElsewhere: Readonly<Record<string, string>> = {
  hd: "cn",
  "smart-hd": "cn",
  outpaint: "cn",
  "detail-fix": "cn",
  "interpolate-upload": "cn",
  speech: "cn",
  music: "us",
};

function otherSite(evidence: Evidence): string | undefined {
  const seen = Object.entries(provenElsewhere).flatMap(([name, region]) => {
    const outcome = stepOf(evidence, name);
    if (region === evidence.region || outcome === undefined) return [];
    if (outcome.problem === undefined) return [`${name} runs on ${evidence.region}`];
    const { verdict } = outcome.problem;
    return verdict === "refused" ? [`${name} is refused on ${evidence.region}`] : [];
  });
  return seen.length === 0 ? undefined : seen.join("; ");
}

function voices(evidence: Evidence): string | undefined {
  const [list] = exchangesOf(evidence, "voices");
  if (list === undefined) return undefined;
  const refusal = refusalOf(list);
  if (refusal !== undefined) return `no: ${refusal}`;
  const items = fieldOf(fieldOf(list.body, "data"), "item_list");
  return lengthOf(items) > 0 ? `yes: ${lengthOf(items)} on the first page` : "an empty list";
}

function programStarts(evidence: Evidence): string | undefined {
  const { region, outcomes } = evidence;
  if (!["hk", "jp", "sg"].includes(region)) return undefined;
  if (hasAcceptedStart(evidence)) return `${region}: yes`;
  const refused = outcomes.find(
    ({ started, problem }) => started?.taken === "no" && problem !== undefined,
  );
  return refused === undefined ? undefined : `${region}: no, ${refused.problem?.why}`;
}
