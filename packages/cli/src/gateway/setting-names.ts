// Finds misspelt settings among the variables of the environment, since a misspelt setting has no effect.

import type { Environment } from "../context.ts";
import { nearest } from "../nearest.ts";
import type { Text, Words } from "../words/words.ts";

// Read by the command itself, not by the gateway.
const commandSettings = ["JIMENG_URL", "JIMENG_API_KEY"];

/** Returns one line for every JIMENG_ variable that is not a setting, with the nearest name of a setting. */
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
