// Puts the account's own result that a tool works on into a request, and ties the request to that account.

import { JimengError } from "@jimeng/sdk";

import type { Accounts } from "../accounts/accounts.ts";
import type { ExpectedError } from "../errors.ts";
import type { Asset, OwnProduct } from "../jobs/job.ts";
import type { Caller } from "../keys/caller.ts";
import { atPlace, unusable } from "../references/errors.ts";
import { requireResult } from "./require-owned.ts";
import type { LookupServices } from "./services.ts";
import type { ProductReference, SubmissionContent } from "./submission.ts";

/** What a product is looked up with. */
export interface ProductServices extends LookupServices {
  accounts: Pick<Accounts, "get">;
}

/**
 * Returns the submission with the site's ids of its product, to be run by the account that made it. Throws before
 * anything is stored: `reference_unusable` for a result that the caller does not have or the site cannot find, and
 * `invalid_request` where another account is named.
 */
export async function withProduct<Content extends SubmissionContent>(
  services: ProductServices,
  caller: Caller,
  submission: Content,
): Promise<Content> {
  const { product: reference, account } = submission;
  if (reference === undefined) return submission;
  const { product, account: owner } = await requireProduct(services, caller, reference);
  if (account !== null && account !== owner) throw otherAccount(owner);
  const [first, ...others] = submission.requests.map((request) => ({ ...request, product }));
  // A caller's own session is that account: the result would not be the caller's otherwise.
  const pinned = caller.session() === null ? owner : account;
  return { ...submission, requests: [first, ...others], account: pinned };
}

async function requireProduct(
  services: ProductServices,
  caller: Caller,
  { source, param }: ProductReference,
): Promise<OwnProduct> {
  let asset: Asset;
  try {
    asset = await requireResult(services, caller, source);
  } catch (error) {
    if (!JimengError.isInstance(error) || error.code !== "not_found") throw error;
    throw atPlace(unusable("not_found", error.message, error), param, 0);
  }
  if (!asset.contentType.startsWith("image/")) {
    const message = `The result is ${asset.contentType}, not a picture.`;
    throw atPlace(unusable("wrong_kind", message), param, 0);
  }
  const found = await services.jobs.product(asset.id);
  if (found === undefined) throw unknownProduct(param);
  if (services.accounts.get(found.account) === undefined) throw goneAccount(found.account, param);
  return found;
}

const otherPictures = "For another picture use POST /v1/images/upscale.";

function unknownProduct(param: string): ExpectedError {
  return new JimengError("invalid_request", "The site's ids of this result are not known.", {
    param,
    charged: "no",
    fix: `Name another result of the account. ${otherPictures}`,
  });
}

function goneAccount(account: string, param: string): ExpectedError {
  const message = `The account ${account}, which made this result, is not configured any more.`;
  return new JimengError("invalid_request", message, {
    param,
    charged: "no",
    fix: `Configure the account again: detail fix works on its own pictures only. ${otherPictures}`,
  });
}

function otherAccount(owner: string): ExpectedError {
  return new JimengError("invalid_request", `The result was made by the account ${owner}.`, {
    param: "account",
    charged: "no",
    fix: `Leave the account out, or name ${owner}: detail fix works on the account's own pictures only.`,
  });
}
