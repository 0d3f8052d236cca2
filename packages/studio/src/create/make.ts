// Making what the draft says: a press begins, its jobs come into the feed, and a refusal is told.

import { GatewayError } from "@jimeng/gateway/api/client";

import { showToast } from "../controls/toast.tsx";
import { client } from "../data/client.ts";
import { keepAnswered, queryClient } from "../data/query-client.ts";
import * as words from "../words/create.js";
import { errorWords } from "../words/errors.ts";
import type { Draft } from "./draft.ts";
import { toJobBody } from "./job-body.ts";
import { newPressId, press, readPress, runPress } from "./press.ts";
import type { Press } from "./press.ts";
import { rememberPrompt } from "./prompt-history.ts";

/** Makes the jobs of a draft; does nothing while a press is under way. */
export async function make(draft: Draft, prompts: readonly string[]): Promise<void> {
  if (press.get() !== null) return;
  const id = newPressId();
  rememberPrompt(draft.prompt);
  await run({ id, bodies: prompts.map((prompt) => toJobBody(draft, prompt, id)), answered: 0 });
}

/** Goes on with a press that an earlier page left behind: the gateway joins what was begun. */
export async function resume(): Promise<void> {
  const left = readPress(localStorage);
  if (left !== null && press.get() === null) await run(left);
}

async function run(begun: Press): Promise<void> {
  try {
    await runPress(begun, {
      create: (body, options) => keepAnswered(queryClient, () => client.jobs.create(body, options)),
      storage: localStorage,
    });
  } catch (error) {
    if (!(error instanceof GatewayError)) throw error;
    showToast({ text: toRefusal(error), tone: "bad" });
  }
}

/** Says why the gateway refused, what to do, and whether it was charged. */
export function toRefusal(error: GatewayError): string {
  const { message, fix } = errorWords(error);
  const parts = [words.failed({ reason: message })];
  if (fix !== null) parts.push(fix);
  if (error.charged === "no") parts.push(words.notCharged());
  return parts.join(" ");
}
