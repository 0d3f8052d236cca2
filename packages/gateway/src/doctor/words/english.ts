// What an examination says in English: what was looked at, what was found, and what to do about it.

import type { FindingCheck, FindingCode } from "../finding.ts";

type Sentence = string | ((...facts: string[]) => string);

/** The sentences of the doctor by the code of a finding. */
export const english = {
  checks: {
    node: "Node",
    settings: "settings",
    data_folder: "data folder",
    secret_files: "secret files",
    disk: "disk",
    gateway: "gateway",
    port: "port",
    database: "database",
    proxy: "proxy",
    hosts: "hosts of the site",
    clock: "clock",
    accounts: "accounts",
    versions: "version strings",
  } satisfies Record<FindingCheck, string>,
  found: {
    node_ok: (version: string) => `version ${version}`,
    settings_ok: "they can be read",
    settings_wrong: (problem: string) => problem,
    folder_ok: (folder: string) => `${folder} can be written`,
    folder_absent: (folder: string) => `${folder} is not there yet; the first start makes it`,
    folder_unusable: (folder: string, code: string) => `${folder} cannot be used (${code})`,
    secrets_private: "only their owner can read them",
    secrets_open: (path: string, mode: string) => `others can reach ${path} (mode ${mode})`,
    disk_ok: (free: string) => `${free} MB free`,
    disk_low: (free: string, floor: string) =>
      `${free} MB free, at least ${floor} MB and room for new files are needed`,
    disk_unknown: "the file system does not say how much is free",
    gateway_runs: (url: string) => `one runs at ${url}`,
    gateway_stopped: "none runs on this data folder",
    port_free: (place: string) => `${place} is free`,
    port_own: (place: string) => `${place} is used by this data folder's gateway`,
    port_taken: (place: string) => `${place} is used by another program`,
    port_unusable: (place: string, code: string) => `cannot listen on ${place} (${code})`,
    database_absent: (place: string) => `${place} is not there yet; the first start makes it`,
    database_sound: (place: string) => `${place} is sound and up to date`,
    database_damaged: (place: string, problem: string) => `${place} is damaged: ${problem}`,
    database_unreachable: (place: string, problem: string) =>
      `${place} cannot be reached: ${problem}`,
    migrations_pending: (place: string, count: string) =>
      `${place} is older than this version: ${count} changes are made at the next start`,
    database_newer: (place: string, name: string) =>
      `${place} was used by a newer version (${name})`,
    proxy_none: "none is set",
    proxy_ok: (host: string) => `${host} answers`,
    proxy_unreachable: (host: string, code: string) => `${host} cannot be reached (${code})`,
    simulated:
      "the built-in simulator stands in for the site: no host, session or clock was checked",
    host_ok: (host: string, milliseconds: string) => `${host} answers within ${milliseconds} ms`,
    host_unknown: (host: string) => `the name ${host} is not found`,
    host_tls_failed: (host: string, code: string) =>
      `the certificate of ${host} is refused (${code})`,
    host_unreachable: (host: string, code: string) => `${host} cannot be reached (${code})`,
    clock_right: (seconds: string) => `off by ${seconds} s`,
    clock_wrong: (seconds: string) => `off by ${seconds} s from the site's`,
    clock_unknown: "no host told the time",
    accounts_none: "none is configured",
    accounts_locked: (count: string) =>
      `${count} stored accounts cannot be read with this secret key`,
    accounts_of_callers: "callers bring their own sessions",
    account_alive: (account: string, region: string, amount: string) =>
      `${account} (${region}): the session is alive, credits: ${amount}`,
    account_poor: (account: string, amount: string) =>
      `${account}: the session is alive, few credits are left: ${amount}`,
    account_dead: (account: string) => `${account}: the site refuses the session`,
    session_ends: (account: string, days: string) =>
      `${account}: the session ends in less than ${days} days or has ended`,
    account_refused: (account: string, code: string) =>
      `${account}: the site's risk control refuses it (${code})`,
    account_not_known: (account: string, code: string) =>
      `${account}: could not be checked (${code})`,
    versions_accepted: (region: string) => `the site (${region}) takes ours`,
    versions_stale: (region: string) => `stale: the site (${region}) refuses ours with 3018`,
    versions_not_known: (region: string, code: string) =>
      `${region}: could not be checked (${code})`,
  } satisfies Record<FindingCode, Sentence>,
  fixes: {
    settings_wrong: "Correct the setting that the line names.",
    folder_unusable: "Choose another folder with JIMENG_DATA_DIR, or make this one yours.",
    secrets_open: (_path: string, _mode: string, command: string) => `Run: ${command}`,
    disk_low: "Free space on this disk, or lower JIMENG_MIN_FREE_MB.",
    port_taken: "Stop the program that uses it, or set PORT to another port.",
    port_unusable: "Set HOST to an address of this machine and PORT to one above 1023.",
    database_damaged:
      "Stop the gateway, keep a copy of the folder, and restore a backup: `jimeng restore`.",
    database_unreachable: "Check that PostgreSQL runs and that DATABASE_URL is right.",
    migrations_pending: "Make a backup before the next start: `jimeng backup`.",
    database_newer: "Install that version again, or restore a backup made with this one.",
    proxy_unreachable: "Check HTTPS_PROXY, and that the proxy runs.",
    host_unknown: "Check this machine's DNS, or set HTTPS_PROXY where the network needs a proxy.",
    host_tls_failed:
      "Something between here and the site answers in its place: check the proxy and the clock.",
    host_unreachable: "Check the network, the firewall and HTTPS_PROXY.",
    clock_wrong: "Set this machine's clock by NTP: signed uploads need it right to five minutes.",
    clock_unknown: "Check the hosts first.",
    accounts_none:
      "Run jimeng login, or set JIMENG_SESSIONS_FILE; without accounts only the simulator works.",
    accounts_locked:
      "Set the JIMENG_SECRET_KEY that was in force, or store them again: `jimeng login`.",
    account_poor: "See `jimeng credits`; claim the daily ones or buy some on the site.",
    account_dead: "Sign in on the site again and replace the session.",
    session_ends: "Sign in on the site again and replace the session.",
    account_refused:
      "Look at the account on the site, send less through it, and wait; do not retry at once.",
    account_not_known: "Check the hosts, then try again.",
    versions_stale: "Update this software, or raise VERSION_CODE, WEB_VERSION and DA_VERSION.",
    versions_not_known: "Check the hosts, then try again.",
  } satisfies Partial<Record<FindingCode, Sentence>>,
};
