// Turning wishes into stored jobs: account, check against the registry, one row a start, once a wish.

import { JimengError, prepareRequest } from "@jimeng/sdk";
import type { GenerationRequest, Preparation, PrepareOptions, Warning } from "@jimeng/sdk";
import type { FastifyReply, FastifyRequest } from "fastify";
import { v7 as uuidv7 } from "uuid";

import { foreignAccount, unknownAccount } from "../accounts/errors.ts";
import type { SubmissionFields } from "../api/generations.ts";
import type { Caller } from "../keys/caller.ts";
import type { StoredFile } from "../references/file-store.ts";
import type { SubmittedJobs, IdempotencyContext } from "../jobs/job.ts";
import { toPublicError } from "../shapes/openai/names.ts";
import type { WantedReference } from "../references/references.ts";
import type { Services } from "../http/services.ts";
import { withReferences } from "./gather-references.ts";
import { followAnswer, refuseHungUp, toIdempotencyContext } from "../http/idempotency-headers.ts";

/** One call's worth of work: several requests when one start cannot make everything. */
export interface WantedJobs {
  requests: GenerationRequest[];
  /** The account the caller named. */
  account: string | null;
  warnings: Warning[];
}

/** One call that makes jobs. */
export interface Call {
  /** The hash of what is wished for (wish-hash.ts). */
  requestHash: string;
  fields: SubmissionFields;
  wanted: readonly WantedReference[];
  /** Throws where nothing could succeed, before a reference is fetched. */
  check: () => unknown;
  toJobs: (files: StoredFile[]) => WantedJobs;
}

/** Checks an order against the registry and makes every choice in it; stores nothing. Throws as `createJobs` does. */
export function prepareSubmission(
  services: Services,
  caller: Caller,
  order: WantedJobs,
): Preparation[] {
  const own = caller.session();
  if (own !== null && order.account !== null) throw foreignAccount();
  const named = order.account === null ? undefined : services.accounts.get(order.account);
  // Whoever brought a session of their own pays for nobody else's wishes.
  if (named?.adopted === true && !caller.seesEverything) throw unknownAccount(named.name);
  const region = own?.region ?? named?.region;
  const models = services.models.known(order.account ?? undefined);
  return order.requests.map((request) => prepare(services, request, { region, models }));
}

/**
 * Makes the jobs of a call, or gives those that an earlier request of the same wish made; the engine hears what
 * becomes of the answer. Throws before anything is stored where nothing could succeed, with the public names of
 * the parameters.
 */
export async function createJobs(
  services: Services,
  request: FastifyRequest,
  reply: FastifyReply,
  call: Call,
): Promise<SubmittedJobs> {
  const { requestHash, fields, wanted } = call;
  const idempotency = toIdempotencyContext(request, reply, { requestHash, join: fields.join });
  await refuseHungUp(request);
  const mayBeKnown = idempotency.key !== null || wanted.length > 0;
  const earlier = mayBeKnown ? await services.jobs.find(idempotency) : undefined;
  if (earlier === undefined && wanted.length > 0) call.check();
  const order =
    earlier ??
    (await withReferences(services, request, reply, wanted, (files, warnings) => {
      const jobs = call.toJobs(files);
      const told = { ...jobs, warnings: [...jobs.warnings, ...warnings] };
      return store(services, request.caller, told, fields, idempotency);
    }));
  followAnswer(request, reply, order);
  return order;
}

async function store(
  services: Services,
  caller: Caller,
  jobs: WantedJobs,
  fields: SubmissionFields,
  idempotency: IdempotencyContext,
): Promise<SubmittedJobs> {
  const preparations = prepareSubmission(services, caller, jobs);
  const own = caller.session();
  const account =
    own === null ? (jobs.account ?? undefined) : (await services.accounts.adopt(own.text)).name;
  const groupId = preparations.length > 1 ? `group_${uuidv7()}` : undefined;
  try {
    for (const { request } of preparations) services.accounts.usable(request, account);
  } catch (error) {
    // What was made of the request before is its answer, whatever could be made of it now.
    const earlier = await services.jobs.find(idempotency);
    if (earlier !== undefined) return earlier;
    throw error;
  }
  const { priority, start_before: startBefore } = fields;
  return services.jobs.createOrReplay(
    preparations.map(({ request, warnings }) => ({
      request,
      warnings: [...jobs.warnings, ...warnings],
      keyId: caller.keyId,
      account,
      groupId,
      priority: priority ?? undefined,
      startBefore: startBefore == null ? undefined : services.now() + startBefore * 1000,
    })),
    idempotency,
  );
}

function prepare(
  services: Services,
  request: GenerationRequest,
  options: Pick<PrepareOptions, "region" | "models">,
) {
  try {
    return prepareRequest(request, {
      ...options,
      maxPromptLength: services.config.maxPromptLength,
    });
  } catch (error) {
    throw JimengError.isInstance(error) ? toPublicError(request.kind, error) : error;
  }
}
