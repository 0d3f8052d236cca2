// Writes the software bill of materials (CycloneDX) of what the published packages install: `npm sbom` lists the whole
// workspace, and the lockfile says which of it they reach. `node scripts/sbom.mjs` prints it.
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { delimiter, join, posix } from "node:path";
import { fileURLToPath } from "node:url";
import { root } from "./steps.mjs";

/** The folders of the packages that are published. */
export const publishedFolders = [
  "packages/sdk",
  "packages/simulator",
  "packages/gateway",
  "packages/mcp",
  "packages/ai-sdk-provider",
  "packages/cli",
];

const largestAnswer = 64 * 1024 * 1024;
const uuidParts = [8, 12, 16, 20, 32];

/** Returns the bill of materials; the same lockfile gives the same text. */
export function makeSbom() {
  const lockText = readFileSync(join(root, "package-lock.json"), "utf8");
  const { packages } = JSON.parse(lockText);
  const reached = namesOf(packages, reach(packages));
  const sbom = JSON.parse(runNpm(["sbom", "--sbom-format=cyclonedx", "--package-lock-only"]));
  const components = sbom.components.filter((component) => reached.has(component["bom-ref"]));
  const references = new Set(components.map((component) => component["bom-ref"]));
  const { metadata } = sbom;
  delete metadata.timestamp;
  metadata.component.name = packages[""].name;
  return {
    ...sbom,
    serialNumber: serialOf(lockText),
    metadata,
    components,
    dependencies: sbom.dependencies
      .filter(({ ref }) => references.has(ref))
      .map(({ ref, dependsOn = [] }) => ({
        ref,
        dependsOn: dependsOn.filter((each) => references.has(each)),
      })),
  };
}

/** Writes the bill of materials into a file. */
export function writeSbom(file) {
  writeFileSync(file, `${JSON.stringify(makeSbom(), undefined, 2)}\n`);
}

/** Returns the names with their versions, as npm writes them, of places in the lockfile. */
function namesOf(packages, places) {
  return new Set(
    [...places].map((path) => {
      const { name = path.replace(/^.*node_modules\//, ""), version } = packages[path];
      return `${name}@${version}`;
    }),
  );
}

/** Returns the places in the lockfile that the published packages reach without their development dependencies. */
function reach(packages) {
  const reached = new Set();
  const open = [...publishedFolders];
  for (let path = open.pop(); path !== undefined; path = open.pop()) {
    const entry = packages[path];
    if (entry === undefined || reached.has(path)) continue;
    reached.add(path);
    if (entry.link === true) {
      open.push(entry.resolved);
      continue;
    }
    const { dependencies, optionalDependencies, peerDependencies, peerDependenciesMeta } = entry;
    const peers = Object.keys(peerDependencies ?? {}).filter(
      (name) => peerDependenciesMeta?.[name]?.optional !== true,
    );
    const names = [dependencies, optionalDependencies].flatMap((each) => Object.keys(each ?? {}));
    for (const name of [...names, ...peers]) {
      const found = resolve(packages, path, name);
      if (found !== undefined) open.push(found);
    }
  }
  return reached;
}

/** Finds a package as Node does: in the nearest node_modules folder above. */
function resolve(packages, from, name) {
  for (let folder = from; ; folder = posix.dirname(folder)) {
    const isTop = folder === "." || folder === "";
    const path = isTop ? `node_modules/${name}` : `${folder}/node_modules/${name}`;
    if (packages[path] !== undefined) return path;
    if (isTop) return undefined;
  }
}

function serialOf(text) {
  const hash = createHash("sha256").update(text).digest("hex");
  const parts = uuidParts.map((end, at) => hash.slice(uuidParts[at - 1] ?? 0, end));
  return `urn:uuid:${parts.join("-")}`;
}

function runNpm(words) {
  return execFileSync("npm", words, {
    cwd: root,
    encoding: "utf8",
    maxBuffer: largestAnswer,
    shell: process.platform === "win32",
    env: {
      ...process.env,
      PATH: `${join(root, "node_modules", ".bin")}${delimiter}${process.env.PATH ?? ""}`,
    },
  });
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  process.stdout.write(`${JSON.stringify(makeSbom(), undefined, 2)}\n`);
}
