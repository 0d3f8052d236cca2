// The lockfile pins what it lists and names no host.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { root } from "./e2e/processes.ts";

interface LockedPackage {
  resolved?: string;
  integrity?: string;
  link?: boolean;
}

const { packages } = JSON.parse(readFileSync(join(root, "package-lock.json"), "utf8")) as {
  packages: Record<string, LockedPackage>;
};
const installed = Object.entries(packages).filter(([path]) => path.includes("node_modules/"));

test("the lockfile names no host", () => {
  const hosts = installed.filter(([, { resolved }]) => /^https?:/.test(resolved ?? ""));
  expect(hosts).toEqual([]);
});

test("every package of the lockfile that is not our own has an integrity", () => {
  expect(installed.length).toBeGreaterThan(100);
  const loose = installed.filter(([, { integrity, link }]) => !link && integrity === undefined);
  expect(loose.map(([path]) => path)).toEqual([]);
});
