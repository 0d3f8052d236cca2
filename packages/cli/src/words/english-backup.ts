// What `jimeng backup` and `jimeng restore` say in English.

/** The sentences of `backup` and `restore`. */
export const englishBackup = {
  progress: (files: number) => `${files} files copied`,
  copied: (folder: string, bytes: number, linked: number, copied: number) =>
    `copied ${folder}: database ${bytes} bytes, ${linked} files linked, ${copied} copied`,
  postgres: "the PostgreSQL of DATABASE_URL",
  restored: (from: string, files: number, withAssets: boolean) =>
    `restored ${from} with ${files} files${withAssets ? "" : "; it was made without results (--with-assets)"}`,
  restoredRows: (rows: number) => `${rows} rows are in the PostgreSQL of DATABASE_URL`,
  missing: (count: number, some: string) =>
    `the storage does not have ${count} of the files whole: ${some}`,
  missingFix:
    "Everything else is in the backup; `jimeng jobs recheck` may fetch results from the site.",
  missingSince: (count: number) =>
    `${count} files were missing or damaged when the backup was made: missing_files in its backup.json`,
};

/** The help of `backup`. */
export const englishBackupHelp = {
  description:
    "copy database, files and secret key, of both modes, while gateways work or not; also PostgreSQL and S3",
  to: "a new folder; or a new file ending in .db for the database alone",
  withAssets: "copy results too, by hard links where the disk is the same",
  withoutFiles: "leave references out, too: the storage of ASSETS_URL has copies of its own",
  restore: `
To restore: jimeng restore --from <folder>, or start a gateway on the copy: jimeng serve --data-dir <folder>
The copy holds the secret key of the data folder where there is one: keep it as you keep a password.
Exit code 1 when files are missing or damaged in the storage; everything else is copied then.`,
};

/** The help of `restore`. */
export const englishRestoreHelp = {
  description: "bring a backup back to where the settings say: data folder, PostgreSQL, S3",
  from: "a folder that jimeng backup made",
  withoutFiles: "leave the files out: the storage of ASSETS_URL still has them",
  notes: `
The data folder must be empty or not there yet, and a PostgreSQL (DATABASE_URL) empty with all nodes stopped. The backup
stays as it is. What is damaged or was interrupted is refused, and nothing is left behind.`,
};
