// The errors of requests for which no account, or not the named one, can be used.

import { JimengError } from "@jimeng/sdk";
import type { Region } from "@jimeng/sdk";

/** The part of an account that an error message names. */
interface NamedAccount {
  name: string;
  region: Region;
}

/** Returns the error for a gateway that has no account of its own (`session_invalid`). */
export function noAccount(): JimengError {
  return new JimengError("session_invalid", "No account is configured.", {
    fix: "Run jimeng login, or set JIMENG_SESSIONS_FILE to your own sessionid, or start with the simulator.",
    charged: "no",
  });
}

/** Returns the error for a name that no account has (`not_found`, what: account). */
export function unknownAccount(name: string): JimengError {
  return new JimengError("not_found", `There is no account called ${name}.`, {
    what: "account",
    param: "account",
    fix: "Name one of the configured accounts, or leave the account out.",
    charged: "no",
  });
}

/** Returns the error for a request that does not say which of several accounts is meant (`invalid_request`). */
export function ambiguousAccount(accounts: readonly NamedAccount[]): JimengError {
  return new JimengError("invalid_request", "Several accounts are configured and none is named.", {
    param: "account",
    fix: `Name one of ${accounts.map(({ name }) => name).join(", ")}.`,
    charged: "no",
  });
}

/** Returns the error for a pass-through caller who names an account (`invalid_request`). */
export function foreignAccount(): JimengError {
  return new JimengError("invalid_request", "With pass-through the account is the caller's own.", {
    param: "account",
    fix: 'Leave "account" out.',
  });
}

/** Returns the error for a model that none of these accounts' regions offers (`model_unavailable`). */
export function modelUnavailable(model: string, accounts: readonly NamedAccount[]): JimengError {
  const regions = [...new Set(accounts.map((account) => account.region))].join(", ");
  return new JimengError(
    "model_unavailable",
    `${model} is not offered in the accounts' region (${regions}).`,
    {
      param: "model",
      fix: "Choose a model of that region (GET /v1/models), or add an account of another region.",
      charged: "no",
    },
  );
}

/** Returns the error of settings that name an account, or its session, twice. */
export function configuredTwice(name: string): JimengError {
  return new JimengError("invalid_request", `The account ${name} is configured twice.`, {
    param: "JIMENG_SESSIONS",
    fix: "Give each session once, each name once.",
  });
}
