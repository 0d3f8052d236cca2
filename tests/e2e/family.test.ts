// The story of a family on one gateway with SQLite.
import { test } from "vitest";
import { playFamily } from "./family.ts";

test("a phone signs in, a bot is told that it overspends, a key is revoked during a video, and the books add up", async (context) => {
  await playFamily(context);
}, 60_000);
