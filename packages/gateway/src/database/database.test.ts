// Tests the database file, the SQLite adapter and the lock of its owner.

import { spawn } from "node:child_process";
import { once } from "node:events";
import { chmod, mkdir, mkdtemp, readdir, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { sql } from "kysely";
import { afterEach, beforeEach, describe, expect, test } from "vitest";

import { openDatabase } from "./database.ts";
import { lockOwner } from "./owner-lock.ts";
import { DatabaseSync, adapt } from "./sqlite.ts";

let dataDir: string;
beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), "jimeng-database-"));
});
afterEach(() => rm(dataDir, { recursive: true, force: true }));

describe("the database", () => {
  test("commits durably: WAL and synchronous=FULL, with foreign keys", async () => {
    const database = await openDatabase({ dataDir });
    const pragma = async (name: string) => {
      const { rows } = await sql
        .raw<Record<string, unknown>>(`PRAGMA ${name}`)
        .execute(database.tables);
      return Object.values(rows[0] ?? {})[0];
    };
    expect(await pragma("journal_mode")).toBe("wal");
    expect(await pragma("synchronous")).toBe(2);
    expect(await pragma("foreign_keys")).toBe(1);
    await database.close();
  });

  test("finds a row by its submit id through an index", async () => {
    const database = await openDatabase({ dataDir });
    const { rows } = await sql
      .raw<{ detail: string }>("EXPLAIN QUERY PLAN SELECT * FROM jobs WHERE submit_id = 'x'")
      .execute(database.tables);
    expect(rows[0]?.detail).toContain("jobs_submit_id");
    await database.close();
  });

  test.skipIf(process.platform === "win32")(
    "is its owner's alone, also in a folder that others may read",
    async () => {
      await chmod(dataDir, 0o755);
      const database = await openDatabase({ dataDir });
      await sql`CREATE TABLE written (x)`.execute(database.tables);
      for (const name of await readdir(dataDir))
        expect([name, (await stat(join(dataDir, name))).mode & 0o077]).toEqual([name, 0]);
      await database.close();
    },
  );

  test("is migrated once and opens again", async () => {
    await (await openDatabase({ dataDir })).close();
    await (await openDatabase({ dataDir })).close();
  });

  test("made by a newer version is refused with one line and the way out, and left as it is", async () => {
    const database = await openDatabase({ dataDir });
    await sql`INSERT INTO kysely_migration VALUES ('9999-later', '2099-01-01')`.execute(
      database.tables,
    );
    // What a migration of the newer version brought.
    await sql`DELETE FROM kysely_migration WHERE name = '0020-stored-accounts'`.execute(
      database.tables,
    );
    await database.close();
    await expect(openDatabase({ dataDir })).rejects.toMatchObject({
      code: "invalid_request",
      message: expect.stringMatching(
        /^The database \S+jimeng\.db was changed by a newer version of jimeng \(9999-later\)/,
      ),
      detail: {
        param: "JIMENG_DATA_DIR",
        fix: expect.stringMatching(/Start that version again.*jimeng restore --from/),
      },
    });
    const file = new DatabaseSync(join(dataDir, "jimeng.db"));
    const names = file.prepare("SELECT name FROM kysely_migration").all();
    expect(names.at(-1)).toEqual({ name: "9999-later" });
    expect(names).not.toContainEqual({ name: "0020-stored-accounts" });
    file.close();
  });

  test("that is no database is refused with one line", async () => {
    await writeFile(
      join(dataDir, "jimeng.db"),
      "not a database, and longer than a header of one would be".repeat(9),
    );
    await expect(openDatabase({ dataDir })).rejects.toMatchObject({ code: "invalid_request" });
  });
});

describe("the SQLite adapter", () => {
  test.each([new Date(0), {}, true, undefined, ["x"]])("refuses %o as a parameter", (value) => {
    const database = adapt(new DatabaseSync(":memory:"));
    expect(() => database.prepare("SELECT ?").all([value])).toThrow(TypeError);
    database.close();
  });

  test("takes null, numbers, bigints, strings and bytes, and knows readers from writers", () => {
    const database = adapt(new DatabaseSync(":memory:"));
    const select = database.prepare("SELECT ? AS a, ? AS b, ? AS c, ? AS d");
    expect(select.reader).toBe(true);
    expect(select.all([null, 2, 7n, "字"])).toMatchObject([{ a: null, b: 2, c: 7, d: "字" }]);
    expect(database.prepare("CREATE TABLE t (x)").reader).toBe(false);
    database.prepare("CREATE TABLE t (x)").run([]);
    expect(database.prepare("INSERT INTO t VALUES (?)").run([new Uint8Array([1])]).changes).toBe(1);
    expect(database.prepare("INSERT INTO t VALUES (1) RETURNING x").reader).toBe(true);
    database.close();
  });
});

describe("the owner's lock", () => {
  test("refuses a second owner with one line that names the folder, and frees it at release", async () => {
    const lock = await lockOwner({ dataDir });
    await expect(lockOwner({ dataDir })).rejects.toMatchObject({ code: "conflict" });
    await expect(lockOwner({ dataDir })).rejects.toThrow(dataDir);
    lock.release();
    (await lockOwner({ dataDir })).release();
  });

  test("is freed by the kernel when its process is killed", async () => {
    const lockModule = JSON.stringify(new URL("./owner-lock.ts", import.meta.url).href);
    const script = `const { lockOwner } = await import(${lockModule});
      await lockOwner({ dataDir: process.argv[1] }); process.send("held"); setInterval(() => {}, 1000);`;
    const child = spawn(
      process.execPath,
      ["--conditions=source", "--input-type=module", "--eval", script, dataDir],
      { stdio: ["ignore", "ignore", "inherit", "ipc"] },
    );
    await once(child, "message");
    await expect(lockOwner({ dataDir })).rejects.toMatchObject({ code: "conflict" });
    child.kill("SIGKILL");
    await once(child, "exit");
    (await lockOwner({ dataDir })).release();
  });

  test("says in one line that a folder cannot be used", async () => {
    await writeFile(join(dataDir, "file"), "");
    const inFile = join(dataDir, "file", "data");
    await expect(lockOwner({ dataDir: inFile })).rejects.toMatchObject({ code: "invalid_request" });
    await expect(openDatabase({ dataDir: inFile })).rejects.toThrow(/^[^\n]+$/);
    await mkdir(join(dataDir, "taken", "owner.lock"), { recursive: true });
    await expect(lockOwner({ dataDir: join(dataDir, "taken") })).rejects.toMatchObject({
      code: "invalid_request",
    });
  });
});

describe("numbers that JavaScript cannot hold", () => {
  const plain = {
    id: "file_1",
    sha256: "0",
    kind: "image" as const,
    content_type: "image/png",
    bytes: 1,
    name: "x",
    purpose: "vision",
    created_at: 1,
  };

  test("are refused before they are stored", async () => {
    const { tables, close } = await openDatabase({ dataDir });
    for (const bytes of [2 ** 53, Number.NaN, Number.POSITIVE_INFINITY]) {
      await expect(
        tables
          .insertInto("files")
          .values({ ...plain, bytes })
          .execute(),
      ).rejects.toThrow(RangeError);
    }
    await close();
  });

  test("that lie there already are read as the nearest one, and repaired in an older file", async () => {
    const first = await openDatabase({ dataDir });
    await first.tables.insertInto("files").values(plain).execute();
    await first.close();
    const connection = new DatabaseSync(join(dataDir, "jimeng.db"));
    connection.exec(
      "UPDATE files SET duration_ms = 4503599627370496000, bytes = 9223372036854775807",
    );
    const second = await openDatabase({ dataDir });
    const row = await second.tables.selectFrom("files").selectAll().executeTakeFirstOrThrow();
    expect(row).toMatchObject({
      bytes: Number.MAX_SAFE_INTEGER,
      duration_ms: Number.MAX_SAFE_INTEGER,
    });
    await second.close();
    connection.exec("PRAGMA user_version = 0");
    connection.close();
    const third = await openDatabase({ dataDir });
    const repaired = await third.tables.selectFrom("files").selectAll().executeTakeFirstOrThrow();
    expect(repaired).toMatchObject({ bytes: Number.MAX_SAFE_INTEGER, duration_ms: null });
    await third.close();
  });
});
