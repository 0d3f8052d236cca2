// The bundle that `npm start` makes of the command: used only while it is what the sources say, never a reason not to start.
import { execFile } from "node:child_process";
import {
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  symlinkSync,
  unlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { afterEach, beforeEach, expect, test } from "vitest";
import { root } from "./e2e/processes.ts";

const execute = promisify(execFile);
let clone: string;

beforeEach(() => {
  clone = mkdtempSync(join(tmpdir(), "jimeng-bundle-"));
  for (const name of ["sdk", "gateway", "simulator", "mcp", "cli"]) {
    write(`packages/${name}/package.json`, '{"type": "module"}');
    write(`packages/${name}/src/index.ts`, "export {};");
  }
  write("packages/simulator/src/media/media-worker.ts", "export {};");
  write("packages/cli/src/words.ts", 'export const words: string = "first";');
  write(
    "packages/cli/src/main.ts",
    `import { words } from "./words.ts";
     export function main(): number { console.log(words, import.meta.url.includes("/.bundle-")); return 0; }`,
  );
  write("package-lock.json", "{}");
  for (const file of ["scripts/command-bundle.mjs", "packages/cli/bin/jimeng.mjs"]) {
    mkdirSync(dirname(join(clone, file)), { recursive: true });
    copyFileSync(join(root, file), join(clone, file));
  }
  mkdirSync(join(clone, "node_modules"));
  write("node_modules/.package-lock.json", "{}");
  for (const name of ["rolldown", "@rolldown", "@oxc-project"])
    symlinkSync(join(root, "node_modules", name), join(clone, "node_modules", name));
});
afterEach(() => rmSync(clone, { recursive: true }));

function write(file: string, text: string): void {
  mkdirSync(dirname(join(clone, file)), { recursive: true });
  writeFileSync(join(clone, file), text);
}

const make = () => execute(process.execPath, [join(clone, "scripts/command-bundle.mjs")]);

/** Runs the command. Gives the word that it has been told to say, and where from. */
async function run(): Promise<string> {
  const { stdout } = await execute(process.execPath, [join(clone, "packages/cli/bin/jimeng.mjs")]);
  return stdout.trim();
}

const bundles = () =>
  readdirSync(join(clone, "packages/cli")).filter((name) => name.startsWith(".bundle-"));

test("a fresh clone runs from its sources, and from the bundle once there is one", async () => {
  expect(await run()).toBe("first false");
  await make();
  expect(await run()).toBe("first true");
  await make();
  expect(bundles()).toHaveLength(1);
});

test("an edit, a new file and a deleted one count at once, without a new bundle", async () => {
  write("packages/gateway/src/deep/old.ts", "export {};");
  write("packages/sdk/src/new.test.ts", "export {};");
  await make();
  write("packages/cli/src/words.ts", 'export const words: string = "second";');
  expect(await run()).toBe("second false");
  await make();
  expect(await run()).toBe("second true");
  write("packages/sdk/src/new.ts", "export {};");
  expect(await run()).toBe("second false");
  await make();
  unlinkSync(join(clone, "packages/gateway/src/deep/old.ts"));
  expect(await run()).toBe("second false");
  await make();
  expect(await run()).toBe("second true");
  write("packages/sdk/src/new.test.ts", "// edited");
  expect(await run()).toBe("second true");
  write("packages/sdk/package.json", '{"type": "module", "name": "x"}');
  expect(await run()).toBe("second false");
  // Packing rewrites manifests and restores them.
  write("packages/sdk/package.json", '{"type": "module"}');
  expect(await run()).toBe("second true");
  write("package-lock.json", '{"changed": true}');
  expect(await run()).toBe("second false");
});

test("bundles of a running gateway stay for a while, older ones go", async () => {
  for (const word of ["a", "b", "c", "d", "e"]) {
    write("packages/cli/src/words.ts", `export const words: string = "${word}";`);
    await make();
  }
  expect(bundles()).toHaveLength(3);
  expect(await run()).toBe("e true");
});

test("a bundle that cannot be made is a line, and the start goes on from the sources", async () => {
  write("packages/sdk/src/unfinished.ts", "export {};");
  write("packages/simulator/src/media/media-worker.ts", "export const = ;");
  const { stderr } = await make();
  expect(stderr).toContain("starts from the sources");
  expect(bundles()).toEqual([]);
  expect(await run()).toBe("first false");
});

test("where the bundler is not installed nothing is said", async () => {
  unlinkSync(join(clone, "node_modules/rolldown"));
  expect(await make()).toMatchObject({ stdout: "", stderr: "" });
  expect(await run()).toBe("first false");
});
