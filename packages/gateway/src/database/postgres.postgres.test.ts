// Tests opening a PostgreSQL: many nodes at once, types, and errors that never hold the address.

import { describe, expect, test } from "vitest";

import { openPostgres } from "./postgres.ts";
import { makeDatabase } from "../testing/database.ts";

describe("a PostgreSQL database", () => {
  test("is brought up to date by many nodes at one moment", async () => {
    const url = new URL(await makeDatabase());
    // An empty one: what the template has made is not there.
    const maintenance = await openPostgres(url.href);
    await maintenance.pool.query("drop schema public cascade");
    await maintenance.pool.query("create schema public");
    await maintenance.tables.destroy();
    const nodes = await Promise.all(Array.from({ length: 4 }, () => openPostgres(url.href)));
    for (const { tables } of nodes) {
      expect(await tables.selectFrom("jobs").select("id").execute()).toEqual([]);
    }
    await Promise.all(nodes.map((node) => node.tables.destroy()));
  });

  test("gives bigints and counts as numbers", async () => {
    const { tables } = await openPostgres(await makeDatabase());
    const at = 1_795_165_167_070;
    await tables
      .insertInto("claims")
      .values({ account: "main", day: "2026-11-20", amount: 1, time_zone: "UTC", claimed_at: at })
      .execute();
    const row = await tables
      .selectFrom("claims")
      .select(({ fn }) => ["claimed_at", fn.countAll<number>().as("claims")])
      .groupBy("claimed_at")
      .executeTakeFirstOrThrow();
    expect(row).toEqual({ claimed_at: at, claims: 1 });
    await tables.destroy();
  });

  test("that lets nobody in is told of in one line, without the password", async () => {
    const url = new URL(await makeDatabase());
    url.password = "obviously-wrong";
    url.username = "nobody";
    const failure = openPostgres(url.href);
    await expect(failure).rejects.toMatchObject({
      code: "invalid_request",
      message: expect.stringMatching(/^DATABASE_URL: [^\n]+$/),
    });
    await expect(failure).rejects.not.toThrowError(/obviously-wrong/);
  });
});
