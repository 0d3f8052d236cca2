// Tests that simulator mode keeps to itself, and which running gateway a command may use.

import { mkdtemp, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";

import { describe, expect, test } from "vitest";

import { foldersToSearch, isSimulated, prepareDataFolder } from "./folders.ts";

const account = { name: null, region: "cn" as const, session: "obviously-fake" };
const none = {
  simulate: false,
  sessions: [],
  passthrough: false,
  hasStoredAccounts: false,
  dataDir: "/data",
};

describe("the mode", () => {
  test("is the simulator when there is no account or when it is asked for", () => {
    expect(isSimulated(none)).toBe(true);
    expect(isSimulated({ ...none, simulate: true, sessions: [account] })).toBe(true);
  });

  test("is the real site with an account or with pass-through", () => {
    expect(isSimulated({ ...none, sessions: [account] })).toBe(false);
    expect(isSimulated({ ...none, passthrough: true })).toBe(false);
    expect(isSimulated({ ...none, hasStoredAccounts: true })).toBe(false);
    expect(isSimulated({ ...none, hasStoredAccounts: true, simulate: true })).toBe(true);
  });
});

describe("the search for a running gateway", () => {
  test("never answers a request for the real site with the simulator", () => {
    expect(foldersToSearch({ ...none, sessions: [account] })).toEqual(["/data"]);
  });

  test("never answers a request for the simulator with the real site", () => {
    expect(foldersToSearch({ ...none, simulate: true, sessions: [account] })).toEqual([
      path.join("/data", "simulator"),
    ]);
  });

  test("without an account prefers the simulator and accepts a gateway that has accounts", () => {
    expect(foldersToSearch(none)).toEqual([path.join("/data", "simulator"), "/data"]);
  });
});

describe("the data folder", () => {
  test("is made for this user alone, and a place that cannot be a folder is told in one line", async () => {
    const folder = await mkdtemp(path.join(tmpdir(), "jimeng-folders-"));
    try {
      const made = path.join(folder, "deep", "data");
      await prepareDataFolder(made);
      if (process.platform !== "win32") expect((await stat(made)).mode & 0o077).toBe(0);
      await writeFile(path.join(folder, "file"), "");
      await expect(prepareDataFolder(path.join(folder, "file", "data"))).rejects.toMatchObject({
        failure: { code: "invalid_request", exitCode: 2 },
      });
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  });
});
