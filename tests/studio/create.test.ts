// Making pictures in the studio: as a stranger does, twice by mistake, with references, in batches, across crashes.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Page } from "playwright-core";
import { describe, expect, test } from "vitest";
import { getJson, root, until } from "../e2e/processes.ts";
import { canRun, findBarriers, useStudio } from "./harness.ts";

const make = (page: Page) => page.getByRole("button", { name: "Make", exact: true });
const cards = (page: Page) => page.getByRole("article");

describe.skipIf(!canRun)("making pictures", () => {
  const studio = useStudio();
  const listJobs = async (prompt: string) => {
    const { data } = await getJson(`${studio.gateway.url}/v1/jobs?limit=100`);
    return data.filter((job: any) => job.request.prompt.startsWith(prompt));
  };

  /** Lets the next job take so long that a slow page sees it run. */
  const prolong = (seconds: number) =>
    studio.plant({ endpoint: "generate", kind: "lasts", generate_ms: seconds * 1000 });

  test("a stranger has a picture after three presses, sees it land and what it cost", async () => {
    const page = await studio.open();
    const example = "A lighthouse on a cliff in a storm, oil painting";
    expect(await findBarriers(page)).toEqual([]);
    await page.getByRole("button", { name: example }).click();
    await prolong(4);
    await make(page).click();
    const card = page.getByRole("article", { name: example });
    await card
      .getByText(/Waiting|Sending|Generating|Fetching/)
      .first()
      .waitFor();
    await card
      .getByRole("link", { name: `Open: ${example}` })
      .nth(3)
      .waitFor();
    await card.getByText(/credits charged|cost is told later|free/).waitFor();
    await until("a painted picture", async () =>
      (await card
        .locator("img")
        .first()
        .evaluate((image: HTMLImageElement) => image.naturalWidth)) > 100
        ? true
        : undefined,
    );
    expect(await findBarriers(page)).toEqual([]);
    expect(studio.takeProblems()).toEqual([]);
    await page.close();
  });

  test("a double press makes one request, and the draft is there after a reload", async () => {
    const page = await studio.open();
    await page.fill("#prompt", "pressed twice");
    await make(page).dblclick();
    await page.getByRole("article", { name: "pressed twice" }).waitFor();
    await page.reload();
    expect(await page.inputValue("#prompt")).toBe("pressed twice");
    expect(await listJobs("pressed twice")).toHaveLength(1);
    await page.close();
  });

  test("a reload before the answer joins what was begun", async () => {
    const page = await studio.open();
    await page.fill("#prompt", "joined after a reload");
    let sent = 0;
    await page.route("**/v1/jobs", async (route) => {
      if (route.request().method() !== "POST") return await route.continue();
      sent += 1;
      if (sent > 1) return await route.continue();
      // The gateway makes the job, and the page never hears of it.
      await route.fetch();
      return await new Promise<void>(() => undefined);
    });
    await make(page).click();
    await until("a job", async () => ((await listJobs("joined")).length === 1 ? true : undefined));
    await page.reload();
    await page.getByRole("article", { name: "joined after a reload" }).waitFor();
    await until("a second request", () => (sent === 2 ? true : undefined));
    expect(await listJobs("joined")).toHaveLength(1);
    await page.unrouteAll({ behavior: "ignoreErrors" });
    await page.close();
  });

  test("a gateway that dies while it works finishes the job, and the page shows it by itself", async () => {
    const page = await studio.open();
    await page.fill("#prompt", "outlives a crash");
    await prolong(6);
    await make(page).click();
    const card = page.getByRole("article", { name: "outlives a crash" });
    await card
      .getByText(/Generating/)
      .first()
      .waitFor();
    await studio.killGateway();
    await page.getByText("The gateway does not answer").waitFor();
    await studio.startGatewayAgain();
    await card.getByRole("link", { name: "Open: outlives a crash" }).nth(3).waitFor();
    expect(await listJobs("outlives")).toHaveLength(1);
    expect(studio.takeProblems()).toEqual([]);
    await page.close();
  });

  test("a batch makes every choice, priced and shown as one request; without Batch braces are words", async () => {
    const page = await studio.open();
    await page.fill("#prompt", "batch {red|blue} kite");
    await page.getByRole("checkbox", { name: "Batch" }).check();
    await page.getByText("2 prompts").waitFor();
    await make(page).click();
    await until("two jobs", async () =>
      (await listJobs("batch")).length === 2 ? true : undefined,
    );
    await cards(page)
      .first()
      .getByText(/jobs? running/)
      .waitFor();
    const prompts = (await listJobs("batch")).map((job: any) => job.request.prompt);
    expect(prompts.toSorted()).toEqual(["batch blue kite", "batch red kite"]);
    await page.getByRole("checkbox", { name: "Batch" }).uncheck();
    await page.fill("#prompt", "words {red|blue}");
    await make(page).click();
    await page.getByRole("article", { name: "words {red|blue}" }).waitFor();
    await page.close();
  });

  test("another model keeps what it takes and says what changed; what is illegal says why", async () => {
    const page = await studio.open();
    await page.fill("#prompt", "x");
    await page.getByRole("button", { name: /^Model/ }).click();
    await page.getByRole("radio", { name: /^jimeng-5.0 / }).click();
    await page.getByLabel("Resolution").selectOption("4k");
    await page.getByRole("button", { name: /^Ratio/ }).click();
    await page.getByRole("radio", { name: "16:9" }).click();
    await page.getByRole("button", { name: /^Model/ }).click();
    await page.getByRole("radio", { name: /^jimeng-3.0 / }).click();
    await page.getByText("Changed for this model: Resolution 4k → automatic").waitFor();
    await page.getByRole("button", { name: "Ratio: 16:9" }).waitFor();
    await page.getByRole("button", { name: /^Model/ }).click();
    await page.getByRole("radio", { name: /^nanobanana / }).waitFor();
    expect(await page.getByRole("radio", { name: /^nanobanana / }).isDisabled()).toBe(true);
    await page.getByText("No account here has this model").first().waitFor();
    await page.close();
  });

  test("references upload at once with their picture; what is none is left out with the reason", async () => {
    const page = await studio.open();
    await page.getByRole("button", { name: "Add a reference" }).click();
    const picture = readFileSync(join(root, "docs/images/picture.png"));
    await page
      .locator('input[type="file"]')
      .first()
      .setInputFiles([
        { name: "sketch.png", mimeType: "image/png", buffer: picture },
        { name: "notes.txt", mimeType: "text/plain", buffer: Buffer.from("no") },
        { name: "nothing.png", mimeType: "image/png", buffer: Buffer.alloc(0) },
      ]);
    await page.getByText("notes.txt is no picture").waitFor();
    await page.getByText("nothing.png is empty").waitFor();
    await page.getByRole("img", { name: "sketch.png" }).waitFor();
    await page.fill("#prompt", "from a sketch");
    await make(page).click();
    await page.getByRole("article", { name: "from a sketch" }).waitFor();
    const [job] = await listJobs("from a sketch");
    expect(job.request.references).toHaveLength(1);
    await page.reload();
    await page.getByRole("img", { name: "sketch.png" }).waitFor();
    await page.getByRole("button", { name: "Remove sketch.png" }).click();
    expect(await findBarriers(page)).toEqual([]);
    await page.close();
  });

  test("a refused prompt says what happened and whether it was charged; ids can be copied", async () => {
    const page = await studio.open();
    await page.fill("#prompt", "simulate:2038");
    await make(page).click();
    const card = page.getByRole("article", { name: "simulate:2038" });
    await card.getByText("Was I charged?").waitFor();
    await card.getByRole("button", { name: "Details" }).first().click();
    const details = page.getByRole("complementary", { name: "Details" });
    await details.getByText("Submit id").waitFor();
    expect(await findBarriers(page)).toEqual([]);
    await page.close();
  });

  test("a job is cancelled from its card", async () => {
    const page = await studio.open();
    await page.fill("#prompt", "cancel me");
    await prolong(60);
    await make(page).click();
    const card = page.getByRole("article", { name: "cancel me" });
    await card.getByRole("button", { name: "Cancel" }).click();
    await until("its end", async () => {
      const [job] = await listJobs("cancel me");
      return job?.cancel_requested === true || job?.status === "cancelled" ? true : undefined;
    });
    await page.close();
  });
});
