// The library and the viewer of the studio, in a real browser: found, looked at, sorted out, made again.
import { readFileSync } from "node:fs";
import type { Page } from "playwright-core";
import { beforeAll, describe, expect, test } from "vitest";
import { canRun, findBarriers, useStudio } from "./harness.ts";

const prompts = [
  "a lighthouse at dusk",
  "一只小猫在窗边",
  "a lighthouse in the fog",
  "a red fox in the snow",
];

describe.skipIf(!canRun)("the library", () => {
  const studio = useStudio();
  beforeAll(async () => {
    const pictures = prompts.map((prompt) =>
      make({ kind: "image", prompt, resolution: "1k", count: 1, seed: 7 }),
    );
    await Promise.all([...pictures, make({ kind: "video", prompt: "waves at the shore" })]);
    shown = (await ask<{ data: { prompt: string }[] }>("/v1/assets")).data.map(
      ({ prompt }) => prompt,
    );
  }, 60_000);
  /** The prompts in the order of the grid. */
  let shown: string[] = [];
  const placeOf = (prompt: string): number => shown.indexOf(prompt);

  async function ask<Answer>(path: string, body?: object): Promise<Answer> {
    const response = await fetch(`${studio.gateway.url}${path}`, {
      ...(body && {
        method: "POST",
        body: JSON.stringify(body),
        headers: { "content-type": "application/json" },
      }),
    });
    return (await response.json()) as Answer;
  }
  /** Makes a job and waits until it has ended. */
  async function make(body: object): Promise<void> {
    const { id } = await ask<{ id: string }>("/v1/jobs", body);
    await fetch(`${studio.gateway.url}/v1/jobs/${id}/events`).then((answer) => answer.text());
  }
  const total = async (query = ""): Promise<number> =>
    (await ask<{ total: number }>(`/v1/assets/timeline${query}`)).total;
  const cells = (page: Page) => page.getByRole("gridcell");

  test("shows what was made by day, finds it by a word or one Chinese character, and keeps the search in the address", async () => {
    const page = await studio.open("/library");
    await page.getByText("5 results").first().waitFor();
    await page.waitForFunction(() => document.querySelectorAll("[role=gridcell]").length === 5);
    await page.keyboard.press("/");
    await page.keyboard.type("lighthouse");
    await page.getByText("2 results").first().waitFor();
    await page.waitForURL("**/library?q=lighthouse");
    await page.getByRole("searchbox").fill("猫");
    await page.waitForFunction(() => document.querySelectorAll("[role=gridcell]").length === 1);
    await page.reload();
    await page.waitForFunction(() => document.querySelectorAll("[role=gridcell]").length === 1);
    await page.getByRole("searchbox").fill("nothing of this name");
    await page.getByText("Nothing matches").waitFor();
    await page.getByRole("button", { name: "Clear the filters" }).click();
    await page.getByText("5 results").first().waitFor();
    // One day has no way to other days beside it.
    expect(await page.getByRole("slider").count()).toBe(0);
    await page.getByRole("button", { name: "More filters" }).click();
    await page.getByLabel("Account").fill("nobody");
    await page.getByText("0 results").first().waitFor();
    await page.waitForURL("**/library?account=nobody");
    await page.getByRole("button", { name: "Clear the filters" }).first().click();
    await page.getByText("5 results").first().waitFor();
    expect(await page.getByLabel("Account").inputValue()).toBe("");
    await page.keyboard.press("Escape");
    expect(await findBarriers(page)).toEqual([]);
    expect(studio.takeProblems()).toEqual([]);
  });

  test("is walked through with the keyboard alone: open, next, close, and back at the same place", async () => {
    const page = await studio.open("/library");
    await page.getByText("5 results").first().waitFor();
    const title = page.getByRole("dialog").getByRole("heading", { level: 1 });
    await cells(page).first().focus();
    await page.keyboard.press("ArrowRight");
    await page.keyboard.press("Enter");
    await title.getByText(shown[1]!).waitFor();
    expect(await findBarriers(page)).toEqual([]);
    await page.keyboard.press("ArrowRight");
    await title.getByText(shown[2]!).waitFor();
    await page.keyboard.press("s");
    await page.getByRole("dialog").getByText("1 result starred").waitFor();
    await page.keyboard.press("Escape");
    await page.getByRole("dialog").waitFor({ state: "detached" });
    await page.waitForFunction(() => document.activeElement?.getAttribute("data-index") === "2");
    await page.getByRole("button", { name: "Starred only" }).click();
    await page.getByText("1 result").first().waitFor();
    expect(studio.takeProblems()).toEqual([]);
  });

  test("selects by keys, range and rectangle; what goes into the trash comes back with Ctrl+Z", async () => {
    const page = await studio.open("/library");
    await page.getByText("5 results").first().waitFor();
    await cells(page).first().focus();
    await page.keyboard.press("x");
    await page.keyboard.press("Shift+ArrowRight");
    await page.keyboard.press("Shift+ArrowRight");
    await page.getByText("3 selected").waitFor();
    await page.keyboard.press("Control+a");
    await page.getByText("5 selected").waitFor();
    await page.keyboard.press("Escape");
    const [first, last] = [cells(page).nth(0), cells(page).nth(1)];
    const [from, to] = [(await first.boundingBox())!, (await last.boundingBox())!];
    await page.mouse.move(from.x + 10, from.y + 40);
    await page.mouse.down();
    await page.mouse.move(to.x + 20, to.y + 80, { steps: 5 });
    await page.mouse.up();
    await page.getByText("2 selected").waitFor();
    await page.keyboard.press("Delete");
    await page.getByText("in the trash for 30 days").waitFor();
    await page.getByText("3 results").first().waitFor();
    expect(await total("?trashed=true")).toBe(2);
    await page.keyboard.press("Control+z");
    await page.getByText("5 results").first().waitFor();
    expect(await total()).toBe(5);
    expect(studio.takeProblems()).toEqual([]);
  });

  test("compares two with one zoom, and shows a remix as a difference before it is paid", async () => {
    const page = await studio.open("/library");
    await page.getByText("5 results").first().waitFor();
    const fox = placeOf("a red fox in the snow");
    await cells(page)
      .nth(fox)
      .click({ modifiers: ["Control"] });
    await cells(page)
      .nth(placeOf("一只小猫在窗边"))
      .click({ modifiers: ["Control"] });
    await page.getByRole("button", { name: "Compare", exact: true }).click();
    const compared = page.getByRole("dialog").getByRole("figure").getByRole("img");
    await compared.nth(1).waitFor();
    const whole = await compared.first().boundingBox();
    await page.keyboard.press("+");
    await page.waitForFunction(
      () =>
        new Set(
          [...document.querySelectorAll<HTMLElement>("figure img")].map(
            (each) => each.style.transform,
          ),
        ).size === 1,
    );
    const zoomed = await compared.first().boundingBox();
    expect(zoomed!.width).toBeGreaterThan(whole!.width);
    await page.getByRole("button", { name: "Slider" }).click();
    await page.getByRole("slider", { name: "Slider" }).waitFor();
    expect(await findBarriers(page)).toEqual([]);
    await page.keyboard.press("Escape");
    await page.keyboard.press("Escape");
    await cells(page).nth(fox).click();
    await page.getByRole("dialog").getByText("Seed").waitFor();
    await page.keyboard.press("r");
    await page.getByLabel("Prompt", { exact: true }).fill("a blue fox in the snow");
    await page.locator("ins").getByText("blue").waitFor();
    expect(await page.locator("del").textContent()).toBe("red");
    expect(await findBarriers(page)).toEqual([]);
    const before = (await ask<{ data: unknown[] }>("/v1/jobs?limit=100")).data.length;
    await page.getByRole("button", { name: "Make the remix" }).click();
    await page.getByRole("dialog").getByText("Started.").waitFor();
    const jobs = await ask<{ data: { request: { prompt: string; seed: number } }[] }>("/v1/jobs");
    expect(jobs.data[0]?.request).toMatchObject({ prompt: "a blue fox in the snow", seed: 7 });
    expect((await ask<{ data: unknown[] }>("/v1/jobs?limit=100")).data).toHaveLength(before + 1);
    expect(studio.takeProblems()).toEqual([]);
  });

  test("downloads what is selected as one ZIP, converted and with what each was made from", async () => {
    const page = await studio.open("/library?kind=image");
    // With it the browser asks where to write, which nobody answers here.
    await page.evaluate(() => Reflect.deleteProperty(globalThis, "showSaveFilePicker"));
    await page.waitForFunction(() => document.querySelectorAll("[role=gridcell]").length >= 4);
    await cells(page).first().focus();
    await page.keyboard.press("x");
    await page.keyboard.press("Shift+ArrowRight");
    await page.getByText("2 selected").waitFor();
    await page.keyboard.press("d");
    await page.getByText("WEBP").click();
    await page.getByText("A file beside each").click();
    const download = page.waitForEvent("download");
    await page.getByRole("button", { name: "Download 2 as a ZIP" }).click();
    const bytes = readFileSync(await (await download).path()).toString("latin1");
    // Each name stands before its file and in the list at the end.
    expect(new Set(bytes.match(/asset_[\w-]+\.webp(?=PK|RIFF)/g)).size).toBe(2);
    expect(bytes.match(/RIFF....WEBP/gs)).toHaveLength(2);
    expect(bytes).toContain('"object": "asset.metadata"');
    expect(studio.takeProblems()).toEqual([]);
  });

  test("opens a result by its address, also one that is not there", async () => {
    const page = await studio.open("/library?asset=asset_none");
    await page.getByText("There is no such result").waitFor();
    await page.getByRole("dialog").getByRole("button", { name: "Close" }).click();
    await page.waitForURL("**/library");
    expect(studio.takeProblems()).toEqual([]);
  });
});
