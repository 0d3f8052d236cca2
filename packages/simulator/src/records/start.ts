// Accepts a start: charges it, chooses its length, stores its record and files, or adds to a sequence.

import { createHash } from "node:crypto";

import type { Account } from "../accounts.ts";
import type { GenerationPlan, ParsedDraft } from "../drafts/plan.ts";
import { failures } from "../faults/fault.ts";
import type { FaultEffect } from "../faults/fault.ts";
import { effectOf, scriptOfEffects } from "../faults/faults.ts";
import type { MediaSource } from "../pictures.ts";
import type { Region } from "../regions.ts";
import { imageUriOf, videoObjectOf } from "../shapes/item-shape.ts";
import type { World } from "../world.ts";
import type { GenerationRecord, RecordScript } from "./generation-record.ts";
import { priceOf } from "./prices.ts";
import { addCharges, itemIdOf } from "./records.ts";

/** The text that makes the simulated review refuse a prompt: record 30 with 2038. */
export const refusedPromptText = "simulate:2038";

const minFactor = 0.95;
const factorSpread = 0.35;
const secondMs = 1000;

/** One start whose request is valid. */
export interface Start {
  account: Account;
  region: Region;
  submitId: string;
  metricsExtra: string;
  logid: string;
  draft: ParsedDraft;
  effects: readonly FaultEffect[];
}

/** Derives a number from 0 to 1 from a text, so that one submit id always takes the same time. */
function fractionOf(text: string): number {
  return createHash("sha256").update(text).digest().readUInt32BE() / 0x1_0000_0000;
}

interface Duration {
  queueMs: number;
  generateMs: number;
  forecastSeconds: number;
  forecastQueueSeconds: number;
}

/** Chooses how long a generation takes: 0.95 to 1.3 times its forecast in whole seconds, or as a fault says. */
function chooseDuration(world: World, kind: GenerationPlan["kind"], start: Start): Duration {
  const forced = effectOf(start.effects, "lasts");
  const middleMs =
    forced?.generate_ms ?? (kind === "video" ? world.timing.videoMs : world.timing.imageMs);
  const queueMs = forced?.queue_ms ?? world.timing.queueMs;
  const forecastSeconds = Math.max(1, Math.round(middleMs / secondMs));
  const forecastQueueSeconds = Math.round(queueMs / secondMs);
  const forecast = { queueMs, forecastSeconds, forecastQueueSeconds };
  if (forced !== undefined || !world.timing.jitter) return { ...forecast, generateMs: middleMs };
  const factor = minFactor + factorSpread * fractionOf(start.submitId);
  const baseMs = middleMs >= secondMs ? forecastSeconds * secondMs : middleMs;
  return { ...forecast, generateMs: Math.round(baseMs * factor) };
}

function scriptOf(start: Start): RecordScript {
  const script = scriptOfEffects(start.effects);
  if (start.draft.plan.prompt.includes(refusedPromptText)) script.failure = failures.text;
  return script;
}

/** Returns the plan with the size that really comes out; the upstream sometimes makes another one (sizes.md). */
function outputPlan(start: Start): GenerationPlan {
  const forced = effectOf(start.effects, "output_size");
  const { plan } = start.draft;
  if (forced === undefined || plan.kind === "audio") return plan;
  return { ...plan, width: forced.width, height: forced.height };
}

function registerFiles(world: World, record: GenerationRecord): void {
  const database = world.store.database;
  const media = database.prepare("INSERT INTO media (uri, body) VALUES (?, ?)");
  const items = database.prepare("INSERT INTO items (item_id, history_id) VALUES (?, ?)");
  const { plan, historyId } = record;
  const total = plan.kind === "image" ? plan.total : 1;
  const add = (uri: string, index: number, kind: MediaSource["kind"]) =>
    media.run(uri, JSON.stringify({ historyId, index, kind } satisfies MediaSource));
  for (let index = 0; index < total; index += 1) {
    if (plan.kind !== "audio") add(imageUriOf(record, index), index, "image");
    items.run(itemIdOf(record, index), historyId);
  }
  if (plan.kind !== "image") add(videoObjectOf(record), 0, plan.kind);
}

/** Tells whether gifts may pay. For videos in the US they may not: one live account was answered 1006 (credits.md). */
function giftsPay(start: Start): boolean {
  return !(start.region === "us" && start.draft.plan.kind === "video");
}

/** Charges and stores a start; undefined, with nothing written, when there are too few credits. */
export function acceptStart(world: World, start: Start): GenerationRecord | undefined {
  const { account, draft } = start;
  const charged = effectOf(start.effects, "charge")?.credits ?? priceOf(draft.plan);
  return world.store.transact(() => {
    const charge = world.accounts.charge(account, charged, giftsPay(start));
    if (charge === undefined) return undefined;
    const createdAt = world.clock.now();
    const record: GenerationRecord = {
      ...world.records.nextIdentity(),
      submitId: start.submitId,
      account: account.fingerprint,
      uid: account.uid,
      region: start.region,
      plan: outputPlan(start),
      draftContent: draft.echo,
      minVersion: draft.minVersion,
      minFeatures: draft.minFeatures,
      metricsExtra: start.metricsExtra,
      generateId: start.logid,
      createdAt,
      visibleAt: createdAt + world.timing.visibleAfterMs,
      ...chooseDuration(world, draft.plan.kind, start),
      charge,
      charged,
      script: scriptOf(start),
      continuations: [],
      cancelledAt: null,
      polls: 0,
    };
    world.records.insert(record);
    registerFiles(world, record);
    return record;
  });
}

/** Counts the images of a sequence that are neither made nor being made. */
export function missingImages(record: GenerationRecord): number {
  if (record.plan.kind !== "image") return 0;
  const planned = record.continuations.reduce((sum, part) => sum + part.count, record.plan.count);
  return record.plan.total - planned;
}

/**
 * Adds the missing images of a sequence to its record and charges them (generate.md). False, with nothing written, when
 * there are too few credits.
 */
export function continueSequence(world: World, record: GenerationRecord, start: Start): boolean {
  const count = missingImages(record);
  if (count === 0) return true;
  const charged = priceOf(record.plan, count);
  return world.store.transact(() => {
    const charge = world.accounts.charge(start.account, charged);
    if (charge === undefined) return false;
    const { generateMs } = chooseDuration(world, "image", start);
    const startedAt = world.clock.now();
    record.continuations.push({ startedAt, generateMs, count });
    record.charge = addCharges(record.charge, charge);
    record.charged += charged;
    world.records.update(record, startedAt + generateMs);
    world.records.logContinuation(record, charged);
    return true;
  });
}
