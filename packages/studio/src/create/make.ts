// Making something: a press begins, its jobs come into the feed, and a refusal is told.

import { GatewayError } from "@jimeng/gateway/api/client";
import type { JobBodyInput } from "@jimeng/gateway/api";

import { showToast } from "../controls/toast.tsx";
import { client } from "../data/client.ts";
import { keepAnswered, queryClient } from "../data/query-client.ts";
import * as words from "../words/create.js";
import { errorWords } from "../words/errors.ts";
import type { Draft } from "./draft.ts";
import { toJobBody } from "./job-body.ts";
import { newPressId, presses, readPresses, runPress } from "./press.ts";
import type { Press } from "./press.ts";
import { rememberPrompt } from "./prompt-history.ts";

/** The last press, where nobody knows what came of it: what it asked for, and its id. */
let doubtful: { asked: string; id: string } | null = null;

/** Makes the jobs of a draft; does nothing while a press of the draft is under way. */
export async function make(draft: Draft, prompts: readonly string[]): Promise<void> {
  if (presses.get().some(({ isDraft }) => isDraft)) return;
  rememberPrompt(draft.prompt);
  const asked = JSON.stringify(prompts.map((prompt) => toJobBody(draft, prompt, null)));
  const id = newIdOf(asked);
  const bodies = prompts.map((prompt) => toJobBody(draft, prompt, id));
  await begin({ id, bodies, answered: 0, isDraft: true }, asked).catch(tellRefusal);
}

/** Makes what a body asks for. Throws the gateway's refusal. */
export async function makeBody(body: JobBodyInput): Promise<void> {
  const asked = JSON.stringify(body);
  await begin({ id: newIdOf(asked), bodies: [body], answered: 0, isDraft: false }, asked);
}

/** Goes on with the presses that earlier pages left behind: the gateway joins what was begun. */
export async function resume(): Promise<void> {
  const left = readPresses(localStorage).map(({ id }) => id);
  await Promise.all(left.map((id) => onceFree(id, () => resumeOne(id))));
}

async function resumeOne(id: string): Promise<void> {
  const left = readPresses(localStorage).find((each) => each.id === id);
  if (left !== undefined) await run(left).catch(tellRefusal);
}

/** Returns the id for a press: that of the one before, where it asked for the same and its outcome is not known. */
function newIdOf(asked: string): string {
  return doubtful?.asked === asked ? doubtful.id : newPressId();
}

async function begin(begun: Press, asked: string): Promise<void> {
  doubtful = null;
  const work = run(begun);
  void onceFree(begun.id, () => work.catch(() => undefined));
  try {
    await work;
  } catch (error) {
    if (error instanceof GatewayError && error.charged === "unknown")
      doubtful = { asked, id: begun.id };
    throw error;
  }
}

function run(begun: Press): Promise<void> {
  return runPress(begun, {
    create: (body, options) => keepAnswered(queryClient, () => client.jobs.create(body, options)),
    storage: localStorage,
  });
}

/** Works once no other tab has the press under way: a tab that is closed lets go of it. */
async function onceFree(id: string, work: () => Promise<void>): Promise<void> {
  const { locks } = globalThis.navigator as { locks?: LockManager };
  await (locks === undefined ? work() : locks.request(`jimeng press ${id}`, work));
}

function tellRefusal(error: unknown): void {
  if (!(error instanceof GatewayError)) throw error;
  showToast({ text: toRefusal(error), tone: "bad" });
}

/** Says why the gateway refused, what to do, and whether it was charged. */
function toRefusal(error: GatewayError): string {
  const { message, fix } = errorWords(error);
  const parts = [words.failed({ reason: message })];
  if (fix !== null) parts.push(fix);
  if (error.charged === "no") parts.push(words.notCharged());
  return parts.join(" ");
}
