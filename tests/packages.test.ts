// What is published works: packed, installed apart from this repository, on every runtime promised.
import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import {
  appendFileSync,
  copyFileSync,
  cpSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  statSync,
  symlinkSync,
  unlinkSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join, posix, resolve } from "node:path";
import { promisify } from "node:util";
import { gzipSync } from "node:zlib";
import { createSimulator } from "@jimeng/simulator";
import { publint } from "publint";
import { type Plugin, rolldown } from "rolldown";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { unbundled } from "../scripts/command-bundle.mjs";
import { decodePicture } from "./e2e/media.ts";
import { root, until } from "./e2e/processes.ts";
import { tellNotRun } from "./not-run.ts";
import { type PackedWorkspace, packWorkspace, publishedPackages, runTool } from "./packed.ts";
import { findRuntimes } from "./runtimes/runtimes.ts";

const execute = promisify(execFile);
// Ends a build that hangs. How long one takes is the machine's: it shares two cores with three other files.
const buildLimitMs = 300_000;
let packed: PackedWorkspace;

interface PackedManifest {
  exports: Record<string, string | Record<string, string>>;
  scripts: Record<string, string>;
}

beforeAll(async () => {
  packed = await packWorkspace();
}, buildLimitMs);

afterAll(() => packed?.remove());

describe.each(publishedPackages)("the packed %s", (name) => {
  test("is what publint expects of a package", async () => {
    const { messages } = await publint({
      pkgDir: join(root, "packages", name),
      pack: false,
      strict: true,
    });
    expect(messages).toEqual([]);
  });

  test("holds no test, no stand-in and no source", async () => {
    const files = (await runTool("tar", ["-tzf", packed.tarball(name)])).trim().split("\n");
    expect(files.length).toBeGreaterThan(5);
    const strangers = /\.test\.|\/(__fixtures__|src|testing)\//;
    expect(files.filter((file) => strangers.test(file))).toEqual([]);
    expect(files.filter((file) => /\.ts$/.test(file) && !/\.d\.ts$/.test(file))).toEqual([]);
  });
});

describe("the exports of a packed package", () => {
  test.each(publishedPackages)("name only files that %s packs", async (name) => {
    const files = (await runTool("tar", ["-tzf", packed.tarball(name)])).trim().split("\n");
    const text = await runTool("tar", ["-xzOf", packed.tarball(name), "package/package.json"]);
    const manifest = JSON.parse(text) as PackedManifest;
    const targets = Object.values(manifest.exports).flatMap((entry) =>
      typeof entry === "string" ? [entry] : Object.values(entry),
    );
    expect(targets.length).toBeGreaterThan(2);
    expect(targets.filter((target) => !files.includes(posix.join("package", target)))).toEqual([]);
    // npm writes this package.json before it packs, and restores the original after.
    expect(manifest.scripts["prepack"]).toMatch(/packed-manifest\.mjs write$/);
    expect(manifest.scripts["postpack"]).toMatch(/packed-manifest\.mjs restore$/);
  });
});

describe("the package.json of a package in the clone", () => {
  let folder: string;
  const file = () => join(folder, "package.json");
  const pack = (word: string) =>
    execute(process.execPath, [join(root, "scripts/packed-manifest.mjs"), word], { cwd: folder });

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "jimeng-manifest-"));
    copyFileSync(join(root, "packages/sdk/package.json"), file());
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  test("returns to what it was, also after an interrupted pack", async () => {
    const original = readFileSync(file(), "utf8");
    expect(original).toContain('"source"');
    await pack("write");
    await pack("write");
    expect(readFileSync(file(), "utf8")).not.toContain('"source"');
    await pack("restore");
    expect(readFileSync(file(), "utf8")).toBe(original);
    expect(readdirSync(folder)).toEqual(["package.json"]);
  });

  test("keeps an edit that was made after an interrupted pack", async () => {
    await pack("write");
    appendFileSync(file(), "\n");
    const edited = readFileSync(file(), "utf8");
    await expect(pack("write")).rejects.toThrow("was edited after an interrupted pack");
    expect(readFileSync(file(), "utf8")).toBe(edited);
  });
});

describe("the packed sdk", () => {
  test("has types that every ESM resolution finds (attw)", async () => {
    const output = await runTool("attw", [
      packed.tarball("sdk"),
      "--profile",
      "esm-only",
      "--format",
      "ascii",
      "--no-color",
      "--no-emoji",
    ]);
    // attw ends with a code of its own when a resolution fails, which runTool throws.
    for (const subpath of ["", "/compat", "/environment"])
      expect(output).toContain(`"@jimeng/sdk${subpath}"`);
  });

  for (const { name, binary, words } of findRuntimes()) {
    const title = `uploads, makes pictures and refuses nonsense on ${name}`;
    if (binary === undefined) tellNotRun(title, `npm has no ${name} for this platform`);
    test.runIf(binary !== undefined)(title, async () => {
      const simulator = await createSimulator({
        media: "blank",
        timing: { imageMs: 200, visibleAfterMs: 0 },
      });
      try {
        const file = join(packed.folder, "smoke.mjs");
        copyFileSync(join(root, "tests/runtimes/smoke.mjs"), file);
        const picture = join(root, "examples/material/garden.png");
        const { stdout } = await execute(binary ?? "", [...words, file, simulator.url, picture], {
          cwd: packed.folder,
          env: { ...process.env, DENO_DIR: packed.folder, DENO_NO_UPDATE_CHECK: "1" },
        });
        expect(JSON.parse(stdout)).toEqual({
          reference: [480, 360],
          images: 2,
          isPicture: true,
          credits: true,
          refusal: "invalid_request",
        });
      } finally {
        await simulator.close();
      }
    });
  }
});

describe("the packed provider for the AI SDK", () => {
  /** Measured 11,803 bytes, with all of the gateway's client. */
  const limitBytes = 20_000;

  test("has types that every ESM resolution finds (attw)", async () => {
    const words = ["--profile", "esm-only", "--format", "ascii", "--no-color", "--no-emoji"];
    const output = await runTool("attw", [packed.tarball("ai-sdk-provider"), ...words]);
    expect(output).toContain('"@jimeng/ai-sdk-provider"');
  });

  test("needs @ai-sdk/provider and the gateway's client, and nothing else", () => {
    const text = readFileSync(join(root, "packages/ai-sdk-provider/package.json"), "utf8");
    const { dependencies } = JSON.parse(text) as { dependencies: Record<string, string> };
    expect(Object.keys(dependencies)).toEqual(["@ai-sdk/provider", "@jimeng/gateway"]);
  });

  test("is below 20,000 bytes gzipped with all that it imports of this repository, zod not counted", async () => {
    const bundle = await rolldown({
      input: join(root, "packages/ai-sdk-provider/dist/index.js"),
      external: ["zod", "@ai-sdk/provider"],
      platform: "neutral",
    });
    const { output } = await bundle.generate({ format: "esm", minify: true, codeSplitting: false });
    expect(gzipSync(output[0].code, { level: 9 }).byteLength).toBeLessThan(limitBytes);
  });
});

describe("the packed command", () => {
  const jimeng = async (...words: string[]): Promise<string> => {
    const command = join(packed.folder, "node_modules/.bin/jimeng");
    const env = { ...process.env, JIMENG_DATA_DIR: join(packed.folder, "data") };
    const { stdout } = await execute(process.execPath, [command, ...words], {
      cwd: packed.folder,
      env,
    });
    return stdout;
  };

  test("tells its version", async () => {
    expect((await jimeng("--version")).trim()).toMatch(/^\d+\.\d+\.\d+$/);
  });

  test("makes a picture with the built-in simulator", async () => {
    const stdout = await jimeng("image", "一只猫", "--ratio", "16:9");
    const file = /^.*\.png$/m.exec(stdout)?.[0] ?? "no picture";
    const bytes = readFileSync(resolve(packed.folder, file));
    expect(await decodePicture(bytes)).toEqual({ width: 2560, height: 1440 });
  });
});

describe("the packed command as one file to run", () => {
  /** What a download costs; the packages that the bundle leaves out come on top. Measured 1,430,643 bytes. */
  const limitBytes = 1_600_000;
  /** What the studio, whose files are compressed already, may add. */
  const studioBytes = 200_000;

  test("is small, and needs only what no bundle can hold", async () => {
    const studio = join(packed.folder, "node_modules/jimeng/dist/studio/studio");
    const sizes = readdirSync(studio).map((name) => statSync(join(studio, name)).size);
    const ofStudio = sizes.reduce((sum, size) => sum + size, 0);
    expect(ofStudio).toBeGreaterThan(10_000);
    expect(ofStudio).toBeLessThan(studioBytes);
    expect(statSync(packed.tarball("cli")).size - ofStudio).toBeLessThan(limitBytes);
    const text = await runTool("tar", ["-xzOf", packed.tarball("cli"), "package/package.json"]);
    const { dependencies } = JSON.parse(text) as { dependencies: Record<string, string> };
    expect(Object.keys(dependencies).filter((name) => !unbundled.includes(name))).toEqual([]);
    for (const name of ["sharp", "sixel", "undici"]) expect(dependencies).toHaveProperty(name);
    for (const version of Object.values(dependencies)) expect(version).toMatch(/^\d+\.\d+\.\d+$/);
  });

  test("serves from an empty folder, and leaves nothing there", async () => {
    const folder = mkdtempSync(join(tmpdir(), "jimeng-empty-"));
    const command = join(packed.folder, "node_modules/.bin/jimeng");
    const server = spawn(process.execPath, [command, "serve", "--port", "0"], {
      cwd: folder,
      env: { PATH: process.env["PATH"], JIMENG_DATA_DIR: join(packed.folder, "served") },
      stdio: ["ignore", "pipe", "inherit"],
    });
    try {
      let told = "";
      server.stdout.setEncoding("utf8").on("data", (text: string) => (told += text));
      const url = await until("the gateway's address", () => /http:[^\s"]+/.exec(told)?.[0]);
      expect((await fetch(`${url}/readyz`)).status).toBe(200);
      const page = await fetch(url ?? "", { headers: { accept: "text/html" } });
      expect(await page.text()).toMatch(/<script[^>]+src="\.\/studio\//);
      expect(readdirSync(folder)).toEqual([]);
    } finally {
      server.kill("SIGTERM");
      await once(server, "exit");
      rmSync(folder, { recursive: true });
    }
  });
});

describe("the packed command where the canvas has no binary", () => {
  const link = () => join(packed.folder, "node_modules/@napi-rs/canvas");
  const original = join(root, "node_modules/@napi-rs/canvas");

  beforeAll(() => {
    unlinkSync(link());
    // Without the packages of binaries beside it, as npm leaves it where none fits.
    cpSync(original, link(), { recursive: true });
  });
  afterAll(() => {
    rmSync(link(), { recursive: true });
    symlinkSync(original, link(), "junction");
  });

  test("says so in one line and makes blank pictures and videos", async () => {
    for (const words of [
      ["image", "一只猫", "--ratio", "16:9"],
      ["video", "海浪", "--seconds", "5"],
    ]) {
      const command = join(packed.folder, "node_modules/.bin/jimeng");
      const { stdout, stderr } = await execute(process.execPath, [command, ...words], {
        cwd: packed.folder,
        env: { ...process.env, JIMENG_DATA_DIR: join(packed.folder, "blank") },
      });
      expect(stderr.split("\n").filter((line) => line.includes("canvas"))).toEqual([
        `warning: the simulator's pictures and videos are blank: @napi-rs/canvas has no binary for ${process.platform} ${process.arch}`,
      ]);
      expect(stdout).toMatch(/\.(png|mp4)$/m);
    }
  });
});

describe("the sdk in a bundle: minified ESM of everything '.' exports, gzipped, zod not counted", () => {
  /** What every program loads; measured 24,809 bytes. */
  const startLimitBytes = 25_000;
  /** That and what comes with the first start, upload, credits call, list or live model list, and the tools; measured 47,213. */
  const wholeLimitBytes = 47_500;

  async function gzippedBytes(loadedLater: Plugin[]): Promise<number> {
    const bundle = await rolldown({
      input: join(root, "packages/sdk/dist/index.js"),
      external: [/^node:/, "zod"],
      platform: "neutral",
      plugins: loadedLater,
    });
    const { output } = await bundle.generate({ format: "esm", minify: true, codeSplitting: false });
    expect(output).toHaveLength(1);
    return gzipSync(output[0].code, { level: 9 }).byteLength;
  }

  test("is below 25,000 bytes without the parts that are imported when they are first used", async () => {
    const later: Plugin = {
      name: "imported-when-used",
      resolveDynamicImport: (id) =>
        typeof id === "string" && id.startsWith(".") ? { id, external: true } : null,
    };
    expect(await gzippedBytes([later])).toBeLessThan(startLimitBytes);
  });

  test("is below 47,500 bytes with all of them in one file", async () => {
    expect(await gzippedBytes([])).toBeLessThan(wholeLimitBytes);
  });
});
