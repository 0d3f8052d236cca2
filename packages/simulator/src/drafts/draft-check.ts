// Checks drafts and the files they name, and builds the refusal of a wrong one.

import type * as z from "zod";

import { invalidParameter } from "../envelope.ts";
import type { Refusal } from "../envelope.ts";
import type { ModelRegistry } from "../models/registry.ts";
import type { Region } from "../regions.ts";
import type { PlanInput } from "./plan.ts";

/** The `data` of a refused generate (fixture generate_error_1000_invalid_parameter). */
export const generateInvalidData = {
  aigc_data: null,
  fail_code: "",
  fail_starling_key: "",
  fail_starling_message: "invalid parameter",
};

/** Builds the 1000 refusal of the generate endpoint. */
export function invalidDraft(reason: string): Refusal {
  return invalidParameter(reason, generateInvalidData);
}

/** Checks a value against a schema and refuses with 1000, naming the first wrong field in the request log. */
export function checkDraft<T>(schema: z.ZodType<T>, value: unknown, where: string): T {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const issue = result.error.issues[0];
  const path = [where, ...(issue?.path ?? []).map(String)].join(".");
  throw invalidDraft(`${path}: ${issue?.message ?? "invalid"}`);
}

/** The size and length of a file that a draft may refer to; zeros where it has none. */
export interface KnownInput {
  kind: PlanInput["kind"];
  width: number;
  height: number;
  durationMs: number;
}

/** Checks that every file a draft names was uploaded by its caller, and takes its size from the upload. */
export function resolveInputs(inputs: PlanInput[], context: DraftContext): PlanInput[] {
  return inputs.map((input) => {
    const known = context.findInput(input.uri);
    if (known === undefined || known.kind !== input.kind) {
      throw invalidDraft(`no committed ${input.kind} of this account has that handle`);
    }
    return { ...input, width: known.width, height: known.height };
  });
}

/** One of the account's own finished results. */
export interface KnownItem extends KnownInput {
  historyId: string;
  /** An image URI, or the vid of a video. */
  uri: string;
  prompt: string;
  durationMs: number;
}

/** What the sender of a draft may use, and what it pays with. */
export interface StartContext {
  region: Region;
  models: ModelRegistry;
  /** The benefit type of `extend.m_video_commerce_info`, empty when it was not sent. */
  benefitType: string;
  isVip: boolean;
  /** The model of `extend.root_model`, empty when none was sent. */
  rootModel: string;
  /** Finds a file that the caller uploaded and committed, or one of its results. */
  findInput(handle: string): KnownInput | undefined;
  /** Finds a finished result of the caller by its item id. */
  findItem(itemId: string): KnownItem | undefined;
}

/** A start, and the floor of the version that its draft names. */
export interface DraftContext extends StartContext {
  minVersion: string;
}
