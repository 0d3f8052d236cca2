// Defines what an examination finds. A finding has a code and facts; words/ has the sentences.

/** How bad a finding is. */
export type FindingStatus = "ok" | "warn" | "fail";

/** What was looked at. */
export type FindingCheck =
  | "node"
  | "settings"
  | "data_folder"
  | "secret_files"
  | "disk"
  | "gateway"
  | "port"
  | "database"
  | "proxy"
  | "hosts"
  | "clock"
  | "accounts"
  | "versions";

/** What was found, each with its facts in the order of the words. */
export type FindingCode =
  /** version */
  | "node_ok"
  /** the problem in one line */
  | "settings_wrong"
  | "settings_ok"
  /** folder */
  | "folder_ok"
  /** folder */
  | "folder_absent"
  /** folder, system code */
  | "folder_unusable"
  /** number of files */
  | "secrets_private"
  /** path, mode, the command that closes it */
  | "secrets_open"
  /** free MB */
  | "disk_ok"
  /** free MB, floor in MB */
  | "disk_low"
  | "disk_unknown"
  /** URL */
  | "gateway_runs"
  | "gateway_stopped"
  /** place */
  | "port_free"
  /** place */
  | "port_own"
  /** place */
  | "port_taken"
  /** place, system code */
  | "port_unusable"
  /** place */
  | "database_absent"
  /** place */
  | "database_sound"
  /** place, problem */
  | "database_damaged"
  /** place, problem */
  | "database_unreachable"
  /** place, number */
  | "migrations_pending"
  /** place, name of a migration */
  | "database_newer"
  | "proxy_none"
  /** host */
  | "proxy_ok"
  /** host, system code */
  | "proxy_unreachable"
  | "simulated"
  /** host, milliseconds */
  | "host_ok"
  /** host */
  | "host_unknown"
  /** host, system code */
  | "host_tls_failed"
  /** host, system code */
  | "host_unreachable"
  /** seconds */
  | "clock_right"
  /** seconds */
  | "clock_wrong"
  | "clock_unknown"
  | "accounts_none"
  | "accounts_of_callers"
  /** number of accounts */
  | "accounts_locked"
  /** account, region, credits */
  | "account_alive"
  /** account, credits */
  | "account_poor"
  /** account */
  | "account_dead"
  /** account, days */
  | "session_ends"
  /** account, error code */
  | "account_refused"
  /** account, error code */
  | "account_not_known"
  /** region */
  | "versions_accepted"
  /** region */
  | "versions_stale"
  /** region, error code */
  | "versions_not_known";

/** One thing that was found. */
export interface Finding {
  check: FindingCheck;
  status: FindingStatus;
  code: FindingCode;
  facts: readonly string[];
}

/** Makes a finding; numbers become text. */
export function found(
  check: FindingCheck,
  status: FindingStatus,
  code: FindingCode,
  ...facts: (string | number)[]
): Finding {
  return { check, status, code, facts: facts.map(String) };
}

/** Returns the code of a system or network error, looking at its causes; `unknown` where there is none. */
export function systemCodeOf(error: unknown): string {
  for (let one = error; one instanceof Error; one = one.cause) {
    if ("code" in one && typeof one.code === "string") return one.code;
  }
  return "unknown";
}
