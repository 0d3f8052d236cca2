// Checks the folders inside each package: which one may import which, the public files of the job engine, circles of
// files, and how many files a folder holds.
import { posix } from "node:path";
import { describe, expect, test } from "vitest";
import { importsOf, isTestCode, readFiles } from "./source-tree.ts";
import type { SourceFile } from "./source-tree.ts";

/** Floors of a package's top folders and files; what is not listed stands on floor 0. */
type Floors = Readonly<Record<string, number>>;

// A folder imports only lower floors, or its own; types count. The folders are explained in ARCHITECTURE.md, "Rooms".
const packages: Readonly<Record<string, Floors>> = {
  "packages/gateway/src": {
    "index.ts": 10,
    "gateway.ts": 9,
    // It names the files of http/, and the composition root warns of open ones.
    doctor: 8.5,
    http: 8,
    webhooks: 7,
    shapes: 6,
    batches: 5.5,
    submission: 5,
    jobs: 4,
    // It copies what the rooms below it keep.
    backup: 3.5,
    tasks: 3,
    keys: 3,
    library: 3,
    references: 3,
    accounts: 3,
    events: 2,
    telemetry: 2,
    storage: 2,
    database: 1,
    config: 1,
    // Above api/, whose codes it throws, and below everything that throws.
    "errors.ts": 0.5,
    // It reads and writes its file with private-files.ts.
    encryption: 0.7,
    api: 0,
  },
  "packages/sdk/src": {
    "index.ts": 8,
    "registry.ts": 8,
    "tools.ts": 8,
    environment: 7,
    "client.ts": 6,
    generations: 5,
    account: 4,
    uploads: 4,
    wire: 3,
    prepare: 2,
    models: 1,
  },
  "packages/cli/src": {
    "main.ts": 8,
    "program.ts": 7,
    commands: 6,
    export: 5.5,
    generation: 5,
    gateway: 4,
    "context.ts": 3,
    terminal: 2,
    "errors.ts": 1,
    "usage-errors.ts": 1,
    "system-errors.ts": 1,
    "make-folder.ts": 1,
    "help.ts": 1,
    words: 0,
  },
};

/** Files of a folder that others may import; all of them where the folder is not listed. */
const publicFiles: Readonly<Record<string, readonly string[]>> = {
  "packages/gateway/src/jobs": ["index.ts", "job.ts"],
};

const maxRootFiles: Readonly<Record<string, number>> = { "packages/gateway/src": 10 };
const maxFilesPerFolder = 25;

const code = /^packages\/[^/]+\/src\/.*\.tsx?$/;
const files = readFiles(code, "packages").filter(({ path }) => !isTestCode(path));

function packageOf(path: string): string {
  return path.split("/").slice(0, 3).join("/");
}

/** Returns the top folder of a path inside its package, or the file itself at the package's root. */
function roomOf(path: string): string {
  return path.split("/")[3] ?? "";
}

function floorOf(path: string): number {
  return packages[packageOf(path)]?.[roomOf(path)] ?? 0;
}

/** Lists the arrows of one file that the table does not allow. */
function forbiddenArrows(file: SourceFile): string[] {
  if (packages[packageOf(file.path)] === undefined) return [];
  return importsOf(file).flatMap(({ target }) => {
    if (target === undefined || packageOf(target) !== packageOf(file.path)) return [];
    const isSameRoom = roomOf(target) === roomOf(file.path);
    const found: string[] = [];
    // Files at the root are a room together: those of floor 0 may import each other.
    const isLower =
      isRootFile(target) && isRootFile(file.path) && floorOf(target) <= floorOf(file.path);
    if (!isSameRoom && !isLower && floorOf(target) >= floorOf(file.path)) {
      found.push(
        `${file.path} (floor ${floorOf(file.path)}) -> ${target} (floor ${floorOf(target)})`,
      );
    }
    const allowed = publicFiles[posix.join(packageOf(target), roomOf(target))];
    const name = target.slice(packageOf(target).length + roomOf(target).length + 2);
    if (!isSameRoom && allowed !== undefined && !allowed.includes(name)) {
      found.push(`${file.path} -> ${target}, which is not a public file of ${roomOf(target)}/`);
    }
    return found;
  });
}

function isRootFile(path: string): boolean {
  return path.split("/").length === 4;
}

/** Lists the circles of files: sets of files each of which reaches every other by imports. */
function circles(all: readonly SourceFile[]): string[][] {
  const known = new Set(all.map(({ path }) => path));
  const targets = new Map(
    all.map((file) => [
      file.path,
      importsOf(file).flatMap(({ target }) =>
        target !== undefined && known.has(target) ? [target] : [],
      ),
    ]),
  );
  // Tarjan's strongly connected components.
  const found: string[][] = [];
  const numbers = new Map<string, number>();
  const lows = new Map<string, number>();
  const stack: string[] = [];
  const visit = (path: string): void => {
    numbers.set(path, numbers.size);
    lows.set(path, numbers.get(path)!);
    stack.push(path);
    for (const target of targets.get(path) ?? []) {
      if (!numbers.has(target)) {
        visit(target);
        lows.set(path, Math.min(lows.get(path)!, lows.get(target)!));
      } else if (stack.includes(target)) {
        lows.set(path, Math.min(lows.get(path)!, numbers.get(target)!));
      }
    }
    if (lows.get(path) !== numbers.get(path)) return;
    const circle = stack.splice(stack.indexOf(path));
    if (circle.length > 1) found.push(circle.toSorted());
  };
  for (const { path } of all) if (!numbers.has(path)) visit(path);
  return found;
}

describe("rooms", () => {
  test("a folder imports only lower floors or its own, and the job engine only by its public files", () => {
    expect(files.length).toBeGreaterThan(100);
    expect(files.flatMap(forbiddenArrows)).toEqual([]);
  });

  test("the check notices a planted upward import and one of a private file", () => {
    const planted = (path: string, specifier: string) =>
      forbiddenArrows({ path, text: `import type { A } from "${specifier}";\n` });
    expect(planted("packages/gateway/src/storage/x.ts", "../jobs/job.ts")).toHaveLength(1);
    expect(planted("packages/gateway/src/accounts/x.ts", "../references/files.ts")).toHaveLength(1);
    expect(
      planted("packages/gateway/src/http/routes/native/x.ts", "../../../jobs/engine.ts"),
    ).toHaveLength(1);
    expect(planted("packages/gateway/src/http/routes/native/x.ts", "../../../jobs/job.ts")).toEqual(
      [],
    );
    expect(planted("packages/gateway/src/database/x.ts", "../clock.ts")).toEqual([]);
    expect(planted("packages/gateway/src/clock.ts", "./gateway.ts")).toHaveLength(1);
    expect(planted("packages/gateway/src/clock.ts", "./logging.ts")).toEqual([]);
    expect(planted("packages/sdk/src/wire/start/x.ts", "../../account/account.ts")).toHaveLength(1);
    expect(planted("packages/sdk/src/prepare/x.ts", "../wire/drafts/draft.ts")).toHaveLength(1);
    expect(planted("packages/sdk/src/errors.ts", "./wire/failures/failures.ts")).toHaveLength(1);
    expect(planted("packages/sdk/src/wire/start/x.ts", "../../errors.ts")).toEqual([]);
    expect(planted("packages/cli/src/terminal/x.ts", "../commands/image.ts")).toHaveLength(1);
    expect(planted("packages/cli/src/generation/x.ts", "../gateway/connect.ts")).toEqual([]);
  });

  test("no files import each other in a circle, in any package", () => {
    const cycle = [
      { path: "packages/x/src/a.ts", text: 'import "./b.ts";' },
      { path: "packages/x/src/b.ts", text: 'import type { A } from "./a.ts";' },
    ];
    expect(circles(cycle)).toHaveLength(1);
    expect(circles(files)).toEqual([]);
  });

  test("no folder holds more than 25 source files, and the gateway's root at most ten", () => {
    const counts = new Map<string, number>();
    for (const { path } of files) {
      const folder = posix.dirname(path);
      counts.set(folder, (counts.get(folder) ?? 0) + 1);
    }
    const full = [...counts].filter(
      ([folder, count]) => count > (maxRootFiles[folder] ?? maxFilesPerFolder),
    );
    expect(full).toEqual([]);
  });
});
