// How every example finds the account: JIMENG_SESSION, and the hosts where the environment names others.
import { fileURLToPath } from "node:url";
import { Jimeng, parseSession } from "@jimeng/sdk";
import { readEnvironment } from "@jimeng/sdk/environment";

/** Opens one's own account; a `us-`, `hk-`, `jp-` or `sg-` in front of the session names the site. */
export function openAccount(): Jimeng {
  const session = process.env.JIMENG_SESSION;
  if (session === undefined) throw new Error("Put your sessionid cookie into JIMENG_SESSION.");
  const { region } = parseSession(session);
  return new Jimeng({ ...readEnvironment(process.env, region), session });
}

/** Gives the path of a file that the examples use as a reference. */
export function material(name: string): string {
  return fileURLToPath(new URL(`material/${name}`, import.meta.url));
}
