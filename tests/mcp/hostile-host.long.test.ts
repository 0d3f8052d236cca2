// Three hundred runs of the hostile host.
import { expect, test } from "vitest";

import { startMcpGateway } from "./gateway.ts";
import { runHostile } from "./hostile-host.ts";
import type { Outcome } from "./hostile-host.ts";

const runs = 300;
const atOnce = 10;

test(
  "300 runs of a hostile host: nothing paid twice, nothing lost",
  { timeout: 600_000 },
  async () => {
    const gateway = await startMcpGateway({}, { imageMs: 400 });
    const outcomes: Outcome[] = [];
    try {
      for (let first = 0; first < runs; first += atOnce) {
        const seeds = Array.from({ length: atOnce }, (_, index) => 1000 + first + index);
        const made = seeds.map((seed) => runHostile(gateway, { seed, longestMs: 1200 }));
        outcomes.push(...(await Promise.all(made)));
      }
      expect(outcomes.filter(({ starts }) => starts !== 1)).toEqual([]);
      expect(outcomes.filter(({ status, isThere }) => status !== "completed" || !isThere)).toEqual(
        [],
      );
    } finally {
      await gateway.close();
    }
  },
);
