// Starts the jobs of a call: at once where that costs little, else after a person agreed.

import { randomUUID } from "node:crypto";

import { GatewayError } from "@jimeng/gateway/api/client";
import type { JobBodyInput, JobObject } from "@jimeng/gateway/api";

import { withGateway } from "../face.ts";
import { ToolFailure } from "../results/failure.ts";
import type { ToolCall, ToolResult } from "../tools/tool.ts";
import { askPerson, readAnswer } from "./asking.ts";
import { automatic } from "./spending.ts";
import { hashOfCall } from "./tokens.ts";
import type { Consent } from "./tokens.ts";

/** The arguments of every tool that may pay. */
export interface StartOptions {
  max_credits?: number;
  again?: boolean;
  confirm_token?: string;
}

/** The jobs that were started or joined, or the answer that asks a person first. */
export type Started = { jobs: JobObject[]; joined: boolean } | { answer: ToolResult };

/** Starts jobs, or joins those of an equal call whose result no host was sent yet. */
export async function startJobs(
  call: ToolCall,
  body: JobBodyInput,
  options: StartOptions,
): Promise<Started> {
  call.signal.throwIfAborted();
  const arrivedAt = performance.now();
  const hash = hashOfCall(call.tool, call.sentArguments);
  const answer = await readAnswer(call, options.confirm_token, hash);
  if (answer.kind === "declined") return { answer: answer.result };
  if (answer.kind === "agreed") return await startAgreed(call, body, answer.consent, options);
  return await startWithinLimits(call, body, { hash, arrivedAt }, options);
}

async function startAgreed(
  call: ToolCall,
  body: JobBodyInput,
  { key, credits }: Consent,
  { max_credits: own }: StartOptions,
): Promise<Started> {
  const ceilings = [own, credits].filter((ceiling) => ceiling != null);
  const asked = {
    ...body,
    ...(ceilings.length === 0 ? {} : { max_credits: Math.min(...ceilings) }),
    metadata: { [automatic.name]: automatic.asked },
  };
  return await submit(call, asked, key);
}

async function startWithinLimits(
  call: ToolCall,
  body: JobBodyInput,
  { hash, arrivedAt }: { hash: string; arrivedAt: number },
  { max_credits: own, again }: StartOptions,
): Promise<Started> {
  const { face } = call;
  const { spending, caller } = face;
  const { perCall } = spending.limits;
  const request = {
    ...body,
    max_credits: own === undefined ? perCall : Math.min(own, perCall),
    daily_limit: spending.dailyLimit,
    join: again === true ? false : ("until_result" as const),
    metadata: { [automatic.name]: automatic.value },
  };
  // Of two equal calls of one moment the second joins the job of the first.
  const name = again === true ? `start ${randomUUID()}` : `start ${caller} ${JSON.stringify(body)}`;
  try {
    const key = again === true ? `mcp-${randomUUID()}` : undefined;
    return await spending.inOrder(name, async () => {
      // A result that was answered while this call waited its turn is this call's, too.
      const jobs = spending.startsOf.since(name, arrivedAt);
      if (jobs !== undefined) return { jobs, joined: true };
      const started = await submit(call, request, key);
      if ("jobs" in started) spending.startsOf.note(name, started.jobs);
      return started;
    });
  } catch (error) {
    if (!isAboveLimit(error)) throw error;
    const isOwn = error.param === "max_credits" && own !== undefined && own < perCall;
    if (isOwn) throw error;
    const { signal } = call;
    const [{ credits }, limit] = await withGateway(face, signal, (client) =>
      Promise.all([client.jobs.estimate(body, { signal }), spending.left(client)]),
    );
    if (credits !== null && own !== undefined && credits > own) throw error;
    return { answer: await askPerson(call, hash, { credits, limit }) };
  }
}

const limitFields: readonly (string | null)[] = ["max_credits", "daily_limit"];

/** Tells whether the gateway refused because of a limit that was sent with the request. */
function isAboveLimit(error: unknown): error is GatewayError {
  return (
    error instanceof GatewayError &&
    error.code === "budget_exceeded" &&
    limitFields.includes(error.param)
  );
}

/** Sends the request. A host that leaves meanwhile does not stop it: its next call joins the job. */
async function submit(
  { face }: ToolCall,
  body: JobBodyInput,
  idempotencyKey: string | undefined,
): Promise<Started> {
  const { jobs, outcome } = await withGateway(face, face.closing, (client) =>
    client.jobs.submit(body, { idempotencyKey, seen: false }),
  );
  if (jobs.length === 0) throw new ToolFailure({ code: "internal", message: "No job was made." });
  return { jobs, joined: outcome !== "created" };
}
