// Makes the package.json that is packed: without the "source" condition of its exports, which names files that only a
// clone has. The command's names what its bundle does not contain, since the bundle holds the rest. npm runs it in a
// package's folder: `write` before packing and `restore` after it.
import { existsSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { unbundled } from "./command-bundle.mjs";

const development = "package.json.development";

/** Replaces a folder's package.json by the one to pack, and keeps the original beside it. */
export function writePackedManifest(folder) {
  const file = join(folder, "package.json");
  const kept = join(folder, development);
  if (!existsSync(kept)) {
    const original = readFileSync(file, "utf8");
    renameSync(file, kept);
    writeFileSync(file, toPacked(original));
    return;
  }
  // A pack that was interrupted left both files behind. An edit made since then must not be lost.
  if (existsSync(file) && readFileSync(file, "utf8") !== toPacked(readFileSync(kept, "utf8"))) {
    throw new Error(
      `${file} was edited after an interrupted pack. Merge ${development} into it and delete that file.`,
    );
  }
  writeFileSync(file, toPacked(readFileSync(kept, "utf8")));
}

/** Puts the package.json of the clone back. */
export function restoreManifest(folder) {
  const kept = join(folder, development);
  if (existsSync(kept)) renameSync(kept, join(folder, "package.json"));
}

/** Returns the text of the package.json to pack for that of the clone. */
function toPacked(original) {
  const manifest = JSON.parse(original);
  for (const entry of Object.values(manifest.exports ?? {})) {
    if (typeof entry === "object") delete entry.source;
  }
  if (manifest.name === "jimeng")
    manifest.dependencies = dependenciesOfBundle(manifest.dependencies);
  return `${JSON.stringify(manifest, null, 2)}\n`;
}

/** Returns the packages that the command's bundle leaves out, in the versions that the command and our packages name. */
function dependenciesOfBundle(own) {
  const versions = { ...own };
  for (const name of ["gateway", "simulator"]) {
    const file = fileURLToPath(new URL(`../packages/${name}/package.json`, import.meta.url));
    Object.assign(versions, JSON.parse(readFileSync(file, "utf8")).dependencies);
  }
  const names = unbundled.filter((name) => versions[name] !== undefined);
  return Object.fromEntries(names.map((name) => [name, versions[name]]));
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const actions = { write: writePackedManifest, restore: restoreManifest };
  const action = actions[process.argv[2]];
  if (action === undefined) throw new Error("usage: packed-manifest.mjs write|restore");
  action(process.cwd());
}
