// Puts the jimeng command and all that it imports into a few files: a start then reads forty files instead of twelve
// hundred. `npm start` makes such a bundle in a clone, and `npm run build` makes the one that is packed. Run as a
// program it makes the clone's, where the sources have changed. bin/jimeng.mjs reads this file on any Node from 18.
import {
  mkdirSync,
  readFileSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));
const command = join(root, "packages", "cli");
const currentFile = join(command, ".bundle.json");
const packages = ["sdk", "gateway", "simulator", "mcp", "cli"];
// A gateway that runs on an older one may still load parts of it.
const keptBundles = 3;

/**
 * What stays outside of a bundle: native add-ons, files found by path, what is loaded late by name, and what is no module
 * (a part of sixel makes global variables).
 */
export const unbundled = [
  "@aws-sdk/client-s3",
  "@fontsource-variable/noto-sans-sc",
  "@napi-rs/canvas",
  "@scalar/fastify-api-reference",
  "h264-mp4-encoder",
  "pg-native",
  "sharp",
  "sixel",
  "undici",
];

/** Returns the path of the clone's bundle, or undefined where there is none or something has changed since. */
export function findBundle() {
  try {
    const { folder, begunAt, manifests } = JSON.parse(readFileSync(currentFile, "utf8"));
    const file = join(command, folder, "main.js");
    const isCurrent =
      statSync(file).isFile() && newestChange() < begunAt && readManifests() === manifests;
    return isCurrent ? file : undefined;
  } catch {
    return undefined;
  }
}

/** Returns the texts of our packages' manifests: packing rewrites and restores these files, so their times say nothing. */
function readManifests() {
  return packages
    .map((name) => readFileSync(join(root, "packages", name, "package.json"), "utf8"))
    .join("\n");
}

/** Returns when anything that a bundle is made of changed last. Unlike the time of a change that copies keep, ctime never lies in the past. */
function newestChange() {
  const files = [
    fileURLToPath(import.meta.url),
    join(root, "package-lock.json"),
    join(root, "node_modules", ".package-lock.json"),
  ];
  let newest = Math.max(...files.map((file) => statSync(file).ctimeMs));
  const folders = packages.map((name) => join(root, "packages", name, "src"));
  for (const folder of folders) {
    newest = Math.max(newest, statSync(folder).ctimeMs);
    for (const entry of readdirSync(folder, { withFileTypes: true })) {
      const path = join(folder, entry.name);
      if (entry.isDirectory()) folders.push(path);
      else if (!entry.name.endsWith(".test.ts")) newest = Math.max(newest, statSync(path).ctimeMs);
    }
  }
  return newest;
}

const commandFiles = {
  main: join(command, "src", "main.ts"),
  // Started by its path, in a thread of its own.
  "media-worker": join(root, "packages", "simulator", "src", "media", "media-worker.ts"),
};

/** Gives the MCP SDK the smaller of its two validators, which only judges what persons type into forms: 50 KB less to pack. */
const withSmallValidator = {
  name: "small-validator",
  load: (id) =>
    /@modelcontextprotocol[\\/]server[\\/]dist[\\/]shimsNode\.mjs$/.test(id)
      ? `export { default as process } from "node:process";
export { CfWorkerJsonSchemaValidator as DefaultJsonSchemaValidator } from "@modelcontextprotocol/server/validators/cf-worker";`
      : undefined,
};

/**
 * Writes a bundle of the command, or of other files, into a folder. That of the command must stand beside its src.
 * Returns the folders of the npm packages that are in it.
 */
export async function writeBundle(folder, input = commandFiles) {
  const { rolldown } = await import("rolldown");
  const bundle = await rolldown({
    input,
    platform: "node",
    // "import" or "require" is added by the kind of each import: pg cannot work with the ESM form of its pool.
    resolve: { conditionNames: ["source", "node"] },
    plugins: [withSmallValidator],
    external: (id) => unbundled.some((name) => id === name || id.startsWith(`${name}/`)),
    checks: { ineffectiveDynamicImport: false, eval: false },
    logLevel: "warn",
  });
  const { output } = await bundle.write({
    dir: folder,
    format: "esm",
    comments: false,
    chunkFileNames: "[name]-[hash].js",
  });
  await bundle.close();
  for (const { fileName, type, code } of output) {
    if (type === "chunk") writeFileSync(join(folder, fileName), escapeWideCharacters(code));
  }
  return packagesIn(output);
}

/** Returns the folders of the npm packages that the chunks of a bundle are made of. */
export function packagesIn(output) {
  const modules = output.flatMap((chunk) => (chunk.type === "chunk" ? chunk.moduleIds : []));
  return new Set(modules.map(toPackageFolder).filter((path) => path !== undefined));
}

/**
 * Writes every character that is not ASCII as an escape. A program keeps its text in memory, and one such character doubles
 * the size of all of it.
 */
function escapeWideCharacters(code) {
  return code.replaceAll(
    /[\u0080-\uffff]/g,
    (character) => String.raw`\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}

/** Returns the folder of the npm package that a module belongs to; undefined for our own. */
function toPackageFolder(module) {
  return /^.*[\\/]node_modules[\\/](?:@[^\\/]+[\\/])?[^\\/]+/.exec(module.replace(/^\0/, ""))?.[0];
}

/** Makes the clone's bundle and forgets the oldest ones. */
async function makeCloneBundle() {
  const begunAt = Date.now();
  const manifests = readManifests();
  const folder = `.bundle-${begunAt}`;
  mkdirSync(join(command, folder));
  try {
    await writeBundle(join(command, folder));
  } catch (error) {
    rmSync(join(command, folder), { recursive: true, force: true });
    throw error;
  }
  writeFileSync(`${currentFile}.${process.pid}`, JSON.stringify({ folder, begunAt, manifests }));
  renameSync(`${currentFile}.${process.pid}`, currentFile);
  const bundles = readdirSync(command).filter((name) => /^\.bundle-\d+$/.test(name));
  for (const name of bundles.toSorted().slice(0, -keptBundles))
    rmSync(join(command, name), { recursive: true, force: true });
}

/** Makes the clone's bundle where the sources have changed. */
export async function updateBundle() {
  if (findBundle() !== undefined) return;
  // Without a bundle the command runs from its sources, a little slower: never a reason not to start.
  await makeCloneBundle().catch((error) => {
    if (error.code === "ERR_MODULE_NOT_FOUND") return;
    process.stderr.write(
      `jimeng: starts from the sources, as no bundle could be made: ${error.message}\n`,
    );
  });
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await updateBundle();
