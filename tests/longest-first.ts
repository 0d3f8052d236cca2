// The order of the test files: those that start whole processes first, so that the short ones fill the workers at the end.
import { BaseSequencer, type TestSpecification } from "vitest/node";

/** Returns the place of a file's group: whole processes on PostgreSQL, whole processes, the rest on PostgreSQL, the rest. */
function groupOf({ moduleId, project }: TestSpecification): number {
  const isOnPostgres = project.name === "postgres";
  if (moduleId.includes("/packages/")) return isOnPostgres ? 2 : 3;
  return isOnPostgres ? 0 : 1;
}

/** Sorts within each group as vitest does: by the durations of the last run, or by the size of the files. */
export class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files);
    return sorted.toSorted((a, b) => groupOf(a) - groupOf(b));
  }
}
