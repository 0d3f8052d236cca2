// Builds the lines that `serve` and `simulate` print when they are ready.

import type { Config } from "@jimeng/gateway";

import type { Words } from "../words/words.ts";
import { padText } from "./text-width.ts";

const nameWidth = 8;

/** The facts in the banner of a gateway. */
export interface GatewayFacts {
  url: string;
  dataDir: string;
  mode: Config["mode"];
  /** True when JIMENG_SIMULATE asks for the simulator. */
  isSimulationAsked: boolean;
  accounts: { name: string; region: string }[];
  /** True when callers must present a key. */
  hasKeys: boolean;
  isPassthrough: boolean;
}

/** Returns the banner of a gateway: what it is first, then URL, mode, data folder, and a curl to copy. */
export function gatewayBanner(facts: GatewayFacts, words: Words): string[] {
  const { banner } = words;
  const rows: [string, string][] = [
    [banner.url, facts.url],
    [banner.mode, modeWords(facts, words)],
    [banner.data, facts.dataDir],
  ];
  return [banner.gatewayReady, "", ...layOut(rows), "", curlLine(facts)];
}

/** Returns the banner of a simulator that runs alone, with the settings that point a gateway at it. */
export function simulatorBanner(
  facts: { url: string; dataDir: string | undefined },
  { banner }: Words,
): string[] {
  const rows: [string, string][] = [
    [banner.url, facts.url],
    [banner.data, facts.dataDir ?? banner.inMemory],
  ];
  const settings = `JIMENG_CN_BASE_URL=${facts.url} JIMENG_SESSIONS=made-up-session npm start`;
  return [banner.simulatorReady, "", ...layOut(rows), "", settings];
}

function layOut(rows: readonly [string, string][]): string[] {
  return rows.map(([name, value]) => `  ${padText(name, nameWidth)}${value}`);
}

function modeWords(facts: GatewayFacts, { banner }: Words): string {
  if (facts.mode === "simulator") {
    return facts.isSimulationAsked ? banner.simulateAsked : banner.simulateNoAccount;
  }
  const accounts = facts.accounts.map(({ name, region }) => `${name} (${region})`);
  const own = accounts.length === 0 ? [] : [banner.accounts(accounts.join(", "))];
  const callers = facts.isPassthrough ? [banner.passThrough] : [];
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
