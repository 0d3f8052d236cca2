// Builds the studio into packages/studio/dist, its files compressed. `npm start` does so where the sources
// have changed; a build that fails leaves the last one in its place and stops nothing.
import {
  existsSync,
  readFileSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";
import { brotliCompressSync, constants } from "node:zlib";
import { packagesIn } from "./command-bundle.mjs";

const root = fileURLToPath(new URL("..", import.meta.url));
const studio = join(root, "packages", "studio");
const built = join(studio, "dist");
const markFile = "built.json";
const roomsFile = "rooms.json";
// Below this a compressed file fits into the same packet as the plain one.
const leastBytes = 1024;

/** Tells whether what is built is what the sources say. */
export function isStudioCurrent() {
  try {
    const { begunAt } = JSON.parse(readFileSync(join(built, markFile), "utf8"));
    return existsSync(join(built, "index.html")) && newestChange() < begunAt;
  } catch {
    return false;
  }
}

/** Returns when anything that the studio is made of changed last; ctime, which no copy sets back. */
function newestChange() {
  const files = [
    fileURLToPath(import.meta.url),
    join(studio, "index.html"),
    join(studio, "vite.config.mjs"),
    join(root, "node_modules", ".package-lock.json"),
  ];
  let newest = Math.max(...files.map((file) => statSync(file).ctimeMs));
  const folders = [join(studio, "src"), join(root, "packages", "gateway", "src", "api")];
  for (const folder of folders) {
    newest = Math.max(newest, statSync(folder).ctimeMs);
    for (const entry of readdirSync(folder, { withFileTypes: true })) {
      const path = join(folder, entry.name);
      if (entry.isDirectory()) folders.push(path);
      else if (!entry.name.includes(".test.")) newest = Math.max(newest, statSync(path).ctimeMs);
    }
  }
  return newest;
}

/**
 * Builds the studio into a folder. Returns the folders of the npm packages that are in it. Throws what Vite throws.
 */
export async function buildStudio(folder = built) {
  const begunAt = Date.now();
  const { build } = await import("vite");
  const outDir = `${folder}.${process.pid}`;
  // Also where a test has it built: what libraries check in development is never served.
  const environment = process.env.NODE_ENV;
  process.env.NODE_ENV = "production";
  try {
    const { output } = await build({
      root: studio,
      configFile: join(studio, "vite.config.mjs"),
      logLevel: "error",
      build: { outDir, emptyOutDir: true },
    });
    writeFileSync(join(outDir, roomsFile), JSON.stringify(filesOfRooms(output)));
    compressFiles(join(outDir, "studio"));
    writeFileSync(join(outDir, markFile), JSON.stringify({ begunAt }));
    rmSync(folder, { recursive: true, force: true });
    renameSync(outDir, folder);
    return packagesIn(output);
  } finally {
    if (environment === undefined) delete process.env.NODE_ENV;
    else process.env.NODE_ENV = environment;
    rmSync(outDir, { recursive: true, force: true });
  }
}

/**
 * Returns the scripts and styles that each room's page needs, those of every page first, by the room's name. The gateway
 * names them in the header of the page: otherwise a browser learns of them one after the other.
 */
function filesOfRooms(output) {
  const chunks = new Map(output.map((file) => [file.fileName, file]));
  const withImports = (name, found = new Set()) => {
    if (found.has(name)) return found;
    found.add(name);
    for (const each of chunks.get(name)?.imports ?? []) withImports(each, found);
    return found;
  };
  const entry = output.find(({ isEntry }) => isEntry);
  const rooms = output.filter(({ isDynamicEntry, name }) => isDynamicEntry && /-room$/.test(name));
  return Object.fromEntries(
    [entry, ...rooms].map((room) => {
      const scripts = [...withImports(room.fileName, withImports(entry.fileName))];
      const styles = scripts.flatMap((each) => [...chunks.get(each).viteMetadata.importedCss]);
      const name = room === entry ? "create" : room.name.replace(/-room$/, "");
      return [name, [...scripts, ...styles].map((each) => basename(each))];
    }),
  );
}

/** Compresses files in place: the gateway makes the other forms of them when it first sends one. */
function compressFiles(folder) {
  for (const name of readdirSync(folder)) {
    const file = join(folder, name);
    const bytes = readFileSync(file);
    if (bytes.length < leastBytes) continue;
    const params = { [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length };
    writeFileSync(`${file}.br`, brotliCompressSync(bytes, { params }));
    rmSync(file);
  }
}

/** Builds the studio where its sources have changed. Without a build the gateway serves a plain page. */
export async function updateStudio() {
  if (isStudioCurrent()) return;
  try {
    await buildStudio();
  } catch (error) {
    const reason = String(error.message).split("\n")[0];
    process.stderr.write(`jimeng: starts without a new build of the studio: ${reason}\n`);
  }
}
