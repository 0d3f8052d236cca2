// The promise "paid once, never lost" under random deaths and a misbehaving upstream, at a size that CI waits for.
// `npm run chaos` and chaos.long.test.ts run it at full size.
import { expect, test } from "vitest";
import { engineHere } from "./engine-here.ts";
import { runChaos } from "./run.ts";

const { engine, postgresUrl } = engineHere();
const patienceMs = 60_000;

test(
  `40 submissions through 4 deaths on ${engine}: none lost, none started twice, none undelivered`,
  async () => {
    const seed = Math.floor(Math.random() * 1_000_000);
    const size = { jobs: 40, accounts: 2, kills: 4, seed, engine, postgresUrl };
    const report = await runChaos({ ...size, patienceMs });
    const story = `seed ${seed}\n${report.output}`;
    expect(report.ownDeaths, story).toEqual([]);
    expect(report.startedTwice, story).toEqual([]);
    expect(report.lost, story).toEqual([]);
    expect(report.undelivered, story).toEqual([]);
    expect(report.wrongCosts, story).toEqual([]);
    expect(report.kills).toBe(size.kills);
    expect(report.completed).toBeGreaterThan(0);
  },
  patienceMs * 2,
);
