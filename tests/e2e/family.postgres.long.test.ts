// The story of a family on one gateway with PostgreSQL.
import { inject, test } from "vitest";
import { makeEmptyDatabase } from "../postgres/database.ts";
import { playFamily } from "./family.ts";

test("the story of the family is the same on PostgreSQL", async (context) => {
  const database = await makeEmptyDatabase(inject("postgresUrl"));
  await playFamily(context, {
    DATABASE_URL: database.url,
    JIMENG_SECRET_KEY: "obviously-fake-secret",
  });
}, 60_000);
