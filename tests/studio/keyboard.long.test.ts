// Everything by keys alone: a picture is made, watched, found, looked at, sorted out and made again; accounts and choices.
// No test here touches the mouse or puts the focus anywhere; each place that Tab stops at must be seen.
import type { Page } from "playwright-core";
import { beforeAll, describe, expect, test } from "vitest";
import { getJson, until } from "../e2e/processes.ts";
import { canRun, findBarriers, useStudio } from "./harness.ts";

const mostStops = 80;

/** Returns how the place with the focus is called, and what is wrong with it as a stop for Tab. */
function atFocus(page: Page): Promise<{ name: string; fault: string }> {
  return page.evaluate(() => {
    const element = document.activeElement as HTMLElement | null;
    if (element === null || element === document.body) return { name: "", fault: "" };
    const label = (element as HTMLInputElement).labels?.[0];
    const shown = label ?? element;
    const isCell = element.role === "gridcell";
    const name = isCell ? "a cell" : (element.ariaLabel ?? (label ?? element).textContent.trim());
    const { width, height, top, bottom } = shown.getBoundingClientRect();
    const isSeen = width > 8 && height > 8 && bottom > 0 && top < innerHeight;
    return {
      name: name === "" ? element.title : name,
      fault: isSeen ? "" : `is not seen: ${shown.outerHTML.slice(0, 160)}`,
    };
  });
}

describe.skipIf(!canRun)("by keys alone", () => {
  const studio = useStudio();
  const ask = (path: string) => getJson(`${studio.gateway.url}${path}`);
  const total = async (query = ""): Promise<number> =>
    (await ask(`/v1/assets/timeline${query}`)).total;
  const lasting = (seconds: number) =>
    studio.plant({ endpoint: "generate", kind: "lasts", generate_ms: seconds * 1000 });

  /** Presses Tab until the place of this name has the focus. */
  async function tabTo(page: Page, name: string | RegExp, back = false): Promise<void> {
    const passed: string[] = [];
    for (let stops = 0; stops < mostStops; stops++) {
      const at = await atFocus(page);
      expect(at.fault, `the stop ${at.name}`).toBe("");
      if (typeof name === "string" ? at.name === name : name.test(at.name)) return;
      passed.push(at.name);
      await page.keyboard.press(back ? "Shift+Tab" : "Tab");
    }
    throw new Error(`Tab never came to ${name.toString()}, only to: ${passed.join(" | ")}`);
  }
  async function press(page: Page, ...keys: string[]): Promise<void> {
    for (const key of keys) await page.keyboard.press(key);
  }
  const focusedIndex = (page: Page) =>
    page.evaluate(() => Number((document.activeElement as HTMLElement).dataset["index"] ?? -1));

  beforeAll(async () => {
    const make = async (body: object): Promise<void> => {
      const response = await fetch(`${studio.gateway.url}/v1/jobs`, {
        method: "POST",
        body: JSON.stringify(body),
        headers: { "content-type": "application/json" },
      });
      const { id } = (await response.json()) as { id: string };
      await fetch(`${studio.gateway.url}/v1/jobs/${id}/events`).then((answer) => answer.text());
    };
    await Promise.all([
      make({ kind: "image", prompt: "a green hill", count: 4 }),
      make({ kind: "video", prompt: "waves at the shore" }),
    ]);
  }, 60_000);

  test("a picture is chosen, made, watched, cancelled and made again", async () => {
    const page = await studio.open("/jobs");
    await page.getByRole("heading", { name: "Jobs" }).waitFor();
    await press(page, "n");
    await page.keyboard.type("a paper boat");
    await tabTo(page, /^Model/);
    await press(page, "Enter");
    await tabTo(page, "Search models");
    await page.keyboard.type("jimeng-4.0");
    await tabTo(page, /^jimeng-4.0/);
    await press(page, "Enter");
    await tabTo(page, /^Ratio/);
    await press(page, "Enter");
    await tabTo(page, "16:9");
    await press(page, "Enter");
    await tabTo(page, "Count");
    await press(page, "ArrowUp", "ArrowUp");
    await tabTo(page, "Prompt", true);
    await press(page, "Control+Enter");
    const card = page.getByRole("article", { name: "a paper boat" });
    await card.getByRole("link", { name: /^Open/ }).nth(1).waitFor();
    const [job] = (await ask("/v1/jobs?limit=1")).data;
    expect(job.request).toMatchObject({ prompt: "a paper boat", ratio: "16:9", count: 2 });

    await lasting(60);
    await press(page, "Control+a");
    await page.keyboard.type("not this one");
    await press(page, "Control+Enter");
    const second = page.getByRole("article", { name: "not this one" });
    await second
      .getByText(/Generating|Waiting/)
      .first()
      .waitFor();
    await tabTo(page, "Cancel", true);
    await press(page, "Enter");
    await second
      .getByText(/Cancell/)
      .first()
      .waitFor();
    await tabTo(page, "Prompt");
    await press(page, "Control+ArrowUp");
    expect(await page.inputValue("#prompt")).toBe("a paper boat");

    // The lists that open are left with Escape, and the focus is where it was.
    await tabTo(page, /^Model/);
    await press(page, "Enter", "Escape");
    expect((await atFocus(page)).name).toMatch(/^Model/);
    await press(page, "Control+k");
    await page.getByRole("combobox", { name: "Commands" }).waitFor();
    await press(page, "Escape");
    await page.getByRole("dialog").waitFor({ state: "detached" });
    expect((await atFocus(page)).name).toMatch(/^Model/);

    await press(page, "g", "j");
    await page.waitForURL("**/jobs");
    await tabTo(page, "Status");
    await page.keyboard.type("Cancelled");
    await page.waitForURL("**/jobs?status=cancelled");
    // It ends a moment after it was asked to.
    await page.getByRole("button", { name: /^not this one/ }).waitFor();
    await tabTo(page, /^not this one/);
    await press(page, "Enter");
    const details = page.getByRole("complementary", { name: "Details" });
    await details.getByText("Submit id").waitFor();
    await tabTo(page, "Copy as");
    await press(page, "Enter");
    await tabTo(page, "curl");
    await press(page, "Escape", "Escape");
    expect(studio.takeProblems()).toEqual([]);
  });

  test("a result is found, opened, made again with a change, starred, moved to the trash and taken back", async () => {
    const page = await studio.open("/");
    await page.getByRole("article", { name: "a green hill" }).waitFor();
    await press(page, "/");
    await page.waitForURL("**/library");
    await page.locator("input[type=search]:focus").waitFor();
    await page.keyboard.type("green");
    await page.getByText("4 results").first().waitFor();
    await tabTo(page, "a cell");
    await page.getByRole("gridcell", { name: "a green hill" }).nth(3).waitFor();
    const from = await focusedIndex(page);
    expect(from).toBe(0);
    for (const [key, to] of [
      ["ArrowRight", 1],
      ["End", 3],
      ["Home", 0],
    ] as const) {
      await press(page, key);
      await until(`${key} to move`, async () =>
        (await focusedIndex(page)) === to ? true : undefined,
      );
    }
    await press(page, "x", "Shift+ArrowRight");
    await page.getByText("2 selected").waitFor();
    await press(page, "c");
    const dialog = page.getByRole("dialog");
    await dialog.getByRole("img").nth(1).waitFor();
    await press(page, "Escape");
    await dialog.waitFor({ state: "detached" });
    await press(page, "Control+a");
    await page.getByText("4 selected").waitFor();
    await press(page, "Escape");
    await page.getByText("4 selected").waitFor({ state: "detached" });
    expect(await focusedIndex(page)).toBeGreaterThanOrEqual(0);

    const download = page.waitForEvent("download");
    await press(page, "d");
    await download;
    await studio.browser.grantPermissions(["clipboard-read", "clipboard-write"]);
    await press(page, "y");
    await page.getByText("Copied").waitFor();
    expect(await page.evaluate(() => navigator.clipboard.readText())).toBe("a green hill");

    await press(page, "Enter");
    await dialog.getByText("Seed").waitFor();
    await press(page, "+");
    await press(page, "0", "1", "-", "0");
    await press(page, "i");
    await dialog.getByText("Seed").waitFor({ state: "detached" });
    await press(page, "i");
    await dialog.getByText("Seed").waitFor();
    await press(page, "f");
    await page.waitForFunction(() => document.fullscreenElement !== null);
    await press(page, "f");
    await page.waitForFunction(() => document.fullscreenElement === null);
    await press(page, "x");
    await dialog.locator("[aria-pressed=true]").first().waitFor();
    await press(page, "x", "r");
    const remix = page.getByRole("dialog", { name: "Remix" });
    await tabTo(page, "Prompt");
    await press(page, "Control+a");
    await page.keyboard.type("a blue hill");
    await page.locator("ins").getByText("blue").waitFor();
    expect(await findBarriers(page)).toEqual([]);
    await press(page, "Control+Enter");
    await dialog.getByText("Started.").waitFor();
    await remix.waitFor({ state: "detached" });
    const [job] = (await ask("/v1/jobs?limit=1")).data;
    expect(job.request.prompt).toBe("a blue hill");
    await press(page, "s");
    await dialog.getByText("1 result starred").waitFor();
    expect(await total("?starred=true")).toBe(1);
    await press(page, "Delete");
    await dialog.getByText("in the trash for 30 days").waitFor();
    expect(await total("?trashed=true")).toBe(1);
    await press(page, "Control+z");
    await until("it is back", async () =>
      (await total("?trashed=true")) === 0 ? true : undefined,
    );
    await press(page, "Escape");
    await dialog.waitFor({ state: "detached" });
    await until("the focus in the grid", async () =>
      (await focusedIndex(page)) >= 0 ? true : undefined,
    );
    await press(page, "u");
    await page.waitForURL((url) => url.pathname === "/");
    await page.getByRole("button", { name: /^Remove/ }).waitFor();
    expect(studio.takeProblems()).toEqual([]);
  });

  test("a video is played, stepped through, and a frame of it begins another", async () => {
    const page = await studio.open("/library?kind=video");
    await page.getByText("1 result").first().waitFor();
    await tabTo(page, "a cell");
    await press(page, "Enter");
    const dialog = page.getByRole("dialog");
    const video = dialog.locator("video");
    await page.waitForFunction(() => (document.querySelector("video")?.duration ?? 0) > 0);
    await press(page, "Space");
    await page.waitForFunction(() => (document.querySelector("video")?.currentTime ?? 0) > 0.1);
    await press(page, "Space");
    await page.waitForFunction(() => document.querySelector("video")?.paused === true);
    const timeOf = () => video.evaluate((element) => (element as HTMLVideoElement).currentTime);
    const before = await timeOf();
    await press(page, ".");
    expect(await timeOf()).toBeGreaterThan(before);
    await press(page, ",");
    expect(await timeOf()).toBeCloseTo(before, 2);
    await tabTo(page, "This frame as first frame");
    await press(page, "Enter");
    await page.waitForURL((url) => url.pathname === "/");
    await page.getByRole("img", { name: /s\.png$/ }).waitFor();
    await tabTo(page, /^Remove asset_.*s\.png$/);
    await press(page, "Enter");
    await page.getByRole("img", { name: /s\.png$/ }).waitFor({ state: "detached" });
    expect(studio.takeProblems()).toEqual([]);
  });

  test("accounts are checked and added, choices made, and single keys switched off", async () => {
    const page = await studio.open("/");
    await page.getByRole("article").first().waitFor();
    await press(page, "g", "a");
    await page.waitForURL("**/accounts");
    await tabTo(page, "Check: simulator");
    await press(page, "Enter");
    await page.getByText(/^checked /).waitFor();
    await tabTo(page, /^Add an account/, true);
    await press(page, "Enter");
    await tabTo(page, /^Session/);
    await page.keyboard.type("canary0typed0session0canary00000");
    await tabTo(page, "Store the account");
    await press(page, "Enter");
    await page.getByText("This gateway runs on the simulator").waitFor();
    await press(page, "Escape");
    await page.getByRole("dialog").waitFor({ state: "detached" });
    expect((await atFocus(page)).name).toBe("Add an account");
    for (const [key, path] of [
      ["k", "/admin"],
      ["h", "/health"],
      ["c", "/"],
    ] as const) {
      await press(page, "g", key);
      await page.waitForURL((url) => url.pathname === path);
    }
    await press(page, "Shift+?");
    await page.getByRole("heading", { name: "Keyboard shortcuts" }).waitFor();
    await press(page, "Escape");
    await page.getByRole("dialog").waitFor({ state: "detached" });
    await tabTo(page, "Preferences");
    await press(page, "Enter");
    await tabTo(page, "English");
    await press(page, "ArrowRight");
    await page.getByText("图片由本机模拟生成").waitFor();
    await tabTo(page, "偏好设置");
    await press(page, "Enter");
    await tabTo(page, "中文");
    await press(page, "ArrowLeft");
    await page.getByText("pictures are made up").waitFor();
    await tabTo(page, "Preferences");
    await press(page, "Enter");
    await tabTo(page, "Single-key shortcuts");
    await press(page, "Space", "Escape", "g", "l", "n");
    expect(new URL(page.url()).pathname).toBe("/");
    expect((await atFocus(page)).name).toBe("Preferences");
    await press(page, "Control+k");
    await page.getByRole("combobox", { name: "Commands" }).waitFor();
    await page.evaluate(() => localStorage.clear());
    expect(studio.takeProblems()).toEqual([]);
  });
});
