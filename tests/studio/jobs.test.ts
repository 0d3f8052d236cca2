// The table of jobs, what the page does for keys alone and on a phone, and one stream of events for all tabs.
import type { Page } from "playwright-core";
import { beforeAll, describe, expect, test } from "vitest";
import { getJson, postJson, until } from "../e2e/processes.ts";
import { canRun, findBarriers, useStudio } from "./harness.ts";

/** Makes the processor of a page slower by a factor; 1 is as it is. */
async function slowDown(page: Page, rate: number): Promise<void> {
  const session = await page.context().newCDPSession(page);
  await session.send("Emulation.setCPUThrottlingRate", { rate });
  await session.detach();
}

describe.skipIf(!canRun)("jobs", () => {
  const studio = useStudio({ draft: { count: 1, resolution: "1k" } });
  let done: any;
  beforeAll(async () => {
    const { url } = studio.gateway;
    const { body } = await postJson(`${url}/v1/jobs`, {
      kind: "image",
      prompt: "a red kite",
      resolution: "1k",
      count: 1,
    });
    await postJson(`${url}/v1/jobs`, { kind: "image", prompt: "simulate:2038" });
    done = await until("the end of both", async () => {
      const { data } = await getJson(`${url}/v1/jobs`);
      const ended = data.filter((job: any) => /completed|failed/.test(job.status));
      return ended.length === 2 ? data.find((job: any) => job.id === body.id) : undefined;
    });
  });

  test("are a table whose filters and details have addresses that a reload keeps", async () => {
    const page = await studio.open("/jobs");
    await page.getByRole("button", { name: /a red kite/ }).waitFor();
    await page.getByLabel("Status").selectOption("failed");
    await page.getByRole("button", { name: /a red kite/ }).waitFor({ state: "detached" });
    await page.getByRole("button", { name: /simulate:2038/ }).click();
    const details = page.getByRole("complementary", { name: "Details" });
    await details.getByText("Was I charged?").waitFor();
    expect(new URL(page.url()).search).toBe("?status=failed");
    await page.reload();
    await details.getByText("not charged").first().waitFor();
    expect(await findBarriers(page)).toEqual([]);
    await page.goBack();
    await details.waitFor({ state: "detached" });
    expect(studio.takeProblems()).toEqual([]);
  });

  test("that do not exist are told as such, and so is a place that is none", async () => {
    const page = await studio.open("/jobs/job_no");
    await page.getByText("There is no such job").waitFor();
  });

  test("are copied as a command without a key in it", async () => {
    await studio.browser.grantPermissions(["clipboard-read", "clipboard-write"]);
    const page = await studio.open(`/jobs/${done.id}`);
    const details = page.getByRole("complementary", { name: "Details" });
    await details.getByRole("button", { name: "Copy as" }).click();
    await details.getByRole("button", { name: "curl" }).click();
    await page.getByText("Copied").waitFor();
    const text = await page.evaluate(() => navigator.clipboard.readText());
    expect(text).toContain(`curl ${studio.gateway.url}/v1/jobs`);
    expect(text).toContain('"prompt":"a red kite"');
    expect(text).toContain("$JIMENG_API_KEY");
  });

  test("and everything else are reached by keys alone", async () => {
    const page = await studio.open();
    await page.getByRole("article", { name: "a red kite" }).waitFor();
    await page.keyboard.press("Control+k");
    await page.getByRole("combobox", { name: "Commands" }).waitFor();
    await page.keyboard.type("failed");
    await page.keyboard.press("Enter");
    await page.waitForURL("**/jobs?status=failed");
    // From another room, on a slow machine: the first letter has its place when it comes.
    await slowDown(page, 6);
    await page.keyboard.press("n");
    await page.keyboard.type("g l is typed, not gone to");
    await slowDown(page, 1);
    expect(await page.inputValue("#prompt")).toBe("g l is typed, not gone to");
    await page.keyboard.press("Control+Enter");
    await page.getByRole("article", { name: "g l is typed, not gone to" }).waitFor();
    await page.keyboard.press("Control+ArrowUp");
    await page.evaluate(() => (document.activeElement as HTMLElement).blur());
    await page.keyboard.press("Shift+?");
    await page.getByRole("heading", { name: "Keyboard shortcuts" }).waitFor();
    expect(await findBarriers(page)).toEqual([]);
    await page.keyboard.press("Escape");
    await page.getByRole("heading", { name: "Keyboard shortcuts" }).waitFor({ state: "detached" });
    expect(studio.takeProblems()).toEqual([]);
  });

  test("are made on a phone of 320 pixels, in Chinese and dark, without a barrier or sideways scrolling", async () => {
    const page = await studio.open();
    await page.evaluate(() => {
      localStorage.setItem("jimeng.locale", "zh");
      localStorage.setItem("jimeng.theme", "dark");
    });
    await page.setViewportSize({ width: 320, height: 640 });
    await page.goto(`${studio.gateway.url}/`);
    await page.getByRole("article").first().waitFor();
    const overflow = () =>
      page.evaluate(
        () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
      );
    expect(await overflow()).toBe(0);
    await page.getByRole("button", { name: /g l is typed|描述你想看到的画面/ }).click();
    await page.fill("#prompt", "一只红风筝");
    expect(await findBarriers(page)).toEqual([]);
    await page.getByRole("button", { name: "生成", exact: true }).click();
    await page.getByRole("article", { name: "一只红风筝" }).waitFor();
    expect(await overflow()).toBe(0);
    await page.goto(`${studio.gateway.url}/jobs?status=failed`);
    await page.getByRole("button", { name: /simulate:2038/ }).click();
    await page.getByText("内容未通过站点审核").waitFor();
    expect(await findBarriers(page)).toEqual([]);
    expect(studio.takeProblems()).toEqual([]);
  });

  test("come to every tab over one stream, also when the tab that reads it is closed", async () => {
    let streams = 0;
    studio.browser.on("request", (request) => {
      if (request.url().endsWith("/v1/events")) streams += 1;
    });
    const tabs = [await studio.open(), await studio.open(), await studio.open()];
    for (const tab of tabs) await tab.getByRole("article").first().waitFor();
    await until("the stream", () => (streams > 0 ? true : undefined));
    expect(streams).toBe(1);
    const make = (prompt: string) =>
      postJson(`${studio.gateway.url}/v1/jobs`, {
        kind: "image",
        prompt,
        resolution: "1k",
        count: 1,
      });
    await make("for all tabs");
    for (const tab of tabs) await tab.getByRole("article", { name: "for all tabs" }).waitFor();
    await tabs.shift()?.close();
    await make("after the first tab");
    for (const tab of tabs)
      await tab.getByRole("article", { name: "after the first tab" }).waitFor();
    expect(streams).toBe(2);
    for (const tab of tabs) await tab.close();
  });

  test("that are made again are one press of a held key, and are shown, however far down one was", async () => {
    const { url } = studio.gateway;
    const list = async () => (await getJson(`${url}/v1/jobs?limit=100`)).data;
    for (let number = 0; number < 8; number += 1)
      await postJson(`${url}/v1/jobs`, { kind: "image", prompt: `simulate:2038 ${number}` });
    await until("the end of all", async () =>
      (await list()).every((job: any) => /completed|failed/.test(job.status)) ? true : undefined,
    );
    const page = await studio.open();
    await page.getByRole("article", { name: "simulate:2038 7" }).waitFor();
    const feed = page.getByRole("region", { name: "What was made" }).locator("> div");
    await feed.evaluate((element) => element.scrollTo(0, element.scrollHeight));
    await page
      .getByRole("article", { name: "simulate:2038", exact: true })
      .getByRole("button", { name: "Make again" })
      .focus();
    const place = () => feed.evaluate(({ scrollTop }) => scrollTop);
    expect(await place()).toBeGreaterThan(0);
    const { length: before } = await list();
    for (let repeat = 0; repeat < 3; repeat += 1) await page.keyboard.down("Enter");
    await page.keyboard.up("Enter");
    await until("the top", async () => ((await place()) === 0 ? true : undefined));
    expect((await list()).length).toBe(before + 1);
    expect(studio.takeProblems()).toEqual([]);
  });
});
