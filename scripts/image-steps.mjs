// Runs the steps of deploy/Dockerfile in clean folders, on a machine without a Docker engine, and measures the layers of
// the image by tar and gzip. The base image is not measured, and the steps run on this machine instead of in it.
//
//   node scripts/image-steps.mjs [--keep <folder>]    prints the layers; keeps the image's files where asked
import { execFileSync, spawnSync } from "node:child_process";
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { root } from "./steps.mjs";

const largestOutput = 1024 ** 3;
const bytesPerMegabyte = 1e6;

/** The simulator's fonts, which the limit of the image leaves out. */
const fonts = "node_modules/@fontsource-variable";

/** Returns the stages of a Dockerfile: each with its name, its base and its steps. */
export function parseDockerfile(text) {
  const lines = text
    .replaceAll(/^#.*\n/gm, "")
    .replaceAll(/\\\n\s*/g, "")
    .split("\n")
    .filter((line) => line.trim() !== "");
  const stages = [];
  for (const line of lines) {
    const [, instruction, words] = /^(\w+)\s+(.*)$/.exec(line);
    if (instruction === "FROM") {
      const [, base, name = String(stages.length)] = /^(?:--\S+\s+)*(\S+)(?:\s+AS\s+(\S+))?$/.exec(
        words,
      );
      stages.push({ name, base, steps: [] });
    } else stages.at(-1).steps.push({ instruction, words });
  }
  return stages;
}

/** Runs all steps below a folder. Returns the folder of the last stage and its layers, each with its compressed bytes. */
function runSteps(stages, scratch) {
  const folders = new Map();
  let layers = [];
  for (const [index, stage] of stages.entries()) {
    const folder = join(scratch, `stage-${index}`);
    mkdirSync(folder, { recursive: true });
    if (folders.has(stage.base)) cpSync(folders.get(stage.base), folder, { recursive: true });
    stage.place = stages.find(({ name }) => name === stage.base)?.place;
    folders.set(stage.name, folder);
    layers = stage.steps.flatMap((step) => runStep(step, { stage, folder, folders, scratch }));
  }
  return { image: folders.get(stages.at(-1).name), layers };
}

function runStep({ instruction, words }, { stage, folder, folders, scratch }) {
  if (instruction === "WORKDIR") stage.place = words;
  const place = join(folder, stage.place ?? "/");
  mkdirSync(place, { recursive: true });
  if (instruction === "RUN") {
    // The base's own users and folders are not here.
    if (/ --owner=/.test(words)) return [];
    const { status } = spawnSync("sh", ["-c", words], {
      cwd: place,
      stdio: ["ignore", 2, 2],
    });
    if (status !== 0) throw new Error(`RUN ${words} ended with ${status}`);
    return [];
  }
  if (instruction !== "COPY") return [];
  const parts = words.split(" ");
  const from = parts.find((part) => part.startsWith("--from="))?.slice("--from=".length);
  const paths = parts.filter((part) => !part.startsWith("--"));
  const target = paths.pop();
  const layer = join(scratch, "layer");
  rmSync(layer, { recursive: true, force: true });
  for (const path of paths) {
    const source = from === undefined ? fromContext(path, scratch) : join(folders.get(from), path);
    const isFolder = statSync(source).isDirectory();
    const into = isFolder || !target.endsWith("/") ? target : join(target, path.split("/").at(-1));
    for (const copy of [join(layer, "app", into), join(place, into)]) {
      mkdirSync(dirname(copy), { recursive: true });
      cpSync(source, copy, { recursive: true });
    }
  }
  return [{ step: `COPY ${words}`, ...measure(layer) }];
}

/** Returns a copy of a path with the files that git knows, which is what Dockerfile.dockerignore leaves. */
function fromContext(path, scratch) {
  const files = execFileSync("git", ["ls-files", "-z", "--", path], {
    cwd: root,
    encoding: "utf8",
  });
  for (const file of files.split("\0").filter((name) => name !== "")) {
    const copy = join(scratch, "context", file);
    mkdirSync(dirname(copy), { recursive: true });
    cpSync(join(root, file), copy);
  }
  return join(scratch, "context", path);
}

/** Returns the bytes of a layer as a registry keeps it: one tar, gzipped; the fonts apart. */
function measure(layer) {
  const pack = (excluded) => {
    const words = excluded === undefined ? [] : [`--exclude=./app/${excluded}`];
    const tar = execFileSync("tar", ["-c", ...words, "-C", layer, "."], {
      maxBuffer: largestOutput,
    });
    return gzipSync(tar).byteLength;
  };
  const bytes = pack();
  return { bytes, withoutFonts: pack(fonts) };
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const kept = process.argv[2] === "--keep" ? process.argv[3] : undefined;
  const scratch = mkdtempSync(join(tmpdir(), "jimeng-image-"));
  try {
    const stages = parseDockerfile(readFileSync(join(root, "deploy/Dockerfile"), "utf8"));
    const { image, layers } = runSteps(stages, scratch);
    const show = (bytes) => `${(bytes / bytesPerMegabyte).toFixed(1)} MB`;
    for (const { step, bytes } of layers) console.log(`${show(bytes).padStart(9)}  ${step}`);
    const sum = (name) => layers.reduce((total, layer) => total + layer[name], 0);
    console.log(`${show(sum("bytes")).padStart(9)}  all layers above the base`);
    console.log(`${show(sum("withoutFonts")).padStart(9)}  without the simulator's fonts`);
    if (kept !== undefined) renameSync(image, kept);
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}
