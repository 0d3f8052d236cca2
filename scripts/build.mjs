// `npm run build`: ESM and declarations of every package into its dist, in the order of their imports; the command is
// one bundle of all that it imports, with the studio beside it. Words name single packages, built with those that they import. It builds the entry
// points in tsconfig.build.json and what they import, so no tests and no fakes.
import { copyFileSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { writeBundle } from "./command-bundle.mjs";
import { writeNotices } from "./notices.mjs";
import { writeSbom } from "./sbom.mjs";
import { root, run } from "./steps.mjs";
import { buildStudio } from "./studio-build.mjs";

const packages = ["sdk", "simulator", "gateway", "ai-sdk-provider", "mcp", "cli"];
const asked = process.argv.slice(2);
const wanted = withNeeded(asked.length > 0 ? asked : packages);

for (const name of packages) {
  if (!wanted.has(name)) continue;
  const folder = join(root, "packages", name);
  const dist = join(folder, "dist");
  // What an earlier build left behind would be packed as well.
  rmSync(dist, { recursive: true, force: true });
  const isBundled = name === "cli";
  const emitted = isBundled ? ["--emitDeclarationOnly"] : [];
  const words = ["-p", join(folder, "tsconfig.build.json"), ...emitted];
  const status = run(`build ${name}`, "tsc", words);
  if (status !== 0) process.exit(status);
  if (isBundled) {
    const packed = [...(await writeBundle(dist)), ...(await buildStudio(join(dist, "studio")))];
    writeNotices(join(dist, "NOTICES.txt"), new Set(packed));
    writeSbom(join(dist, "sbom.cdx.json"));
  }
  nameBuiltFiles(dist);
  copyFileSync(join(root, "LICENSE"), join(dist, "LICENSE"));
}

/** tsc leaves specifiers that end in .ts in declarations, which not every reader allows: says .js there, too. */
function nameBuiltFiles(dist) {
  for (const entry of readdirSync(dist, { recursive: true, withFileTypes: true })) {
    if (!entry.name.endsWith(".d.ts")) continue;
    const file = join(entry.parentPath, entry.name);
    const text = readFileSync(file, "utf8");
    writeFileSync(file, text.replaceAll(/(["'])(\.{1,2}\/[^"'\n]*)\.ts\1/g, "$1$2.js$1"));
  }
}

/** Adds the packages of this repository that packages need. */
function withNeeded(names) {
  const all = new Set(names);
  for (const name of all) {
    const file = join(root, "packages", name, "package.json");
    const { dependencies = {} } = JSON.parse(readFileSync(file, "utf8"));
    for (const needed of packages) if (`@jimeng/${needed}` in dependencies) all.add(needed);
  }
  return all;
}
