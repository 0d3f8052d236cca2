// 500 random acts of 50 users, with answers that fail: no error, no dead end, and what is paid equals what was pressed.
import type { Page } from "playwright-core";
import { beforeAll, describe, expect, test } from "vitest";
import { getJson, postJson, until } from "../e2e/processes.ts";
import { canRun, useStudio } from "./harness.ts";
import { doAnything, makeSomething, randomOf, windowSize } from "./monkey.ts";
import { watchPayments } from "./payments.ts";
import type { Payments } from "./payments.ts";

const seeds = 50;
const acts = 500;
const storyMs = 300_000;
const lastToldActs = 25;
// Most of the time goes into pictures: whoever wants more or larger ones chooses them.
const firstDraft = { count: 1, resolution: "1k" };

interface MadeJob {
  id: string;
  status: string;
  completed_at: number | null;
  upstream: { submit_id: string | null };
}

describe.skipIf(!canRun)("a user who does anything", () => {
  // Blank pictures, since drawing them took half of the time; long enough to be seen as running, short enough that a story ends.
  const studio = useStudio({
    simulator: ["--media", "blank", "--image-seconds", "0.3", "--video-seconds", "0.3"],
  });
  /** The ids of the jobs of earlier stories. */
  const known = new Set<string>();

  /** Lists the jobs of this story: newest first, up to one that is known. */
  async function listNewJobs(): Promise<MadeJob[]> {
    const jobs: MadeJob[] = [];
    for (let after = ""; ;) {
      const page = await getJson(`${studio.gateway.url}/v1/jobs?limit=100${after}`);
      const fresh = (page.data as MadeJob[]).filter(({ id }) => !known.has(id));
      jobs.push(...fresh);
      if (!page.has_more || fresh.length < page.data.length) return jobs;
      after = `&after=${page.last_id}`;
    }
  }
  async function jobsEnded(): Promise<MadeJob[]> {
    let jobs: MadeJob[] = [];
    const findRunning = () => jobs.filter(({ completed_at: at }) => at === null);
    const probe = async () => {
      jobs = await listNewJobs();
      return findRunning().length === 0 ? jobs : undefined;
    };
    return await until("the end of all jobs", probe, 120_000).catch((error: unknown) => {
      throw new Error(JSON.stringify(findRunning()), { cause: error });
    });
  }
  async function listStarts(): Promise<string[]> {
    const { accepted_starts: starts } = await studio.askSimulator("accepted-starts");
    return (starts as { submit_id: string }[]).map(({ submit_id: id }) => id);
  }
  /** Takes note of the jobs of a story, so that the next one does not count them. */
  async function closeStory(): Promise<void> {
    for (const { id } of await jobsEnded()) known.add(id);
  }

  beforeAll(async () => {
    for (const prompt of ["a cat", "一只小猫", "<b>bold</b>"])
      await postJson(`${studio.gateway.url}/v1/jobs`, { kind: "image", prompt });
    await postJson(`${studio.gateway.url}/v1/jobs`, { kind: "video", prompt: "waves" });
    await closeStory();
  }, 120_000);

  /** Opens a page that is watched, as a new user finds it; tells how much was started before. */
  async function openStory(
    seed: number,
  ): Promise<{ page: Page; payments: Payments; startsBefore: number }> {
    await closeStory();
    const { length: startsBefore } = await listStarts();
    const page = await studio.browser.newPage();
    await page.setViewportSize(windowSize);
    page.on("dialog", (dialog) => void dialog.dismiss());
    const payments = await watchPayments(page, seed);
    // No story begins with what another one has left.
    const session = await studio.browser.newCDPSession(page);
    await session.send("Storage.clearDataForOrigin", {
      origin: studio.gateway.url,
      storageTypes: "local_storage",
    });
    await page.addInitScript((draft) => {
      localStorage["jimeng.draft"] ??= draft;
    }, JSON.stringify(firstDraft));
    await page.emulateMedia({ reducedMotion: "reduce" });
    await page.goto(`${studio.gateway.url}/library`);
    return { page, payments, startsBefore };
  }

  test.each(Array.from({ length: seeds }, (_, seed) => seed))(
    "meets no error and no dead end, and pays for what was pressed: story %i",
    async (seed) => {
      const { page, payments, startsBefore } = await openStory(seed);
      const next = randomOf(seed);
      const story: string[] = [];
      for (let act = 0; act < acts; act++) story.push(await doAnything(page, next));
      await payments.endFaults();

      const told = story.slice(-lastToldActs).join("\n");
      expect(studio.takeProblems(), told).toEqual([]);
      await leadOut(page, payments);
      await expectPaid(payments, page, startsBefore);
      expect(studio.takeProblems(), told).toEqual([]);
      await page.close();
    },
    storyMs,
  );

  test("would notice what is paid without a press", async () => {
    const planted: [Record<string, string>, RegExp][] = [
      [{}, /paid requests/],
      [{ "idempotency-key": "pressed-by-nobody" }, /keys of/],
    ];
    for (const [headers, fault] of planted) {
      const { page, payments, startsBefore } = await openStory(seeds);
      await payments.endFaults();
      await makeSomething(page, "a cat");
      await page.evaluate(async (more) => {
        await fetch("/v1/jobs", {
          method: "POST",
          headers: { "content-type": "application/json", ...more },
          body: JSON.stringify({ kind: "image", prompt: "a cat" }),
        });
      }, headers);
      await expect(expectPaid(payments, page, startsBefore)).rejects.toThrow(fault);
      await page.close();
    }
  });

  /** Whatever happened, there is a way out of it: what is open closes, both rooms show themselves, and one can make something. */
  async function leadOut(page: Page, payments: Payments): Promise<void> {
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
    await page.fill("#prompt", "something else");
    await page.getByRole("button", { name: /^(Clear the draft|清空草稿)$/ }).click();
    await page.fill("#prompt", "the end");
    const { length: before } = (await payments.readPresses()).pressed;
    await until("a press", async () => {
      await page.locator("#prompt").press("Control+Enter");
      return (await payments.readPresses()).pressed.length > before ? true : undefined;
    });
    await page.getByRole("article", { name: "the end" }).first().waitFor();
  }

  /** Every press has one key, every key its own jobs, every job at most one start, and there is nothing else. */
  async function expectPaid(payments: Payments, page: Page, startsBefore: number): Promise<void> {
    // What was not answered is asked for again, also after the last act.
    await page.waitForFunction(() =>
      Object.keys(localStorage).every((key) => !key.startsWith("jimeng.press.")),
    );
    await payments.settle();
    expect(payments.faults, "paid requests").toEqual([]);
    const { pressed, keys, repeats } = await payments.readPresses();
    const paidPresses = new Set(keys.map((key) => key.replace(/-\d+$/, ""))).size;
    expect(paidPresses + repeats, `keys of ${pressed.join(", ")}: ${keys.join(", ")}`).toBe(
      pressed.length,
    );

    const { jobsOfKeys } = payments;
    expect([...jobsOfKeys.keys()].filter((key) => !keys.includes(key))).toEqual([]);
    const answered = [...jobsOfKeys.values()].flatMap((ids) => [...ids]);
    const made = await jobsEnded();
    expect(made.map(({ id }) => id).toSorted()).toEqual(answered.toSorted());

    const starts = (await listStarts()).slice(startsBefore);
    expect(starts.length).toBe(new Set(starts).size);
    const submitIds = new Set(made.map(({ upstream }) => upstream.submit_id));
    expect(starts.filter((id) => !submitIds.has(id))).toEqual([]);
    const unpaid = made.filter(
      ({ status, upstream: { submit_id: id } }) =>
        status === "completed" && !starts.includes(id ?? ""),
    );
    expect(unpaid).toEqual([]);
  }
});
