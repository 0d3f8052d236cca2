// The promise of the random walk: at most one upstream start for each submission, always, and no result lost.
import { expect, test } from "vitest";
import { engineHere } from "../chaos/engine-here.ts";
import { walk } from "./walk.ts";

const { engine, postgresUrl } = engineHere();
const nodes = engine === "postgres" ? 2 : 1;
// Makes the choices of an earlier walk again; what happens at which moment remains chance.
const seed = Number(process.env["JIMENG_WALK_SEED"] ?? Math.floor(Math.random() * 1_000_000));
const limitMs = 150_000;

test(
  `24 submissions of real clients on ${engine}: none started twice, none lost, all delivered`,
  async () => {
    const report = await walk({ submissions: 24, seed, engine, postgresUrl, nodes });
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
