// The promise "paid once, never lost" while PostgreSQL dies as in a power cut and comes back, too, between the deaths
// of the gateway.
import { expect, test } from "vitest";
import { tellNotRun } from "../not-run.ts";
import { startPostgres } from "../postgres/server.ts";
import { runChaos } from "./run.ts";

/** Makes the test; `kills` is the number of deaths of each. */
export function testDatabaseDeaths(
  size: { jobs: number; accounts: number; kills: number },
  limitMs: number,
): void {
  test(
    `${size.jobs} submissions through ${size.kills} deaths of the gateway and as many of the database: none lost, none started twice, none undelivered`,
    async (context) => {
      const seed = Math.floor(Math.random() * 1_000_000);
      let server: Awaited<ReturnType<typeof startPostgres>>;
      try {
        // Its own: everybody else's connections would break, too. Durable, or a crash would lose what was promised.
        server = await startPostgres({ durable: true, environment: {} });
      } catch (error) {
        tellNotRun(context.task.name, error instanceof Error ? error.message : "no PostgreSQL");
        return context.skip();
      }
      try {
        const engine = { engine: "postgres", postgresUrl: server.url } as const;
        const report = await runChaos({ ...size, ...engine, seed, crashDatabase: server.crash });
        const story = `seed ${seed}\n${report.output}`;
        expect(report.ownDeaths, story).toEqual([]);
        expect(report.startedTwice, story).toEqual([]);
        expect(report.lost, story).toEqual([]);
        expect(report.undelivered, story).toEqual([]);
        expect(report.wrongCosts, story).toEqual([]);
        expect(report.databaseDeaths).toBe(size.kills);
        expect(report.completed).toBeGreaterThan(0);
      } finally {
        await server.stop();
      }
    },
    limitMs,
  );
}
