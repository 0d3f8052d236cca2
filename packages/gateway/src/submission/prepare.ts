// Checks a submission against the registry and makes every choice in it; nothing is stored and nothing is fetched.

import { JimengError, prepareRequest } from "@jimeng/sdk";
import type {
  GenerationRequest,
  MediaReference,
  Preparation,
  PrepareOptions,
  Warning,
} from "@jimeng/sdk";
import { prepareToolRequest } from "@jimeng/sdk/tools";

import { foreignAccount, unknownAccount } from "../accounts/errors.ts";
import type { Caller } from "../keys/caller.ts";
import { forbiddenModel } from "../keys/errors.ts";
import { placeReferences, unreadImage } from "./place-references.ts";
import { RequestError } from "./request-error.ts";
import type { PreparationServices } from "./services.ts";
import { splitByMaximum } from "./split.ts";
import type { SubmissionContent } from "./submission.ts";

/**
 * Checks a submission and returns what its jobs would start, in order. References that were not read yet count as
 * pictures of unknown size. Throws `RequestError` for a request that cannot be met, `not_found` for an account that
 * the caller may not name, `forbidden` for a model that its key does not allow, `invalid_request` for any account next to the caller's own session.
 */
export function prepare(
  services: PreparationServices,
  caller: Caller,
  submission: SubmissionContent,
  handles: readonly MediaReference[] = submission.references.map(() => unreadImage),
): Preparation[] {
  const options = toOptions(services, caller, submission.account);
  const parts = submission.requests.map((request) => splitByMaximum(request));
  const common = [...submission.warnings, ...parts.flatMap(({ warnings }) => warnings)];
  return parts.flatMap(({ requests }) =>
    requests.map((part) => {
      const request = placeReferences(part, submission.references, handles);
      const prepared = prepareOne(request, options);
      if (!caller.mayUseModel(prepared.request.model)) throw forbiddenModel(prepared.request.model);
      return {
        request: prepared.request,
        warnings: withoutRepetitions([...common, ...prepared.warnings]),
      };
    }),
  );
}

function toOptions(
  services: PreparationServices,
  caller: Caller,
  account: string | null,
): PrepareOptions {
  const own = caller.session();
  if (own !== null && account !== null) throw foreignAccount();
  const named = account === null ? undefined : services.accounts.get(account);
  // An account that a caller brought pays for that caller's requests only.
  if (named?.adopted === true && !caller.seesEverything) throw unknownAccount(named.name);
  if (account !== null && !caller.mayUseAccount(account)) throw unknownAccount(account);
  return {
    region: own?.region ?? named?.region,
    models: services.models.known(account ?? undefined),
    maxPromptLength: services.config.maxPromptLength,
  };
}

function prepareOne(request: GenerationRequest, options: PrepareOptions): Preparation {
  try {
    return request.tool === undefined
      ? prepareRequest(request, options)
      : prepareToolRequest(request, options);
  } catch (error) {
    throw JimengError.isInstance(error) ? new RequestError(request.kind, error) : error;
  }
}

// A repeated job brings the warnings of its first preparation with it.
function withoutRepetitions(warnings: readonly Warning[]): Warning[] {
  return [...new Map(warnings.map((warning) => [JSON.stringify(warning), warning])).values()];
}
