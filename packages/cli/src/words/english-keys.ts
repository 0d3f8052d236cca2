// What `jimeng keys` and `jimeng credits ledger` say in English.

/** The sentences about keys. */
export const englishKeys = {
  none: "no keys",
  name: "name",
  id: "id",
  key: "key",
  scopes: "scopes",
  state: "state",
  models: "models",
  accounts: "accounts",
  expires: "expires",
  requestsPerMinute: "requests a minute",
  parallelJobs: "jobs that have not ended",
  bytes: "bytes",
  files: "files",
  dailyCredits: "credits today (UTC)",
  monthlyCredits: "credits this month (UTC)",
  responseFormat: "response format",
  metadata: "metadata",
  inForce: "in force",
  disabled: "disabled",
  ofSetting: "from JIMENG_API_KEYS",
  until: (time: string) => `until ${time}`,
  revoked: (time: string) => `revoked ${time}`,
  wasRevoked: (name: string) => `${name}: revoked`,
  shownOnce: (name: string) => `${name}: this key is shown once; keep it like a password`,
  unknown: (which: string) => `there is no key called ${which}`,
  known: (names: string) => (names === "" ? "there are no keys yet" : `keys: ${names}`),
  pair: "must be name=value",
};

/** The help about keys. */
export const englishKeysHelp = {
  description: "make, list, show, change, rotate or revoke gateway keys",
  list: "list the keys, those of JIMENG_API_KEYS first",
  revoked: "revoked ones, too",
  create: "make a key and print it, this once",
  newName: "what the key is called",
  show: "show what a key may do and has used",
  whichOrOwn: "its name or id (default: the key of this command)",
  which: "its name or id",
  edit: "change what a key may do; none takes a limit away",
  disable: "refuse the key until it is allowed again",
  enable: "allow a disabled key again",
  rotate: "give a key a new text and print it, this once",
  keepOld: "seconds for which the old text stays good (default: none)",
  revoke: "end keys for good; their jobs stay",
  scopes: "read, generate, account, admin; comma separated (default: read,generate)",
  models: "only these models, comma separated",
  accounts: "only these accounts, comma separated",
  expires: "when it ends, e.g. 2026-12-31",
  requestsPerMinute: "requests a minute, at most",
  parallelJobs: "jobs that have not ended, at most",
  maxBytes: "bytes of its files and results, at most",
  maxFiles: "files and results, at most",
  dailyCredits: "credits a day (UTC), at most",
  monthlyCredits: "credits a month (UTC), at most",
  softLimit: "percentage of a budget from which on jobs warn (default: 80)",
  responseFormat: "how pictures are answered when a request names no form",
  metadata: "a fact of your own; may be given several times",
};

/** The sentences about the ledger. */
export const englishLedger = {
  jobs: "jobs",
  reserved: "reserved",
  charged: "charged",
  refunded: "refunded",
  net: "net",
  total: "total",
  groups: { key: "key", model: "model", account: "account", kind: "kind", day: "day" },
  owner: "(owner)",
  group: "must be one or two of key, model, account, kind, day",
};

/** The help about the ledger. */
export const englishLedgerHelp = {
  description: "tell what jobs cost, added up",
  groupBy: "by one or two of key, model, account, kind, day, comma separated",
  from: "made on this date or later (default: this month)",
  to: "made before this date",
  key: "only jobs of this key's id",
  csv: "print every job, or the sums with --group-by, as CSV",
};
