// Tests the limit of requests per minute: a whole minute's requests at once, and what was used comes back evenly.

import { expect, test } from "vitest";

import { JimengError } from "@jimeng/sdk";

import { openDatabase } from "../database/database.ts";
import { makeTestDatabase } from "../testing/database.ts";
import { createRequestRate } from "./request-rate.ts";

const limited = { id: "key_1", requestsPerMinute: 6 };

test("a key uses its minute at once, then waits for its turn; another key is not touched", async () => {
  const place = await makeTestDatabase();
  const database = await openDatabase({ dataDir: place.dataDir });
  let now = 1_700_000_000_000;
  const rate = createRequestRate(database, { now: () => now });
  const take = async (key = limited): Promise<number | undefined> => {
    try {
      await rate.take(key);
      return undefined;
    } catch (error) {
      if (!JimengError.isInstance(error)) throw error;
      return error.detail.retryAfterMs;
    }
  };
  for (let count = 0; count < 6; count++) expect(await take()).toBeUndefined();
  expect(await take()).toBe(10_000);
  expect(await take({ ...limited, id: "key_2" })).toBeUndefined();
  now += 10_000;
  expect(await take()).toBeUndefined();
  expect(await take()).toBe(10_000);
  now += 60_000;
  for (let count = 0; count < 6; count++) expect(await take()).toBeUndefined();
  await rate.take({ id: "key_3", requestsPerMinute: null });
  await database.close();
  await place.remove();
});
