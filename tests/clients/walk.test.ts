// Owns the promise of the random walk: at most one upstream start for each wish, always, and no result lost.
import { expect, test } from "vitest";
import { engineHere } from "../chaos/engine-here.ts";
import { walk } from "./walk.ts";

const { engine, postgresUrl } = engineHere();
const limitMs = 150_000;

test(
  `24 wishes of real clients on ${engine}: none started twice, none lost, all delivered`,
  async () => {
    const seed = Math.floor(Math.random() * 1_000_000);
    const report = await walk({ wishes: 24, seed, engine, postgresUrl });
    const story = `seed ${seed}\n${report.output}`;
    expect(report.ownDeaths, story).toEqual([]);
    expect(report.startedTwice, story).toEqual([]);
    expect(report.lost, story).toEqual([]);
    expect(report.undelivered, story).toEqual([]);
    expect(report.kills, "the walk must have met deaths").toBeGreaterThan(0);
    expect(report.cuts, "the proxy must have cut").toBeGreaterThan(0);
  },
  limitMs,
);
