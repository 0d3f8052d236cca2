// The lines that `serve` and `simulate` say when they are ready.

import type { Config } from "@jimeng/gateway";

/** What the banner of a gateway tells. */
export interface GatewayFacts {
  url: string;
  dataDir: string;
  mode: Config["mode"];
  /** Tells why the simulator is used. */
  isSimulationAsked: boolean;
  accounts: { name: string; region: string }[];
  /** Tells whether callers must present a key. */
  hasKeys: boolean;
  isPassthrough: boolean;
}

/** Gives the banner of a gateway: what it is first, then URL, mode, data folder, and a curl to copy. */
export function gatewayBanner(facts: GatewayFacts): string[] {
  return [
    "jimeng gateway is ready; Ctrl-C stops it, its jobs go on at the next start",
    "",
    `  URL     ${facts.url}`,
    `  mode    ${modeWords(facts)}`,
    `  data    ${facts.dataDir}`,
    "",
    curlLine(facts),
  ];
}

/** Gives the banner of a simulator that runs alone, with the settings that point a gateway at it. */
export function simulatorBanner(facts: { url: string; dataDir: string | undefined }): string[] {
  return [
    "jimeng simulator is ready; it accepts any session, Ctrl-C stops it",
    "",
    `  URL     ${facts.url}`,
    `  data    ${facts.dataDir ?? "in memory only (see --data-dir)"}`,
    "",
    `JIMENG_CN_BASE_URL=${facts.url} JIMENG_SESSIONS=made-up-session npm start`,
  ];
}

function modeWords(facts: GatewayFacts): string {
  if (facts.mode === "simulator") {
    const reason = facts.isSimulationAsked
      ? "JIMENG_SIMULATE is on"
      : "no account is configured, see JIMENG_SESSIONS_FILE";
    return `simulator (${reason}); nothing real is made or paid`;
  }
  const accounts = facts.accounts.map(({ name, region }) => `${name} (${region})`);
  const own = accounts.length === 0 ? [] : [`accounts ${accounts.join(", ")}`];
  const callers = facts.isPassthrough ? ["pass-through: every caller brings a session"] : [];
  return [...own, ...callers].join("; ");
}

function curlLine(facts: GatewayFacts): string {
  const bearer = facts.isPassthrough ? "$JIMENG_SESSION" : "$JIMENG_API_KEY";
  const needsBearer = facts.isPassthrough || facts.hasKeys;
  return [
    `curl ${facts.url}/v1/images/generations`,
    "-H 'content-type: application/json'",
    ...(needsBearer ? [`-H "authorization: Bearer ${bearer}"`] : []),
    `-d '{"model":"jimeng-4.0","prompt":"一只可爱的猫咪在花园里玩耍","ratio":"16:9","resolution":"2k"}'`,
  ].join(" ");
}
