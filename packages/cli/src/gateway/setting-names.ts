// The names of settings: a variable that looks like one and is none is told, since a misspelt setting does nothing.

import type { Environment } from "../context.ts";
import { nearest } from "../nearest.ts";
import type { Text, Words } from "../words/words.ts";

// Read by the command itself, not by the gateway.
const commandSettings = ["JIMENG_URL", "JIMENG_API_KEY"];

/** Lists one line for every JIMENG_ variable that is no setting, with the nearest name that is one. */
export async function misspeltSettings(environment: Environment): Promise<Text[]> {
  const { settings } = await import("@jimeng/gateway");
  const known = [...settings.map(({ name }) => name), ...commandSettings];
  return Object.entries(environment)
    .filter(([name, value]) => /^JIMENG_/i.test(name) && value !== undefined && value !== "")
    .filter(([name]) => !known.includes(name))
    .map(([name]) => {
      const meant = nearest(name.toUpperCase(), known);
      return ({ gateway }: Words) => gateway.noSetting(name, meant);
    });
}
