// A network and a machine at their worst: answers of 401 and 500, answers after ten seconds and none at all, to a press
// as well as to what is read, and a processor four times slower; nothing is paid twice, nothing is lost, nothing jumps.
import type { Page, Route } from "playwright-core";
import { describe, expect, test } from "vitest";
import { getJson, until } from "../e2e/processes.ts";
import { canRun, useStudio } from "./harness.ts";

const slowMs = 10_000;
const mostShift = 0.02;

describe.skipIf(!canRun)("at their worst", () => {
  const studio = useStudio({ draft: { count: 1, resolution: "1k" } });
  const make = (page: Page) => page.getByRole("button", { name: "Make", exact: true });
  const listJobs = async (prompt: string): Promise<any[]> =>
    (await getJson(`${studio.gateway.url}/v1/jobs?limit=100`)).data.filter(
      (job: any) => job.request.prompt === prompt,
    );

  /** Lets the next presses be answered so. */
  async function onPress(page: Page, reply: (route: Route) => Promise<void>): Promise<void> {
    await page.route("**/v1/jobs", async (route) => {
      if (route.request().method() !== "POST") return await route.fallback();
      await reply(route);
    });
  }
  const refuse = (status: number, code: string, message: string) => (route: Route) =>
    route.fulfill({
      status,
      json: {
        error: {
          message,
          type: "api_error",
          param: null,
          code,
          retryable: status === 500,
          charged: status === 500 ? "unknown" : "no",
          job_id: null,
          request_id: null,
          fix: "Try again.",
        },
      },
    });

  test("a press that is answered 401 or 500 keeps what was written, and the next press makes one job", async () => {
    const page = await studio.open();
    for (const [status, code, message] of [
      [401, "unauthorized", "This gateway asks for a key"],
      [500, "internal", "Something broke"],
    ] as const) {
      const prompt = `answered ${status}`;
      await page.fill("#prompt", prompt);
      await onPress(page, refuse(status, code, message));
      await make(page).click();
      await page.getByText(message).first().waitFor();
      expect(await page.inputValue("#prompt")).toBe(prompt);
      expect(await listJobs(prompt)).toEqual([]);
      await page.unrouteAll({ behavior: "ignoreErrors" });
      await page.reload();
      await page.locator("#prompt").waitFor();
      if ((await listJobs(prompt)).length === 0) await make(page).click();
      await page.getByRole("article", { name: prompt }).waitFor();
      expect(await listJobs(prompt)).toHaveLength(1);
    }
    expect(studio.takeProblems()).toEqual([]);
  });

  test("a press that is answered after ten seconds, or whose answer is lost, makes one job, whatever is pressed meanwhile", async () => {
    const page = await studio.open();
    for (const [prompt, reply] of [
      [
        "answered late",
        async (route: Route) => {
          const response = await route.fetch();
          await new Promise((resolve) => setTimeout(resolve, slowMs));
          await route.fulfill({ response });
        },
      ],
      [
        "answer lost",
        async (route: Route) => {
          await route.fetch();
          await new Promise((resolve) => setTimeout(resolve, slowMs));
          await route.abort("connectionreset");
        },
      ],
    ] as const) {
      await page.fill("#prompt", prompt);
      let isFirst = true;
      await onPress(page, async (route) => {
        if (!isFirst) return await route.fallback();
        isFirst = false;
        await reply(route);
      });
      await make(page).click();
      await page.locator("#prompt").press("Control+Enter");
      await page.getByRole("button", { name: "Sending…" }).click({ force: true });
      await page.getByRole("article", { name: prompt }).waitFor();
      await until("the end of it", async () =>
        (await listJobs(prompt)).every(({ status }) => status === "completed") ? true : undefined,
      );
      expect(await listJobs(prompt)).toHaveLength(1);
      await page.unrouteAll({ behavior: "wait" });
    }
    expect(studio.takeProblems()).toEqual([]);
  });

  test("with answers after ten seconds and a slow processor a picture is made, and no room jumps", async () => {
    const page = await studio.open();
    const session = await page.context().newCDPSession(page);
    await session.send("Emulation.setCPUThrottlingRate", { rate: 4 });
    const prompt = "made slowly";
    await page.fill("#prompt", prompt);
    await make(page).click();
    const link = page.getByRole("link", { name: `Open: ${prompt}` });
    await link.waitFor({ timeout: 60_000 });
    expect(await listJobs(prompt)).toHaveLength(1);
    const [job] = await listJobs(prompt);
    const asset = job.result.assets[0].id as string;
    await page.addInitScript(() => {
      const shifts: string[] = [];
      let sum = 0;
      Object.assign(globalThis, { shifts: () => ({ sum, shifts }) });
      new PerformanceObserver((list) => {
        for (const entry of list.getEntries() as any[]) {
          if (entry.hadRecentInput) continue;
          sum += entry.value;
          for (const { node } of entry.sources)
            shifts.push(`${entry.value.toFixed(3)} ${node?.outerHTML?.slice(0, 90)}`);
        }
      }).observe({ type: "layout-shift", buffered: true });
    });
    for (const path of [
      "/",
      "/library",
      "/jobs",
      `/jobs/${job.id}`,
      "/accounts",
      "/admin",
      "/health",
      `/library?asset=${asset}`,
    ]) {
      await page.route(/\/v1\/(?!events)/, async (route) => {
        await new Promise((resolve) => setTimeout(resolve, path === "/" ? slowMs : 1500));
        await route.fallback().catch(() => undefined);
      });
      await page.goto(`${studio.gateway.url}${path}`);
      await page.locator("#content .animate-pulse").first().waitFor({ state: "detached" });
      await until("pictures", () =>
        page.evaluate(() => [...document.images].every(({ complete }) => complete) || undefined),
      );
      const { sum, shifts } = await page.evaluate(() =>
        (globalThis as unknown as { shifts(): { sum: number; shifts: string[] } }).shifts(),
      );
      expect(sum, `${path}: ${shifts.join("\n")}`).toBeLessThanOrEqual(mostShift);
      await page.unrouteAll({ behavior: "ignoreErrors" });
    }
    expect(studio.takeProblems()).toEqual([]);
    await page.close();
  });
});
