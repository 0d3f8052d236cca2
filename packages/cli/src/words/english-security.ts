// What `jimeng secret` and `jimeng audit` say in English.

/** The sentences about the secret key. */
export const englishSecret = {
  renewed: (count: number) => `${count} records are encrypted anew`,
  current: (count: number) => `${count} records were under the current key already`,
  interrupted: "an earlier run was cut off; this one completed it",
  newFile: (file: string) => `the new key is in ${file}, the old one is removed`,
  newSetting: "everything is under JIMENG_SECRET_KEY: JIMENG_PREVIOUS_SECRET_KEY can be removed",
  consequences:
    "signed addresses of files from earlier answers and the signatures of webhook_url have another key now: GET answers carry new ones",
  unreadable: (count: number) =>
    `${count} records open under no known key; they were left as they are`,
} as const;

/** The help about the secret key. */
export const englishSecretHelp = {
  description: "replace the secret that encrypts sessions, proxies and webhook secrets",
  rotate: "encrypt everything anew: under a new key of the data folder, or under JIMENG_SECRET_KEY",
  notes: `
Without JIMENG_SECRET_KEY: stop the gateway, then run it; it refuses while one uses the data folder. With JIMENG_SECRET_KEY:
set the new key there and the old one as JIMENG_PREVIOUS_SECRET_KEY, start every node again, then run it with both.
A run that was cut off loses nothing and can be repeated: until it is complete both keys open what is stored.`,
} as const;

/** The sentences about the audit log. */
export const englishAudit = {
  none: "no entries",
  time: "time",
  action: "action",
  outcome: "outcome",
  key: "key",
  subjects: "subjects",
  address: "address",
  user: "user",
  owner: "owner",
  nobody: "nobody",
  outcomes: { done: "done", refused: "refused", failed: "failed" },
  withStatus: (outcome: string, status: string) => `${outcome} (${status})`,
  leftOut: (count: number) => `${count} refusals were left out: there were too many`,
  more: "there is more: --limit, or --jsonl for every entry",
} as const;

/** The help about the audit log. */
export const englishAuditHelp = {
  description: "tell who did what with which key, the newest first",
  action: "only this action (key.create), or a family of them (key.)",
  outcome: "only done, refused or failed",
  key: "only of the key with this id",
  from: "from this day or Unix time on",
  to: "until this day or Unix time",
  limit: "entries at most (1 to 1000)",
  jsonl: "print every entry as JSONL, the oldest first, for an archive",
} as const;
