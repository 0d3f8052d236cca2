// 500 random acts of 50 users, with answers that fail: no error, no dead end, and nothing is paid that was not pressed.
import { describe, expect, test } from "vitest";
import { canRun, useStudio } from "./harness.ts";
import { doAnything, randomOf } from "./monkey.ts";

const seeds = 50;
const acts = 500;
const faultEvery = 15;
const storyMs = 300_000;

describe.skipIf(!canRun)("a user who does anything", () => {
  const studio = useStudio();

  test.each(Array.from({ length: seeds }, (_, seed) => seed))(
    "meets no error and no dead end, and pays for what was pressed only: story %i",
    async (seed) => {
      const next = randomOf(seed);
      const page = await studio.open("/library");
      let starts = 0;
      const paid = new Set<string>();
      page.on("dialog", (dialog) => void dialog.dismiss());
      page.on("request", (request) => {
        if (request.method() !== "POST" || !/\/v1\/jobs(\/batch)?$/.test(request.url())) return;
        starts += 1;
        paid.add(request.headers()["idempotency-key"] ?? `without a key ${starts}`);
      });
      await page.route("**/v1/**", async (route) => {
        if (next(faultEvery) > 0) return await route.continue();
        const status = [500, 503, 401, 0][next(4)] ?? 0;
        if (status === 0) return await route.abort();
        const error = { message: "made to fail", code: "internal", type: "api_error" };
        return await route.fulfill({ status, json: { error } });
      });
      const story: string[] = [];
      for (let act = 0; act < acts; act++) story.push(await doAnything(page, next));
      await page.unroute("**/v1/**");

      expect(studio.takeProblems(), story.slice(-20).join("\n")).toEqual([]);
      // Whatever happened, the rooms can be reached and show themselves.
      await page.goto(`${studio.gateway.url}/library`);
      await page.getByRole("searchbox").waitFor();
      await page.goto(`${studio.gateway.url}/`);
      await page.locator("#prompt").waitFor();
      expect([...paid].filter((key) => key.startsWith("without a key"))).toEqual([]);
      await page.close();
    },
    storyMs,
  );
});
