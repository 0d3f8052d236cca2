// Tests what the figures stand on: the jobs that `npm run bench` puts into a folder are jobs to the gateway.
import { expect, test } from "vitest";
import { fillWithFinishedJobs } from "../bench/finished-jobs.ts";
import { startGateway, startSimulator, withFolder } from "../bench/programs.ts";

test("a gateway serves the finished jobs that the bench puts into its folder", async () => {
  const simulator = await startSimulator([]);
  try {
    await withFolder(async (folder) => {
      const first = await startGateway(folder, simulator.url);
      await first.stop();
      fillWithFinishedJobs(folder, 3);
      const gateway = await startGateway(folder, simulator.url);
      const answer = await fetch(`${gateway.url}/v1/jobs`);
      const list = (await answer.json()) as {
        data: { status: string; result: { assets: unknown[] } }[];
      };
      await gateway.stop();
      expect(list.data.map(({ status }) => status)).toEqual([
        "completed",
        "completed",
        "completed",
      ]);
      expect(list.data.map(({ result }) => result.assets.length)).toEqual([1, 1, 1]);
    });
  } finally {
    await simulator.stop();
  }
});
