// 500 random acts of 50 users, with answers that fail: no error, no dead end, and what is paid equals what was pressed.
import type { Page } from "playwright-core";
import { beforeAll, describe, expect, test } from "vitest";
import { getJson, postJson, until } from "../e2e/processes.ts";
import { canRun, useStudio } from "./harness.ts";
import { doAnything, randomOf } from "./monkey.ts";
import { watchPayments } from "./payments.ts";
import type { Payments } from "./payments.ts";

const seeds = Number(process.env["JIMENG_TEST_MONKEYS"] ?? 50);
const acts = 500;
const storyMs = 300_000;
const lastToldActs = 25;
// Long enough to be seen as running, short enough that a story ends.
const generateMs = 300;

interface MadeJob {
  id: string;
  status: string;
  completed_at: number | null;
  upstream: { submit_id: string | null };
}

describe.skipIf(!canRun)("a user who does anything", () => {
  const studio = useStudio();
  const listJobs = async (): Promise<MadeJob[]> => {
    const jobs: MadeJob[] = [];
    for (let after = ""; ;) {
      const page = await getJson(`${studio.gateway.url}/v1/jobs?limit=100${after}`);
      jobs.push(...page.data);
      if (!page.has_more) return jobs;
      after = `&after=${page.last_id}`;
    }
  };
  const jobsEnded = async (): Promise<MadeJob[]> => {
    let jobs: MadeJob[] = [];
    const findRunning = () => jobs.filter(({ completed_at: at }) => at === null);
    const probe = async () => {
      jobs = await listJobs();
      return findRunning().length === 0 ? jobs : undefined;
    };
    return await until("the end of all jobs", probe, 120_000).catch((error: unknown) => {
      throw new Error(JSON.stringify(findRunning()), { cause: error });
    });
  };

  beforeAll(async () => {
    await studio.plant({ endpoint: "generate", kind: "lasts", generate_ms: generateMs, times: 0 });
    for (const prompt of ["a cat", "一只小猫", "<b>bold</b>"])
      await postJson(`${studio.gateway.url}/v1/jobs`, { kind: "image", prompt });
    await postJson(`${studio.gateway.url}/v1/jobs`, { kind: "video", prompt: "waves" });
    await jobsEnded();
  }, 120_000);

  test.each(Array.from({ length: seeds }, (_, seed) => seed))(
    "meets no error and no dead end, and pays for what was pressed: story %i",
    async (seed) => {
      const before = new Set((await listJobs()).map(({ id }) => id));
      const page = await studio.browser.newPage();
      page.on("dialog", (dialog) => void dialog.dismiss());
      const payments = await watchPayments(page, randomOf(seed + seeds));
      await page.goto(`${studio.gateway.url}/library`);
      // No story begins with what another one has left.
      await page.evaluate(() => localStorage.clear());
      await page.reload();
      const next = randomOf(seed);
      const story: string[] = [];
      for (let act = 0; act < acts; act++) story.push(await doAnything(page, next));
      await page.unrouteAll({ behavior: "wait" });

      const told = story.slice(-lastToldActs).join("\n");
      expect(studio.takeProblems(), told).toEqual([]);
      await leadOut(page);
      await expectPaid(payments, page, before);
      expect(studio.takeProblems(), told).toEqual([]);
      await page.close();
    },
    storyMs,
  );

  /** Whatever happened, there is a way out of it: what is open closes, and both rooms show themselves. */
  async function leadOut(page: Page): Promise<void> {
    await page.locator("#content").waitFor();
    await until("a way to the library", async () => {
      // The last acts may open something still.
      while ((await page.locator("dialog[open]").count()) > 0) await page.keyboard.press("Escape");
      const way = page.locator('nav a[href$="/library"]');
      return await way.click({ timeout: 1000 }).then(
        () => true,
        () => undefined,
      );
    });
    await page.getByRole("searchbox").waitFor();
    await page.locator('nav a[href$="/"]').click();
    await page.locator("#prompt").click();
  }

  /** Every press made its jobs, every job was started once, and nothing else was. */
  async function expectPaid(
    payments: Payments,
    page: Page,
    before: ReadonlySet<string>,
  ): Promise<void> {
    await page.waitForFunction(() =>
      Object.keys(localStorage).every((key) => !key.startsWith("jimeng.press.")),
    );
    expect(payments.faults).toEqual([]);
    const presses = await payments.countPresses();
    const keys = [...payments.jobsOfKeys.keys()].map((key) => key.replace(/-\d+$/, ""));
    const pressed = new Set(keys).size;
    expect(pressed).toBeLessThanOrEqual(presses);
    expect(presses).toBeLessThanOrEqual(pressed + payments.repeats());

    const made = (await jobsEnded()).filter(({ id }) => !before.has(id));
    const answered = [...payments.jobsOfKeys.values()].flatMap((ids) => [...ids]);
    expect(made.map(({ id }) => id).toSorted()).toEqual(answered.toSorted());
    const { accepted_starts: starts } = await studio.askSimulator("accepted-starts");
    const submitIds = (starts as { submit_id: string }[]).map(({ submit_id: id }) => id);
    expect(new Set(submitIds).size).toBe(submitIds.length);
    const known = new Set((await listJobs()).map(({ upstream }) => upstream.submit_id));
    expect(submitIds.filter((id) => !known.has(id))).toEqual([]);
    const unpaid = made.filter(({ status, upstream: { submit_id: id } }) =>
      status === "completed" ? !submitIds.includes(id ?? "") : false,
    );
    expect(unpaid).toEqual([]);
  }
});
