// Tests the record of daily claims: days in a row, in the local days of a time zone.

import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, it } from "vitest";

import { checkTimeZone, createClaims, localDay } from "./claims.ts";
import { openDatabase } from "../database/database.ts";
import type { GatewayDatabase } from "../database/database.ts";

let folder: string;
let database: GatewayDatabase;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "jimeng-claims-"));
  database = await openDatabase({ dataDir: folder });
});
afterEach(async () => {
  await database.close();
  await rm(folder, { recursive: true, force: true });
});

const noonOf = (day: string) => Date.parse(`${day}T04:00:00Z`);

async function claimOn(days: string[], account = "main", amount = 66): Promise<number[]> {
  const claims = createClaims(database);
  const counts: number[] = [];
  for (const day of days) {
    const claimedAt = noonOf(day);
    counts.push(await claims.record({ account, amount, timeZone: "Asia/Shanghai", claimedAt }));
  }
  return counts;
}

describe("days in a row", () => {
  it("count up, across the ends of months and leap days, and begin anew after a gap", async () => {
    const days = ["2028-02-27", "2028-02-28", "2028-02-29", "2028-03-01", "2028-03-03"];
    expect(await claimOn(days)).toEqual([1, 2, 3, 4, 1]);
  });

  it("are each account's own", async () => {
    await claimOn(["2026-11-19", "2026-11-20"]);
    expect(await claimOn(["2026-11-20"], "other")).toEqual([1]);
  });

  it("count a day once, and add up its amounts", async () => {
    expect(await claimOn(["2026-11-20", "2026-11-20"])).toEqual([1, 1]);
    const rows = await database.tables.selectFrom("claims").selectAll().execute();
    expect(rows).toMatchObject([{ account: "main", day: "2026-11-20", amount: 132 }]);
  });

  it("are as many as the days claimed without a gap before the last one", async () => {
    const offsets = fc.uniqueArray(fc.integer({ min: 0, max: 20 }), { minLength: 1 });
    let run = 0;
    await fc.assert(
      fc.asyncProperty(offsets, async (chosen) => {
        const sorted = chosen.toSorted((one, other) => one - other);
        const days = sorted.map((offset) =>
          localDay(noonOf("2026-10-20") + offset * 86_400_000, "Asia/Shanghai"),
        );
        const counts = await claimOn(days, `account-${run++}`);
        let expected = 0;
        for (let offset = sorted.at(-1) ?? 0; sorted.includes(offset); offset -= 1) expected += 1;
        expect(counts.at(-1)).toBe(expected);
      }),
      { numRuns: 20 },
    );
  });
});

describe("a local day", () => {
  it("is the one of the time zone", () => {
    const at = Date.parse("2026-11-20T20:00:00Z");
    expect(localDay(at, "America/New_York")).toBe("2026-11-20");
    expect(localDay(at, "Asia/Shanghai")).toBe("2026-11-21");
  });

  it.each(["Mars/Olympus", "+08:00", "", " "])("is refused for the time zone %j", (name) => {
    expect(() => checkTimeZone(name)).toThrow(
      expect.objectContaining({
        code: "invalid_request",
        detail: expect.objectContaining({ param: "time_zone" }),
      }),
    );
    expect(checkTimeZone("Asia/Tokyo")).toBe("Asia/Tokyo");
  });
});
