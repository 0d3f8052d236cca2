// `npm test`: check, then every test, then one closing line with the counts. `--long` adds what takes longer than CI
// should wait (test files named *.long.test.ts).
import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { checkSteps, run } from "./steps.mjs";

const long = process.argv.includes("--long");
const scratch = mkdtempSync(join(tmpdir(), "jimeng-test-"));
const report = join(scratch, "report.json");
const notRunFolder = join(scratch, "not-run");
process.env.JIMENG_NOT_RUN_FOLDER = notRunFolder;
if (long) process.env.JIMENG_TEST_LONG = "1";

// The boundaries test is among the tests below; once is enough.
const failedSteps = checkSteps
  .filter(([name]) => name !== "boundaries")
  .filter(([name, command, args]) => run(name, command, args) !== 0);

const testStatus = run("tests", "vitest", [
  "run",
  "--reporter=default",
  "--reporter=json",
  `--outputFile.json=${report}`,
]);

let counts = { passed: 0, failed: 1, skipped: 0 };
if (existsSync(report)) {
  const result = JSON.parse(readFileSync(report, "utf8"));
  // A file that dies before its first test counts as one failure: zero tests must not look like success.
  const brokenFiles = result.testResults.filter(
    (file) => file.status === "failed" && file.assertionResults.every((t) => t.status !== "failed"),
  ).length;
  counts = {
    passed: result.numPassedTests,
    failed: result.numFailedTests + brokenFiles,
    skipped: result.numPendingTests + result.numTodoTests,
  };
}

// Tests whose tool is not on this machine leave a note here; they are neither passed nor silently skipped.
const notRun = existsSync(notRunFolder)
  ? readdirSync(notRunFolder).map((name) => readFileSync(join(notRunFolder, name), "utf8").trim())
  : [];
rmSync(scratch, { recursive: true, force: true });

process.stdout.write("\n");
for (const line of notRun) process.stdout.write(`NOT RUN: ${line}\n`);
for (const [name] of failedSteps) process.stdout.write(`FAILED: ${name}\n`);
process.stdout.write(
  `${counts.passed} passed, ${counts.failed + failedSteps.length} failed, ${counts.skipped} skipped\n`,
);
process.exit(testStatus === 0 && failedSteps.length === 0 && counts.failed === 0 ? 0 : 1);
