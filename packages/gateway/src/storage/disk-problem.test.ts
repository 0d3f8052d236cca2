// Tests which errors tell of the disk, whoever throws them, and which do not.

import { closeSync, openSync, writeSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { JimengError } from "@jimeng/sdk";
import { afterEach, expect, test } from "vitest";

import { openSqlite } from "../database/sqlite.ts";
import { StorageFailure } from "./asset-store.ts";
import { diskProblem, toDiskProblem, toStorageUnavailable } from "./disk-problem.ts";

const cleanups: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).toReversed()) await cleanup();
});

function thrownBy(work: () => unknown): unknown {
  try {
    work();
  } catch (error) {
    return error;
  }
  throw new Error("nothing was thrown");
}

const systemError = (code: string, more: object = {}) =>
  Object.assign(new Error(code), { code, syscall: "write", ...more });

test.each([
  ["ENOSPC", "disk_full"],
  ["EDQUOT", "quota_exceeded"],
  ["EROFS", "read_only"],
  ["EACCES", "no_access"],
  ["EPERM", "no_access"],
  ["EIO", "disk_failure"],
  // PostgreSQL's codes.
  ["53100", "disk_full"],
  ["25006", "read_only"],
])("%s is %s, also as the cause of other errors", (code, reason) => {
  const error = systemError(code);
  expect(toDiskProblem(error)).toMatchObject({ reason });
  expect(toDiskProblem(new StorageFailure("not written", { cause: error }))).toEqual(
    toDiskProblem(error),
  );
});

test("a PostgreSQL that takes no writes is told as that, and not as a folder", () => {
  expect(toDiskProblem(systemError("25006"))?.message).toBe("The gateway's database is read-only.");
});

test.skipIf(process.platform === "win32")("a real device without room is a full disk", () => {
  const device = openSync("/dev/full", "w");
  const error = thrownBy(() => writeSync(device, "x"));
  closeSync(device);
  expect(toDiskProblem(error)).toMatchObject({ reason: "disk_full" });
});

test("a database file that may not grow is a full disk, in a transaction too, and is written again when it may", async () => {
  const folder = await mkdtemp(join(tmpdir(), "jimeng-full-"));
  cleanups.push(() => rm(folder, { recursive: true, force: true }));
  const tables = await openSqlite(folder);
  cleanups.push(() => tables.destroy());
  const { sql } = await import("kysely");
  await sql`CREATE TABLE large (text TEXT)`.execute(tables);
  const { rows } = await sql<{ page_count: number }>`PRAGMA page_count`.execute(tables);
  await sql.raw(`PRAGMA max_page_count = ${rows[0]?.page_count}`).execute(tables);
  const fill = () => sql`INSERT INTO large VALUES (${"x".repeat(100_000)})`;
  const alone = await fill()
    .execute(tables)
    .catch((error: unknown) => error);
  expect(toDiskProblem(alone)).toMatchObject({ reason: "disk_full" });
  // SQLite rolls back by itself: the error must not be hidden by a second rollback.
  const together = await tables
    .transaction()
    .execute((transaction) => fill().execute(transaction))
    .catch((error: unknown) => error);
  expect(toDiskProblem(together)).toMatchObject({ reason: "disk_full" });
  await sql.raw("PRAGMA max_page_count = 1000000").execute(tables);
  await tables.transaction().execute((transaction) => fill().execute(transaction));
});

test.each([
  ["of a connection", systemError("EACCES", { syscall: "connect", address: "127.0.0.1" })],
  ["of a missing file", systemError("ENOENT", { syscall: "open" })],
  ["of the upstream", new JimengError("connection_failed", "x", { cause: systemError("EIO") })],
  ["without a code", new Error("disk full")],
  ["of no kind", "ENOSPC"],
  ["that is its own cause", Object.assign(new Error("x"), { cause: undefined })],
])("an error %s is none of the disk", (_, error) => {
  expect(toDiskProblem(error)).toBeUndefined();
});

test("the error for callers has status, reason, fix and a time to come back, and is known again", () => {
  const problem = diskProblem("read_only");
  const error = toStorageUnavailable(problem);
  expect(error).toMatchObject({
    code: "storage_unavailable",
    retryable: true,
    detail: { reason: "read_only", retryAfterMs: 30_000, charged: "no", fix: problem.fix },
  });
  expect(toDiskProblem(error)).toEqual(problem);
});
