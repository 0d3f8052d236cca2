// Every room at every size, in both languages, all colours and at 400 % zoom, pairwise: no barrier, no sideways scrolling,
// no cut text.
import type { Page } from "playwright-core";
import { beforeAll, describe, expect, test } from "vitest";
import { canRun, findBarriers, look, useStudio } from "./harness.ts";

type Form = [
  size: [width: number, height: number],
  locale: "en" | "zh",
  theme: "light" | "dark",
  colours: "usual" | "forced",
  motion: "usual" | "reduced",
];

// Any two of the choices meet in one of them. The last size is 1280 by 1024 at 400 %.
const forms: Form[] = [
  [[320, 640], "en", "light", "usual", "usual"],
  [[320, 640], "zh", "dark", "forced", "reduced"],
  [[768, 1024], "en", "dark", "usual", "reduced"],
  [[768, 1024], "zh", "light", "forced", "usual"],
  [[1280, 900], "zh", "dark", "usual", "usual"],
  [[1280, 900], "en", "light", "forced", "reduced"],
  [[3840, 2160], "zh", "light", "usual", "reduced"],
  [[3840, 2160], "en", "dark", "forced", "usual"],
  [[320, 256], "zh", "light", "usual", "reduced"],
  [[320, 256], "en", "dark", "forced", "usual"],
];
const rooms = [
  "/",
  "/jobs",
  "/library",
  "/accounts",
  "/admin",
  "/health",
  "/sign-in",
  "/jobs/job_no",
];
// What is opened by a press, over which room.
const opened: [room: string, name: RegExp][] = [
  ["/accounts", /^(Add an account|添加账号)$/],
  ["/admin", /^(New key|新建密钥)$/],
  ["/admin?tab=webhooks", /^(New webhook|新建 Webhook)$/],
];

/** Lists texts of the page itself that are cut; those of people and of the site may be. */
function findCutTexts(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const foreign =
      "article, [role=grid], [role=row], [dir=auto], [title], table, .sr-only, .prompt-field";
    const hasText = (element: Element) =>
      [...element.childNodes].some(
        ({ nodeType, textContent }) => nodeType === Node.TEXT_NODE && textContent?.trim() !== "",
      );
    return [...document.querySelectorAll<HTMLElement>("body *")]
      .filter((element) => hasText(element) && element.checkVisibility())
      .filter((element) => element.closest(foreign) === null)
      .filter(({ scrollWidth, clientWidth }) => clientWidth > 1 && scrollWidth > clientWidth + 1)
      .map(({ outerHTML }) => outerHTML.slice(0, 160));
  });
}

describe.skipIf(!canRun)("every room", () => {
  const studio = useStudio();
  let results: string[] = [];
  let job = "";
  beforeAll(async () => {
    const body = JSON.stringify({
      kind: "image",
      prompt: "一座灯塔 a lighthouse at dusk",
      resolution: "1k",
      count: 2,
    });
    const headers = { "content-type": "application/json" };
    const made = await fetch(`${studio.gateway.url}/v1/jobs`, { method: "POST", body, headers });
    job = ((await made.json()) as { id: string }).id;
    await fetch(`${studio.gateway.url}/v1/jobs/${job}/events`).then((answer) => answer.text());
    const assets = await fetch(`${studio.gateway.url}/v1/assets`);
    results = ((await assets.json()) as { data: { id: string }[] }).data.map(({ id }) => id);
    expect(results).toHaveLength(2);
  }, 60_000);

  async function findFaults(page: Page, name: string): Promise<string[]> {
    await look(page, name.replaceAll(/[^\w-]+/g, "-").slice(0, 100));
    const overflow = await page.evaluate(
      () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
    );
    const faults = [
      ...(await findBarriers(page)),
      ...(overflow === 0 ? [] : [`scrolls sideways by ${overflow}`]),
      ...(await findCutTexts(page)).map((text) => `cuts ${text}`),
      ...studio.takeProblems(),
    ];
    return faults.map((fault) => `${name}: ${fault}`);
  }

  test.each(forms)("at %s %s %s, %s colours, %s motion", async (...form) => {
    const [[width, height], locale, theme, colours, motion] = form;
    const page = await studio.open("/sign-in");
    await page.setViewportSize({ width, height });
    await page.emulateMedia({
      // As on Windows: forced colours come with their own light or dark.
      forcedColors: colours === "forced" ? "active" : "none",
      colorScheme: theme,
      reducedMotion: motion === "reduced" ? "reduce" : "no-preference",
    });
    await page.evaluate(
      (chosen) => {
        localStorage.setItem("jimeng.locale", chosen.locale);
        localStorage.setItem("jimeng.theme", chosen.theme);
      },
      { locale, theme },
    );
    const faults: string[] = [];
    const name = `${width}x${height} ${locale} ${theme} ${colours}`;
    const visit = async (path: string): Promise<void> => {
      await page.goto(`${studio.gateway.url}${path}`);
      await page.locator("#content > *").first().waitFor({ state: "attached" });
      await page.locator("[aria-busy=true], .animate-pulse").first().waitFor({ state: "detached" });
    };
    const [first, second] = results;
    const viewer = `/library?asset=${first}`;
    for (const path of [
      ...rooms,
      `/jobs/${job}`,
      viewer,
      `${viewer}&remix=true`,
      `/library?compare=${first},${second}`,
    ]) {
      await visit(path);
      faults.push(...(await findFaults(page, `${name} ${path.replace(/asset_[\w-]+/g, "")}`)));
    }
    for (const [path, button] of opened) {
      await visit(path);
      await page.locator("#content").getByRole("button", { name: button }).first().click();
      await page.locator("dialog[open]").waitFor();
      faults.push(...(await findFaults(page, `${name} ${path} ${button.source}`)));
    }
    for (const keys of ["Shift+?", "Control+k"]) {
      await visit("/jobs");
      await page.keyboard.press(keys);
      await page.locator("dialog[open]").waitFor();
      faults.push(...(await findFaults(page, `${name} ${keys}`)));
    }
    // Every box beside a button: choices of the composer, menus of a request, tools of a result.
    for (const path of ["/", "/library", viewer]) {
      await visit(path);
      const room = path === viewer ? "dialog[open] " : "";
      const openers = page.locator(`${room}button[popovertarget]:visible`);
      for (let at = 0; at < (await openers.count()); at++) {
        const opener = openers.nth(at);
        const label = await opener.evaluate(
          ({ ariaLabel, textContent }) => ariaLabel ?? textContent,
        );
        await opener.focus();
        await page.keyboard.press("Enter");
        await page.locator("[popover]:popover-open").waitFor();
        await page
          .locator("[popover]:popover-open .h-44, [popover]:popover-open .animate-pulse")
          .waitFor({ state: "detached" });
        faults.push(...(await findFaults(page, `${name} ${path.slice(0, 9)} ${at} ${label}`)));
        await page.keyboard.press("Escape");
        await page.locator("[popover]:popover-open").waitFor({ state: "detached" });
      }
    }
    expect(faults).toEqual([]);
  });
});
