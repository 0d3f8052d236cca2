// A disk that is as full as a test says. Imported by tests only.

import { toStorageUnavailable } from "../storage/disk-problem.ts";
import type { Disk } from "../storage/disk.ts";
import type { DiskProblem } from "../storage/disk-problem.ts";

/** Has room until a test sets a problem. */
export class FakeDisk implements Disk {
  current: DiskProblem | undefined;
  readonly failures: DiskProblem[] = [];

  problem(): Promise<DiskProblem | undefined> {
    return Promise.resolve(this.current);
  }

  async assertRoom(): Promise<void> {
    const problem = await this.problem();
    if (problem !== undefined) throw toStorageUnavailable(problem);
  }

  assertRoomFor(): Promise<void> {
    return Promise.resolve();
  }

  freeBytes(): Promise<number | null> {
    return Promise.resolve(null);
  }

  noteFailure(problem: DiskProblem): void {
    this.failures.push(problem);
  }
}
