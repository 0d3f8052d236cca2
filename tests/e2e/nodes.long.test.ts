// A node which was frozen is taken over, and cannot undo what others did when it wakes.
import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, describe, expect, test } from "vitest";

import { startCluster } from "./cluster.ts";
import type { TestCluster } from "./cluster.ts";
import { getJson, until } from "./processes.ts";

const frozenMs = 30_000;

let cluster: TestCluster | undefined;
afterEach(async () => {
  await cluster?.close();
  cluster = undefined;
});

describe("a node that is frozen for 30 s", () => {
  test("is taken over within 20 s, overwrites nothing when it wakes, and works again", async () => {
    cluster = await startCluster(3, ["--image-seconds", "3", "--video-seconds", "20"]);
    const [one, other, third] = cluster.nodes;
    for (const index of [0, 1, 2]) await cluster.submission(one!, "video", `frozen ${index}`);
    await until("the starts", async () =>
      (await cluster!.acceptedStarts()).length === 3 ? true : undefined,
    );
    one!.child.kill("SIGSTOP");
    const frozenAt = Date.now();
    const firstLook = await until(
      "another node to look",
      async () => (await cluster!.looksSince(frozenAt + 500))[0],
      20_000,
    );
    expect(firstLook - frozenAt).toBeLessThan(20_000);
    const jobs = await cluster.allEnded(third!, 3, 60_000);
    expect(jobs.map(({ status }) => status)).toEqual(["completed", "completed", "completed"]);
    const before = await rowsOf(other!.url);
    await sleep(Math.max(0, frozenAt + frozenMs - Date.now()));
    one!.child.kill("SIGCONT");
    await sleep(5000);
    expect(await rowsOf(other!.url)).toEqual(before);
    expect(await cluster.acceptedStarts()).toHaveLength(3);

    const id = await cluster.submission(one!, "image", "after the thaw");
    const after = await cluster.allEnded(one!, 4);
    expect(after.find((job) => job.id === id)?.status).toBe("completed");
    expect(await cluster.acceptedStarts()).toHaveLength(4);
  }, 180_000);
});

/** Gives the jobs as a node tells of them, but for where it is reached. */
async function rowsOf(url: string): Promise<unknown> {
  const { data } = await getJson(`${url}/v1/jobs?limit=100`);
  return JSON.parse(JSON.stringify(data).replaceAll(url, ""));
}
