// A disk of a few megabytes for a test: a tmpfs of its own, filled and emptied at will. Only root may mount one.
import { spawnSync } from "node:child_process";
import { closeSync, mkdtempSync, openSync, rmSync, statfsSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** A mounted disk. */
export interface SmallDisk {
  path: string;
  /** Fills it until so many bytes are left. */
  fill(leaveBytes?: number): void;
  /** Removes what `fill` wrote. */
  empty(): void;
  remove(): void;
}

/** Mounts a disk of so many megabytes; undefined where this user or system cannot. */
export function mountSmallDisk(megabytes: number): SmallDisk | undefined {
  const path = mkdtempSync(join(tmpdir(), "jimeng-disk-"));
  const isMounted =
    process.platform === "linux" && run(`mount -t tmpfs -o size=${megabytes}m tmpfs "$1"`, path);
  if (!isMounted) {
    rmSync(path, { recursive: true });
    return undefined;
  }
  const filler = join(path, "filler");
  return {
    path,
    fill(leaveBytes = 0) {
      const file = openSync(filler, "a");
      try {
        for (;;) {
          const { bavail, bsize } = statfsSync(path);
          const bytes = Math.min(1024 * 1024, bavail * bsize - leaveBytes);
          if (bytes <= 0) return;
          writeSync(file, Buffer.alloc(bytes));
        }
      } finally {
        closeSync(file);
      }
    },
    empty: () => rmSync(filler, { force: true }),
    remove() {
      run('umount -l "$1"', path);
      rmSync(path, { recursive: true, force: true });
    },
  };
}

function run(script: string, path: string): boolean {
  return spawnSync("/bin/sh", ["-c", script, "sh", path]).status === 0;
}

/** Returns whether small disks can be mounted here. */
export function canMountSmallDisks(): boolean {
  const disk = mountSmallDisk(1);
  disk?.remove();
  return disk !== undefined;
}
