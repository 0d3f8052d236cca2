// Answers POST /mweb/v1/aigc_draft/generate: what is accepted, and what is refused (generate.md).

import * as z from "zod";

import { checkDraft, invalidDraft } from "../drafts/draft-check.ts";
import type { KnownInput } from "../drafts/draft-check.ts";
import { parseDraft } from "../drafts/parse-draft.ts";
import type { ParsedDraft } from "../drafts/plan.ts";
import { isOlder } from "../drafts/versions.ts";
import type { Call, Endpoint } from "../endpoint.ts";
import { Refusal } from "../envelope.ts";
import { knownRefusal } from "../faults/fault.ts";
import { findItem } from "../pictures.ts";
import type { GenerationRecord } from "../records/generation-record.ts";
import { queueStatus, recordStatus } from "../records/progress.ts";
import type { Progress } from "../records/progress.ts";
import { acceptStart, continueSequence } from "../records/start.ts";
import type { Start } from "../records/start.ts";
import { regions } from "../regions.ts";
import { defaultScenes } from "../shapes/item-shape.ts";
import { recordShape } from "../shapes/record-shape.ts";

/** The oldest `Appvr` that the Asian cluster takes; older ones are answered 3018 (errors.md, real log). */
const oldestVersion = "8.4.0";
/** The top-level `action` that continues a sequence (generate.md [S]). */
const continueAction = 2;
const maxSubmitIdLength = 128;
/** What a client written in Go sends in `http_common_info` when it leaves the field out. */
const unsetAid = 0;
const internationalCreditsText = "Not enough credits left or no relevant benefits";

const commerceInfo = z.looseObject({
  benefit_type: z.string().min(1),
  resource_id: z.string(),
  resource_id_type: z.string(),
  resource_sub_type: z.string(),
});

const bodySchema = z.looseObject({
  // Music is started without it (generate.md).
  extend: z
    .looseObject({
      root_model: z.string().min(1).optional(),
      m_video_commerce_info: commerceInfo.nullish(),
      m_video_commerce_info_list: z.array(commerceInfo).nullish(),
    })
    .optional(),
  // A UUID in every capture; no page says that another text is refused.
  submit_id: z.string().min(1).max(maxSubmitIdLength),
  metrics_extra: z.string().nullish(),
  draft_content: z.unknown(),
  http_common_info: z.looseObject({ aid: z.int() }).nullish(),
  action: z.int().nullish(),
  history_id: z.string().nullish(),
});

type GenerateBody = z.infer<typeof bodySchema>;

function checkStart(call: Call): GenerateBody {
  const isAsian = regions[call.region].cluster === "asia";
  if (call.world.strict && isAsian && isOlder(call.versionCode, oldestVersion)) {
    throw new Refusal("3018", "permission denied", { reason: "Appvr is out of date" });
  }
  const body = checkDraft(bodySchema, call.body, "body");
  const aid = body.http_common_info?.aid;
  if (aid !== undefined && aid !== unsetAid && aid !== regions[call.region].aid) {
    throw invalidDraft("http_common_info.aid does not belong to the region");
  }
  const key = body.extend?.root_model;
  if (key === undefined) return body;
  const { models } = call.world;
  if (models.findImage(key) === undefined && models.findVideo(key) === undefined) {
    throw invalidDraft("extend.root_model is not known");
  }
  if (models.isRetired(key))
    throw knownRefusal("generate", "2061", { reason: `${key} is retired` });
  return body;
}

function findInput(call: Call, handle: string): KnownInput | undefined {
  const upload = call.world.uploads.findCommitted(call.account.fingerprint, handle);
  if (upload?.facts != null) return upload.facts;
  const picture = call.findPicture(handle);
  return picture === undefined ? undefined : { kind: "image", durationMs: 0, ...picture };
}

function readDraft(call: Call, { extend, draft_content: content }: GenerateBody): ParsedDraft {
  const info = extend?.m_video_commerce_info ?? extend?.m_video_commerce_info_list?.[0];
  const draft = parseDraft(content, {
    region: call.region,
    models: call.world.models,
    benefitType: info?.benefit_type ?? "",
    isVip: call.account.vip > 0,
    rootModel: extend?.root_model ?? "",
    findInput: (handle) => findInput(call, handle),
    findItem: (itemId) => findItem(call.world, call.account.fingerprint, itemId),
  });
  if (extend?.root_model === undefined && draft.plan.kind !== "audio") {
    throw invalidDraft("extend.root_model is missing");
  }
  return draft;
}

function readStart(call: Call, body: GenerateBody): Start {
  return {
    account: call.account,
    region: call.region,
    submitId: body.submit_id,
    metricsExtra: body.metrics_extra ?? "",
    logid: call.logid,
    effects: call.effects,
    draft: readDraft(call, body),
  };
}

function insufficientCredits(call: Call): Refusal {
  if (call.region === "cn") return knownRefusal("generate", "1006");
  const text = internationalCreditsText;
  const chinese = knownRefusal("generate", "1006").data as Record<string, unknown>;
  return new Refusal("1006", text, { data: { ...chinese, fail_starling_message: text } });
}

/** Returns the progress in the answer to any accepted start: status 20, no items (fixtures generate_ok_*). */
function submittedProgress(record: GenerationRecord): Progress {
  return {
    visible: true,
    status: recordStatus.submitted,
    queueStatus: record.queueMs > 0 ? queueStatus.queueing : queueStatus.generating,
    failure: null,
    finishedAt: null,
    finishedItems: 0,
    totalItems: 0,
    queueShare: 0,
  };
}

function answer(call: Call, record: GenerationRecord): Record<string, unknown> {
  const context = { links: call.world.links, place: call, scenes: defaultScenes };
  return {
    aigc_data: recordShape(record, submittedProgress(record), context),
    fail_code: "",
    fail_starling_key: "",
    fail_starling_message: "",
  };
}

function continueRecord(call: Call, body: GenerateBody): GenerationRecord {
  const { world, account } = call;
  const record = world.records.findByHistoryId(account.fingerprint, body.history_id ?? "");
  if (record === undefined) throw invalidDraft("history_id is no record of this account");
  if (!continueSequence(world, record, readStart(call, body))) throw insufficientCredits(call);
  return record;
}

function startRecord(call: Call, body: GenerateBody): GenerationRecord {
  const { world, account } = call;
  if (world.duplicateSubmit === "return-existing") {
    const existing = world.records.findBySubmitId(account.fingerprint, body.submit_id);
    if (existing !== undefined) return existing;
  }
  const start = readStart(call, body);
  const running = world.records.countRunning(account.fingerprint, start.draft.plan.modelKey);
  if (world.parallelLimit !== null && running >= world.parallelLimit) {
    throw knownRefusal("generate", "1310", { reason: "the parallel limit" });
  }
  const record = acceptStart(world, start);
  if (record === undefined) throw insufficientCredits(call);
  return record;
}

/** The endpoint that starts a generation and charges for it, or goes on with a sequence. */
export const generateEndpoint: Endpoint = {
  name: "generate",
  path: "/mweb/v1/aigc_draft/generate",
  envelope: "mweb",
  refusesBadSign: true,
  refusesPrograms: true,
  handle: (call) => {
    const body = checkStart(call);
    const record =
      body.action === continueAction ? continueRecord(call, body) : startRecord(call, body);
    return answer(call, record);
  },
};
