// Tests the watch of the disk: what it calls a problem, how rarely it measures, and what it logs.

import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterEach, beforeEach, describe, expect, test } from "vitest";

import { ManualClock } from "../testing/manual-clock.ts";
import { diskProblem } from "./disk-problem.ts";
import { createDisk } from "./disk.ts";
import type { Disk, DiskOptions, FreeSpace } from "./disk.ts";

const megabyte = 1024 * 1024;

let folder: string;
let clock: ManualClock;
let free: FreeSpace | null | Error;
let measured: number;
let logged: { level: string; detail: Record<string, unknown> }[];
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "jimeng-disk-"));
  clock = new ManualClock();
  free = { bytes: 1000 * megabyte, hasRoomForFiles: true };
  measured = 0;
  logged = [];
});
afterEach(() => rm(folder, { recursive: true, force: true }));

function watch(options: Partial<DiskOptions> = {}): Disk {
  const note = (level: string) => (detail: unknown) =>
    void logged.push({ level, detail: detail as Record<string, unknown> });
  return createDisk({
    folders: [{ path: folder }],
    minFreeMegabytes: 200,
    clock,
    logger: { info: note("info"), warn: note("warn") },
    measure: () => {
      measured += 1;
      return free instanceof Error ? Promise.reject(free) : Promise.resolve(free);
    },
    ...options,
  });
}

const failing = (code: string) => Object.assign(new Error(code), { code, syscall: "statfs" });

describe("the disk of the data folder", () => {
  test("is a problem below the floor, and says how much is free, how much is needed and what to do", async () => {
    const disk = watch();
    await expect(disk.assertRoom()).resolves.toBeUndefined();
    free = { bytes: 199 * megabyte, hasRoomForFiles: true };
    clock.sleep(5000);
    await expect(disk.assertRoom()).rejects.toMatchObject({
      code: "storage_unavailable",
      retryable: true,
      message: expect.stringMatching(/199 MB free.*200 MB of JIMENG_MIN_FREE_MB/),
      detail: { reason: "disk_full", charged: "no", fix: expect.stringContaining("Free some") },
    });
  });

  test("may be as full as it likes without a floor", async () => {
    free = { bytes: 0, hasRoomForFiles: true };
    expect(await watch({ minFreeMegabytes: 0 }).problem()).toBeUndefined();
  });

  test("is measured once in three seconds, however many ask", async () => {
    const disk = watch();
    await Promise.all(Array.from({ length: 50 }, () => disk.problem()));
    clock.sleep(2999);
    await disk.problem();
    expect(measured).toBe(1);
    clock.sleep(1);
    await disk.problem();
    expect(measured).toBe(2);
  });

  test("is a problem without inodes, though bytes are left", async () => {
    free = { bytes: 1000 * megabyte, hasRoomForFiles: false };
    expect(await watch().problem()).toMatchObject({
      reason: "disk_full",
      message: expect.stringContaining("inodes"),
    });
  });

  test("is none where the file system does not say what is free", async () => {
    free = null;
    const disk = watch();
    expect(await disk.problem()).toBeUndefined();
    await expect(disk.assertRoomFor(megabyte)).resolves.toBeUndefined();
  });

  test.each([
    ["EROFS", "read_only"],
    ["EACCES", "no_access"],
    ["ENOENT", "folder_missing"],
    ["EIO", "disk_failure"],
    ["ESTALE", "disk_failure"],
  ])("that answers %s is %s", async (code, reason) => {
    free = failing(code);
    expect(await watch().problem()).toMatchObject({ reason });
  });

  test("is missing when the folder is gone, or an empty one stands where the database was", async () => {
    const holds = join(folder, "jimeng.db");
    await writeFile(holds, "");
    const disk = watch({ folders: [{ path: folder, holds }] });
    expect(await disk.problem()).toBeUndefined();
    await rm(holds);
    clock.sleep(5000);
    expect(await disk.problem()).toMatchObject({ reason: "folder_missing" });
    await rm(folder, { recursive: true });
    clock.sleep(5000);
    expect(await disk.problem()).toMatchObject({ reason: "folder_missing" });
  });

  test("counts every folder that is written into: the fullest one decides", async () => {
    const shared = join(folder, "shared");
    await writeFile(shared, "");
    const disk = watch({
      folders: [{ path: folder }, { path: shared }],
      measure: (path) =>
        Promise.resolve({
          bytes: path === shared ? 10 * megabyte : 1000 * megabyte,
          hasRoomForFiles: true,
        }),
    });
    expect(await disk.problem()).toMatchObject({ reason: "disk_full" });
  });

  test("keeps a failure of a write that no measurement shows for ten seconds", async () => {
    const disk = watch();
    disk.noteFailure(diskProblem("quota_exceeded"));
    expect(await disk.problem()).toMatchObject({ reason: "quota_exceeded" });
    clock.sleep(10_000);
    expect(await disk.problem()).toBeUndefined();
  });

  test("takes a file above the floor's rest, but none that is larger than what is free", async () => {
    free = { bytes: 10 * megabyte, hasRoomForFiles: true };
    const disk = watch();
    await expect(disk.assertRoomFor(9 * megabyte)).resolves.toBeUndefined();
    await expect(disk.assertRoomFor(11 * megabyte)).rejects.toMatchObject({
      code: "storage_unavailable",
      message: expect.stringMatching(/10 MB free.*11 MB/),
    });
  });

  test("logs one line when it becomes a problem and one when it is none any more, with the folder", async () => {
    const disk = watch();
    await disk.problem();
    expect(logged).toEqual([]);
    free = { bytes: megabyte, hasRoomForFiles: true };
    for (let times = 0; times < 5; times++) {
      clock.sleep(5000);
      await disk.problem();
    }
    free = { bytes: 500 * megabyte, hasRoomForFiles: true };
    clock.sleep(5000);
    await disk.problem();
    await disk.problem();
    expect(logged.map(({ level }) => level)).toEqual(["warn", "info"]);
    expect(logged[0]?.detail).toMatchObject({ folders: [folder], reason: "disk_full" });
  });

  test("is measured by the system unless told otherwise", async () => {
    expect(await watch({ minFreeMegabytes: 0, measure: undefined }).problem()).toBeUndefined();
    expect(
      await watch({ minFreeMegabytes: 10_000_000_000, measure: undefined }).problem(),
    ).toMatchObject({ reason: "disk_full" });
  });
});
