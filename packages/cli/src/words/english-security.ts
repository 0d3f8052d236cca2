// What `jimeng secret` says in English.

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
