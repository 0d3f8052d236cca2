// Twenty runs of the hostile host; hostile-host.long.test.ts makes three hundred.
import { expect, test } from "vitest";

import { startMcpGateway } from "./gateway.ts";
import { runHostile } from "./hostile-host.ts";

const runs = 20;

test("a hostile host pays nothing twice and loses nothing", async () => {
  const gateway = await startMcpGateway({}, { imageMs: 250 });
  try {
    const outcomes = await Promise.all(
      Array.from({ length: runs }, (_, seed) => runHostile(gateway, { seed, longestMs: 900 })),
    );
    const wrong = outcomes.filter(
      ({ starts, status, isThere }) => starts !== 1 || status !== "completed" || !isThere,
    );
    expect(wrong).toEqual([]);
  } finally {
    await gateway.close();
  }
});
