// Owns turning wishes into stored jobs: account, check against the registry, one row a start.
// Refuses to know OpenAI's shapes and how the answer looks.

import { JimengError, prepareRequest } from "@jimeng/sdk";
import type { GenerationRequest, Preparation, PrepareOptions, Warning } from "@jimeng/sdk";
import { v7 as uuidv7 } from "uuid";

import { foreignAccount } from "../account-errors.ts";
import type { Caller } from "../auth.ts";
import type { Job } from "../jobs/job.ts";
import { toPublicError } from "../openai-names.ts";
import type { Services } from "../services.ts";

/** Is one call's worth of work: several requests when one start cannot make everything. */
export interface Order {
  requests: GenerationRequest[];
  /** Is the account the caller named. */
  account: string | null;
  warnings: Warning[];
}

/** Checks an order against the registry and makes every choice in it; stores nothing. Throws as `createJobs` does. */
export function prepareOrder(services: Services, caller: Caller, order: Order): Preparation[] {
  const own = caller.session();
  if (own !== null && order.account !== null) throw foreignAccount();
  const named = order.account === null ? undefined : services.accounts.get(order.account);
  const region = own?.region ?? named?.region;
  const models = services.models.known(order.account ?? undefined);
  return order.requests.map((request) => prepare(services, request, { region, models }));
}

/**
 * Checks an order and stores its jobs, tied by a group id when there are several. Throws before anything
 * is stored where nothing could succeed, with the public names of the parameters.
 */
export async function createJobs(
  services: Services,
  caller: Caller,
  order: Order,
): Promise<[Job, ...Job[]]> {
  const own = caller.session();
  const preparations = prepareOrder(services, caller, order);
  const account =
    own === null ? (order.account ?? undefined) : (await services.accounts.adopt(own.text)).name;
  for (const { request } of preparations) services.accounts.usable(request, account);
  const groupId = preparations.length > 1 ? `group_${uuidv7()}` : undefined;
  const [first, ...others] = await services.jobs.create(
    preparations.map(({ request, warnings }) => ({
      request,
      warnings: [...order.warnings, ...warnings],
      keyId: caller.keyId,
      account,
      groupId,
    })),
  );
  if (first === undefined) throw new JimengError("internal", "No job was stored.");
  return [first, ...others];
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
