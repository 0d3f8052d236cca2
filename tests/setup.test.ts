// `npm start` and `npm test` install once, whoever installed before, and say in one line when the Node is too old.
// A stand-in for npm writes down how it is called.
import { spawnSync } from "node:child_process";
import {
  chmodSync,
  closeSync,
  cpSync,
  existsSync,
  mkdirSync,
  openSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { root, scratchFolder } from "./e2e/processes.ts";

type Packages = Record<string, Record<string, unknown>>;

const runOnlyWords = "--omit=dev --workspace=jimeng --include-workspace-root";
const quietly = "--no-audit --no-fund --loglevel=error";
const here = { os: process.platform, cpu: process.arch };

const forRunning: Packages = {
  "node_modules/jimeng": { resolved: "packages/cli", link: true },
  "packages/cli": { engines: { node: ">=18.0" }, dependencies: { canvas: "1.0.0" } },
  "node_modules/canvas": {
    version: "1.0.0",
    integrity: "sha512-canvas",
    optionalDependencies: { "canvas-here": "1.0.0", "canvas-there": "1.0.0" },
  },
  "node_modules/canvas-here": { version: "1.0.0", integrity: "sha512-here", ...here },
};
const forTests: Packages = {
  "node_modules/vitest": { version: "5.0.0", integrity: "sha512-vitest", dev: true },
};
const elsewhere: Packages = {
  "node_modules/canvas-there": { version: "1.0.0", integrity: "sha512-there", os: ["plan9"] },
};

let scratch: ReturnType<typeof scratchFolder>;
beforeEach(() => {
  scratch = scratchFolder();
  cpSync(join(root, "scripts"), join(scratch.path, "scripts"), { recursive: true });
  lock();
});
afterEach(() => scratch.remove());

/** Writes a file of the scratch clone. */
function write(name: string, text: string): string {
  const file = join(scratch.path, name);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
  return file;
}

/** Locks the packages above; a change replaces whole entries. */
function lock(change: Packages = {}, ownNode: Record<string, string> = {}): void {
  const project = { devDependencies: { vitest: "5.0.0" }, optionalDependencies: ownNode };
  const packages = { "": project, ...forRunning, ...forTests, ...elsewhere, ...change };
  write("package-lock.json", JSON.stringify({ packages }));
}

/** Leaves behind what npm leaves when it has installed these packages. */
function leaveInstalled(...parts: Packages[]): void {
  const packages = Object.assign({}, ...parts) as Packages;
  write("node_modules/.package-lock.json", JSON.stringify({ packages }));
}

/** Runs the set-up and tells how npm was called. */
function setUp(words: string[] = [], folder = scratch.path, npmDoes = "") {
  const log = join(scratch.path, "npm.log");
  rmSync(log, { force: true });
  const npm = write("bin/npm", `#!/bin/sh\necho "$@" >> "${log}"\n${npmDoes}\n`);
  chmodSync(npm, 0o755);
  const { status, stderr } = spawnSync(
    process.execPath,
    [join(folder, "scripts/setup.mjs"), ...words],
    { encoding: "utf8", env: { ...process.env, PATH: `${dirname(npm)}:${process.env["PATH"]}` } },
  );
  const calls = existsSync(log) ? readFileSync(log, "utf8").trim().split("\n") : [];
  return { status, stderr, calls };
}

describe("a clean clone", () => {
  test("gets what the command needs before npm start", () => {
    expect(setUp(["--run-only"])).toMatchObject({
      status: 0,
      calls: [`ci ${quietly} ${runOnlyWords}`],
    });
  });

  test("gets everything before npm test", () => {
    expect(setUp()).toMatchObject({ status: 0, calls: [`ci ${quietly}`] });
  });

  test("shows that it is alive while npm says nothing: the packages that are there already", () => {
    const shown = join(scratch.path, "stderr");
    // The stand-in installs one package, and ends when its progress was shown.
    const npm = write(
      "bin/npm",
      `#!/bin/sh
      cd "${scratch.path}" && mkdir -p node_modules/canvas && echo '{}' > node_modules/canvas/package.json
      for attempt in $(seq 500); do grep -q "s, 1 of 2 packages" "${shown}" && exit 0; sleep 0.02; done\nexit 1\n`,
    );
    chmodSync(npm, 0o755);
    const stderr = openSync(shown, "w");
    const { status } = spawnSync(
      process.execPath,
      [join(scratch.path, "scripts/setup.mjs"), "--run-only", "--progress-ms=20"],
      {
        stdio: ["ignore", "ignore", stderr],
        env: { ...process.env, PATH: `${dirname(npm)}:${process.env["PATH"]}` },
        timeout: 20_000,
      },
    );
    closeSync(stderr);
    expect(status).toBe(0);
    expect(readFileSync(shown, "utf8")).toMatch(
      /^jimeng: installing dependencies .*\njimeng: still installing, \d+ s, [01] of 2 packages are there\n/,
    );
  });

  test("is told in one line when there is no npm", () => {
    const { status, stderr } = spawnSync(
      process.execPath,
      [join(scratch.path, "scripts/setup.mjs")],
      { encoding: "utf8", env: { PATH: join(scratch.path, "empty") } },
    );
    expect(status).toBe(1);
    expect(stderr).toContain("npm ci failed");
    expect(stderr).not.toContain("    at ");
  });

  test("is told in one line when npm fails", () => {
    const { status, stderr } = setUp([], scratch.path, "exit 7");
    expect(status).toBe(7);
    expect(stderr.trim().split("\n")).toHaveLength(2);
    expect(stderr).toContain("npm ci failed");
  });
});

describe("after an installation by npm itself", () => {
  test("nothing is installed again in this very clone", () => {
    for (const words of [[], ["--run-only"]]) {
      expect(setUp(words, root, "exit 1")).toEqual({ status: 0, stderr: "", calls: [] });
    }
  });

  test("nothing is installed again before npm start and npm test", () => {
    leaveInstalled(forRunning, forTests);
    for (const words of [[], ["--run-only"]]) {
      expect(setUp(words)).toEqual({ status: 0, stderr: "", calls: [] });
    }
  });

  test("npm start is content with what the command needs, and npm test adds the rest in place", () => {
    leaveInstalled(forRunning);
    expect(setUp(["--run-only"]).calls).toEqual([]);
    expect(setUp().calls).toEqual([`install --no-save ${quietly}`]);
  });

  test("a changed version is installed in place, and npm start takes nothing from the tests", () => {
    const canvas = forRunning["node_modules/canvas"];
    lock({ "node_modules/canvas": { ...canvas, version: "1.0.1", integrity: "sha512-newer" } });
    leaveInstalled(forRunning, forTests);
    expect(setUp(["--run-only"]).calls).toEqual([`install --no-save ${quietly}`]);
    leaveInstalled(forRunning);
    expect(setUp(["--run-only"]).calls).toEqual([`install --no-save ${quietly} ${runOnlyWords}`]);
  });

  test("a binary that this platform needs is installed, e.g. in a folder copied from another machine", () => {
    const { "node_modules/canvas-here": _, ...rest } = forRunning;
    leaveInstalled(rest, forTests, elsewhere);
    expect(setUp(["--run-only"]).calls).toEqual([`install --no-save ${quietly}`]);
  });
});

describe("the Node", () => {
  const tooOld = { "packages/cli": { ...forRunning["packages/cli"], engines: { node: ">=99.1" } } };
  const bin = { node: "bin/node" };
  const nodeHere = { "node_modules/node-here": { version: "99.2.0", bin, ...here } };
  const nodeThere = { "node_modules/node-here": { version: "99.2.0", os: "plan9", cpu: "mips" } };
  const ownNode = { "node-here": "99.2.0" };

  test("is asked for in one line where it is too old and npm has none for the platform", () => {
    lock({ ...tooOld, ...nodeThere }, ownNode);
    const { status, stderr, calls } = setUp();
    expect({ status, calls }).toEqual({ status: 1, calls: [] });
    expect(stderr).toMatch(/^jimeng: Node 99\.1 or newer is needed.*Install Node 24.*\n$/);
  });

  /** What npm does when it installs a Node that is this program, with the link that npm 11 makes or without. */
  const leave = (program: string, withLink: boolean) => `
    cd "${scratch.path}" && mkdir -p node_modules/.bin node_modules/node-here/bin
    printf '#!/bin/sh\\n${program}\\n' > node_modules/node-here/bin/node
    chmod +x node_modules/node-here/bin/node
    ${withLink ? "ln -sf ../node-here/bin/node node_modules/.bin/node" : ""}`;
  const link = () => join(scratch.path, "node_modules/.bin/node");

  test.each([true, false])(
    "is installed from npm first, so that npm runs on it when it installs the rest (linked: %s)",
    (withLink) => {
      lock({ ...tooOld, ...nodeHere }, ownNode);
      expect(setUp([], scratch.path, leave("true", withLink))).toMatchObject({
        status: 0,
        calls: [`ci ${quietly} ${runOnlyWords}`, `ci ${quietly}`],
      });
      expect(spawnSync(link()).status).toBe(0);
    },
  );

  test("from npm is linked after an installation by an npm that did not", () => {
    lock({ ...tooOld, ...nodeHere }, ownNode);
    setUp(["--run-only"], scratch.path, leave("true", false));
    rmSync(link());
    leaveInstalled(forRunning, nodeHere);
    expect(setUp(["--run-only"])).toMatchObject({ status: 0, calls: [] });
    expect(spawnSync(link()).status).toBe(0);
  });

  test("from npm leaves the path of scripts where it does not run", () => {
    lock({ ...tooOld, ...nodeHere }, ownNode);
    const { status, stderr } = setUp(["--run-only"], scratch.path, leave("false", true));
    expect(status).toBe(1);
    expect(stderr).toMatch(/Install Node 24.*\n$/);
    expect(existsSync(link())).toBe(false);
  });
});
