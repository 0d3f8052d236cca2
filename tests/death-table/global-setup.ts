// Bundles the gateway process of the tests once for a vitest run: each of its many starts takes half the time then.
import { mkdtempSync, rmSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { writeBundle } from "../../scripts/command-bundle.mjs";
import { childVariable } from "../chaos/gateway-process.ts";

const here = fileURLToPath(new URL(".", import.meta.url));

export default async function setup(): Promise<() => void> {
  // Inside the repository, where what is left out of a bundle is found.
  const folder = mkdtempSync(join(here, ".bundle-"));
  await writeBundle(folder, { child: join(here, "child.ts") });
  process.env[childVariable] = join(folder, "child.js");
  return () => rmSync(folder, { recursive: true, force: true });
}
