// The documentation of the routes of models, accounts, credits and the site's history.

import type { OperationTexts } from "../operation-text.ts";

/** Models, accounts, credits, history. */
export const accountTexts: OperationTexts = {
  "GET /v1/models": {
    id: "listModels",
    description:
      "Lists the models; what each can do, and from where that is known, is under `jimeng`.",
  },
  "GET /v1/models/{id}": { id: "retrieveModel", description: "A model by its id or alias." },
  "GET /v1/credits": {
    id: "retrieveCredits",
    description: "The balances by type, with what expires and the order in which they are spent.",
    failures: ["upstream"],
  },
  "GET /v1/credits/history": {
    id: "listCreditHistory",
    description: "What came in and what was spent, the newest first.",
    failures: ["upstream"],
  },
  "POST /v1/credits/claim": {
    id: "claimCredits",
    description: "Claims today's free credits; a second claim of the day is no error.",
    bodies: { everything: {}, oneAccount: { account: "main", time_zone: "Asia/Shanghai" } },
    failures: ["upstream"],
  },
  "GET /v1/credits/ledger": {
    id: "retrieveLedger",
    description:
      "What jobs were expected to cost and cost; the present month unless a time, a job or a request is named. With group_by sums instead of jobs; with format=csv a table. `metadata.NAME=value` narrows to jobs with that fact.",
  },
  "GET /v1/audit": {
    id: "listAudit",
    description:
      "Who did what with which key, the newest first: jobs, accounts, keys, webhooks and files that were made, changed or removed, sign-ins, and what was refused (401, 402, 403, 429). `action` takes one action or, with a dot at its end, a family (`key.`). With format=jsonl every entry, one a line. The entries are never changed; they are removed after JIMENG_AUDIT_DAYS.",
  },
  "GET /v1/accounts": {
    id: "listAccounts",
    description: "Lists the accounts and their health, never their sessions.",
  },
  "POST /v1/accounts": {
    id: "storeAccount",
    description:
      "Stores an account of yours, encrypted, or renews the session of one with the same name or the same user of the site; its jobs stay its own. `session` takes the bare id, the site's cookies, or a request copied as cURL. The site is asked first whose it is, and in which region, unless `check` is false. The session never comes out again.",
    bodies: {
      pasted: { session: "sessionid=obviously-fake; sid_guard=obviously-fake" },
      named: { session: "us-obviously-fake", name: "family", check: false },
    },
    failures: ["state", "upstream"],
  },
  "DELETE /v1/accounts/{name}": {
    id: "removeAccount",
    description:
      "Removes a stored account and its session. One with unfinished jobs stays: their results are paid for.",
    failures: ["state"],
  },
  "POST /v1/accounts/reload": {
    id: "reloadAccounts",
    description:
      "Reads JIMENG_SESSIONS_FILE again, as SIGHUP does, on the node that answers: renewed sessions and new accounts count at once. An account that is gone from it is removed, or kept until its unfinished generations have ended. A file that is wrong changes nothing.",
    failures: ["state"],
  },
  "POST /v1/accounts/{name}/check": {
    id: "checkAccount",
    description: "Tells whether a session is alive, whose it is, and what it may do.",
    failures: ["upstream"],
  },
  "POST /v1/accounts/check": {
    id: "checkAccounts",
    description: "Checks many accounts, five at a time; all configured ones where none is named.",
    bodies: { all: {}, some: { accounts: ["main"] } },
    failures: ["upstream"],
  },
  "POST /v1/history/import": {
    id: "importHistory",
    description: "Makes jobs of what the account made elsewhere; nothing is started or paid.",
    bodies: { newest: {}, since: { account: "main", limit: 50, since: 1_764_403_200 } },
    failures: ["upstream"],
  },
};
