// What a stranger does in the first minutes, with nothing explained: one story from the first picture to a gateway that was killed.
import type { Locator, Page } from "playwright-core";
import { describe, expect, test } from "vitest";
import { getJson, until } from "../e2e/processes.ts";
import { canRun, findBarriers, useStudio } from "./harness.ts";

const example = "A lighthouse on a cliff in a storm, oil painting";
const mostPresses = 3;

describe.skipIf(!canRun)("a stranger", () => {
  const studio = useStudio();
  /** Lets the next generation take so long. */
  const lasting = (seconds: number) =>
    studio.plant({ endpoint: "generate", kind: "lasts", generate_ms: seconds * 1000 });
  const card = (page: Page, prompt: string) => page.getByRole("article", { name: prompt });
  const findJob = async (isIt: (job: any) => boolean) => {
    const { data } = await getJson(`${studio.gateway.url}/v1/jobs?limit=100`);
    return data.find(isIt);
  };
  const make = async (page: Page, prompt: string) => {
    await page.getByRole("textbox", { name: "Prompt" }).fill(prompt);
    await page.getByRole("button", { name: "Make", exact: true }).click();
  };

  /** Makes the first picture and sees it land; returns its card. */
  async function makeFirstPicture(page: Page): Promise<Locator> {
    let presses = 0;
    const press = async (name: string) => {
      presses += 1;
      await page.getByRole("button", { name, exact: true }).click();
    };
    await lasting(4);
    await press(example);
    await press("Make");
    const first = card(page, example);
    await first
      .getByText(/Waiting|Sending|Generating|Fetching/)
      .first()
      .waitFor();
    const pictures = first.getByRole("link", { name: `Open: ${example}` });
    await pictures.nth(3).waitFor();
    expect(presses).toBeLessThanOrEqual(mostPresses);
    await until("a painted picture", async () =>
      (await pictures.first().getByRole("img").evaluate(widthOf)) > 100 ? true : undefined,
    );
    return first;
  }

  /** Makes it again with one change, and is led to it. */
  async function remix(page: Page): Promise<void> {
    await page.getByRole("button", { name: "Remix" }).click();
    const dialog = page.getByRole("dialog", { name: "Remix" });
    await dialog.getByLabel("Prompt", { exact: true }).fill(example.replace("storm", "calm sea"));
    await page.locator("ins").getByText("calm sea").waitFor();
    await page.getByRole("button", { name: "Make the remix" }).click();
    await page.getByRole("dialog").getByRole("button", { name: "See it" }).click();
    await page.waitForURL("**/jobs");
    await page.getByRole("button", { name: /calm sea/ }).waitFor();
  }

  /** Finds both in the library by a word, and compares them. */
  async function findAndCompare(page: Page): Promise<void> {
    await page.getByRole("link", { name: "Library" }).click();
    await page.getByRole("searchbox").fill("lighthouse");
    await page.getByText("8 results").first().waitFor();
    const cells = page.getByRole("gridcell");
    await cells.nth(0).click({ modifiers: ["Control"] });
    await cells.nth(7).click({ modifiers: ["Control"] });
    await page.getByRole("button", { name: "Compare", exact: true }).click();
    await page.getByRole("dialog").getByRole("img").nth(1).waitFor();
    await page.keyboard.press("Escape");
    await page.getByRole("dialog").waitFor({ state: "detached" });
    await page.getByRole("searchbox").fill("calm");
    await page.getByText("4 results").first().waitFor();
  }

  /** Makes a video, and another one that begins with a frame of it. */
  async function makeVideos(page: Page): Promise<void> {
    await page.getByRole("link", { name: "Create" }).click();
    await page.getByRole("radio", { name: "Video" }).check({ force: true });
    await lasting(1);
    await make(page, "waves at the shore");
    await card(page, "waves at the shore").getByRole("link", { name: /^Play/ }).click();
    const viewer = page.getByRole("dialog");
    await viewer.getByRole("button", { name: "This frame as first frame" }).click();
    await page.getByRole("img", { name: /s\.png$/ }).waitFor();
    await lasting(1);
    await make(page, "the waves go out");
    await card(page, "the waves go out").getByRole("link", { name: /^Play/ }).waitFor();
    const job = await findJob(({ request }) => request.prompt === "the waves go out");
    expect(job).toMatchObject({
      kind: "video",
      request: { references: [{ param: "first_frame" }] },
    });
  }

  test("makes a picture in three presses, then uses all that there is to do, and loses nothing when the gateway dies", async () => {
    const page = await studio.open();
    expect(await findBarriers(page)).toEqual([]);
    const first = await makeFirstPicture(page);
    await first.getByText(/credits charged|cost is told later|free/).waitFor();
    expect(await findBarriers(page)).toEqual([]);

    await first
      .getByRole("link", { name: `Open: ${example}` })
      .first()
      .click();
    const download = page.waitForEvent("download");
    await page.getByRole("dialog").getByRole("button", { name: "Download" }).click();
    expect((await download).suggestedFilename()).toMatch(/\.(png|jpe?g|webp)$/);
    await remix(page);
    await findAndCompare(page);
    await makeVideos(page);

    await page.getByRole("radio", { name: "Image" }).check({ force: true });
    await page.getByLabel("Count").selectOption("1");
    await lasting(60);
    await make(page, "cancel me");
    await card(page, "cancel me").getByRole("button", { name: "Cancel" }).click();
    await card(page, "cancel me")
      .getByText(/Cancelled|Cancelling/)
      .first()
      .waitFor();
    await page.getByRole("link", { name: "Accounts" }).click();
    await page.getByText("What was spent this month").waitFor();
    await page.getByRole("row", { name: /^all \d/ }).waitFor();
    await page.goBack();

    await lasting(6);
    await make(page, "outlives a crash");
    await card(page, "outlives a crash")
      .getByText(/Generating/)
      .first()
      .waitFor();
    await studio.killGateway();
    await page.getByText("The gateway does not answer").waitFor();
    await studio.startGatewayAgain();
    await card(page, "outlives a crash").getByRole("link", { name: /^Open/ }).first().waitFor();
    const { data } = await getJson(`${studio.gateway.url}/v1/jobs?limit=100`);
    expect(data).toHaveLength(6);
    expect(studio.takeProblems()).toEqual([]);
  });
});

const widthOf = (image: SVGElement | HTMLElement): number =>
  (image as HTMLImageElement).naturalWidth;
