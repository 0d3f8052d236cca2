// The chaos run at its full size: 300 submissions, 4 accounts, 20 deaths.
import { expect, test } from "vitest";
import { engineHere } from "./engine-here.ts";
import { runChaos } from "./run.ts";

const { engine, postgresUrl } = engineHere();
const limitMs = 600_000;

test(
  `300 submissions through 20 deaths on ${engine}: none lost, none started twice, none undelivered`,
  async () => {
    const seed = Math.floor(Math.random() * 1_000_000);
    const size = { jobs: 300, accounts: 4, kills: 20, seed, engine, postgresUrl };
    const report = await runChaos(size);
    const story = `seed ${seed}\n${report.output}`;
    expect(report.ownDeaths, story).toEqual([]);
    expect(report.startedTwice, story).toEqual([]);
    expect(report.lost, story).toEqual([]);
    expect(report.undelivered, story).toEqual([]);
    expect(report.wrongCosts, story).toEqual([]);
    expect(report.kills).toBe(size.kills);
    expect(report.completed).toBeGreaterThan(0);
  },
  limitMs,
);
