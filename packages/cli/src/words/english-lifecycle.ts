// What `jimeng gc` and `jimeng export` say in English.

/** The sentences of `gc`. */
export const englishGc = {
  what: "what",
  files: "files",
  size: "size",
  expired: "in the trash for 30 days: deleted",
  aged: "too old: moved into the trash",
  excess: "the oldest of too much: deleted",
  onlyTold: "nothing was removed: --yes removes it",
};

/** The sentences of `export`. */
export const englishExport = {
  progress: (files: number) => `${files} results exported`,
  done: (jobs: number, files: number, size: string) => `${jobs} jobs, ${files} results, ${size}`,
  missing: (ids: string) => `the gateway does not have the files of ${ids}`,
  missingFix: "Everything else is exported; `jimeng jobs recheck` may fetch them from the site.",
};

/** The help of `gc`. */
export const englishGcHelp = {
  description: "tell which results retention would remove now, and remove them",
  days: "results older than so many days go into the trash (default: JIMENG_RETENTION_DAYS)",
  gigabytes:
    "the oldest results are deleted while all are larger than so many GB (default: JIMENG_RETENTION_GB)",
  yes: "remove them; without it they are only listed",
  notes: `
The gateway does the same every hour with the limits of its settings. Starred results and those of unfinished jobs stay.`,
};

/** The help of `export`. */
export const englishExportHelp = {
  description: "write your own data into a folder or a tar file",
  to: "a folder, or a new file ending in .tar; a later run into the same folder goes on",
  noFiles: "leave the pictures and videos out",
  notes: `
jobs.jsonl has every job with its prompt and cost, assets/ every result with a .json of what it was made from, ledger.csv
what each job cost. With a gateway key these are the key's own; the owner exports everything. What is in the trash is left out.`,
};
