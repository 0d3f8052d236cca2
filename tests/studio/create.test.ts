// Making pictures in the studio: twice by mistake, with references, in batches, across a reload.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Page } from "playwright-core";
import { describe, expect, test } from "vitest";
import { getJson, postJson, root, until } from "../e2e/processes.ts";
import { canRun, findBarriers, useStudio } from "./harness.ts";

const make = (page: Page) => page.getByRole("button", { name: "Make", exact: true });
/** The choice of a model; one that an account has told of shows the site's name before its id. */
const model = (page: Page, id: string) =>
  page.getByRole("radio", { name: new RegExp(`(^|· )${id} `) });
const cards = (page: Page) => page.getByRole("article");

describe.skipIf(!canRun)("making pictures", () => {
  const studio = useStudio({ draft: { count: 1, resolution: "1k" } });
  const listJobs = async (prompt: string) => {
    const { data } = await getJson(`${studio.gateway.url}/v1/jobs?limit=100`);
    return data.filter((job: any) => job.request.prompt.startsWith(prompt));
  };

  test("a double press makes one request, and the draft is there after a reload", async () => {
    const page = await studio.open();
    await page.fill("#prompt", "pressed twice");
    await make(page).dblclick();
    await page.getByRole("article", { name: "pressed twice" }).waitFor();
    // A slow hand: its second press comes when the first was answered already.
    await make(page).hover();
    await page.mouse.down({ clickCount: 2 });
    await page.mouse.up({ clickCount: 2 });
    await page.reload();
    expect(await page.inputValue("#prompt")).toBe("pressed twice");
    expect(await listJobs("pressed twice")).toHaveLength(1);
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
  });

  test("another model keeps what it takes and says what changed; what is illegal says why", async () => {
    const page = await studio.open();
    // As if one model's price were known.
    await page.route("**/v1/estimate", async (route) => {
      if (route.request().postData()?.startsWith("[") !== true) return await route.fallback();
      const response = await route.fetch();
      const json = await response.json();
      for (const price of json.prices) if (price.model === "jimeng-5.0-pro") price.credits = 16;
      await route.fulfill({ response, json });
    });
    await page.fill("#prompt", "x");
    await page.getByRole("button", { name: /^Model/ }).click();
    await model(page, "jimeng-5.0-pro").getByText("16 credits ·").waitFor();
    await model(page, "jimeng-4.7").getByText("price not known yet ·").waitFor();
    await model(page, "jimeng-5.0").click();
    await page.getByLabel("Resolution").selectOption("4k");
    await page.getByRole("button", { name: /^Ratio/ }).click();
    await page.getByRole("radio", { name: "16:9" }).click();
    await page.getByRole("button", { name: /^Model/ }).click();
    await model(page, "jimeng-3.0").click();
    await page.getByText("Changed for this model: Resolution 4k → automatic").waitFor();
    await page.getByRole("button", { name: "Ratio: 16:9" }).waitFor();
    await page.getByRole("button", { name: /^Model/ }).click();
    await model(page, "nanobanana").waitFor();
    expect(await model(page, "nanobanana").isDisabled()).toBe(true);
    await page.getByText("No account here has this model").first().waitFor();
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
  });

  test("references come from the library by keys, from the camera and an address; @ names them and follows them", async () => {
    const page = await studio.open();
    const dialog = page.getByRole("dialog");
    const add = async (way: string) => {
      await page.getByRole("button", { name: "Add a reference" }).click();
      await page.getByRole("button", { name: way }).click();
    };
    const { body } = await postJson(`${studio.gateway.url}/v1/jobs`, {
      kind: "image",
      prompt: "A lighthouse on a cliff",
      resolution: "1k",
      count: 2,
    });
    await page.getByRole("article", { name: "A lighthouse on a cliff" }).waitFor();
    await until("two pictures", async () =>
      (await getJson(`${studio.gateway.url}/v1/jobs/${body.id}`)).status === "completed"
        ? true
        : undefined,
    );
    await page.fill("#prompt", "");
    await add("From the library");
    await dialog.getByRole("searchbox").fill("LIGHT cliff");
    const found = dialog.getByRole("option", { name: /^A lighthouse on a cliff/ });
    await found.nth(1).waitFor();
    expect(await findBarriers(page)).toEqual([]);
    await page.keyboard.press("Tab");
    await page.keyboard.press("Space");
    await page.keyboard.press("ArrowRight");
    await page.keyboard.press("Space");
    await page.keyboard.press("Control+Enter");
    await dialog.waitFor({ state: "detached" });
    // A camera that sees a green wall.
    await page.evaluate(() => {
      const canvas = document.createElement("canvas");
      canvas.getContext("2d")!.fillRect(0, 0, canvas.width, canvas.height);
      const stream = canvas.captureStream(10);
      navigator.mediaDevices.getUserMedia = () => Promise.resolve(stream);
    });
    await add("Take a picture");
    await dialog.getByRole("button", { name: "Take the picture" }).click();
    await page.getByRole("img", { name: /^camera-/ }).waitFor();
    await page.getByRole("button", { name: "Add a reference" }).click();
    await page.getByLabel("From an address").fill("not an address");
    await page.keyboard.press("Enter");
    await page.getByText("This is no address of the web").waitFor();
    await page.getByLabel("From an address").fill("https://example.com/sea.png");
    await page.keyboard.press("Enter");
    await page.getByText("@4", { exact: true }).waitFor();
    await page.focus("#prompt");
    await page.keyboard.type("the light of @sea");
    await page.getByRole("option", { name: "@4 sea.png" }).waitFor();
    expect(await findBarriers(page)).toEqual([]);
    await page.keyboard.press("Enter");
    expect(await page.inputValue("#prompt")).toBe("the light of @4 ");
    await page.getByText("Image models read @1 as plain words").waitFor();
    await page.getByRole("button", { name: "Move sea.png forward" }).click();
    expect(await page.inputValue("#prompt")).toBe("the light of @3 ");
    await page.getByRole("button", { name: "Remove sea.png" }).click();
    expect(await page.inputValue("#prompt")).toBe("the light of  ");
    await page.getByRole("button", { name: "Clear the draft" }).click();
    await page.getByRole("button", { name: "Bring mine back" }).click();
    await page.getByText("@3", { exact: true }).waitFor();
    await make(page).click();
    await until("a job", async () =>
      (await listJobs("the light")).length === 1 ? true : undefined,
    );
    expect((await listJobs("the light"))[0].request.references).toHaveLength(3);
    expect(studio.takeProblems()).toEqual([]);
  });

  test("a locked seed is the same each time; what the model does not take is disabled with the reason", async () => {
    const page = await studio.open();
    await page.fill("#prompt", "a locked seed");
    await page.getByRole("button", { name: "Seed and more" }).click();
    await page.getByRole("button", { name: "Keep the seed" }).click();
    const seed = Number(await page.getByRole("textbox", { name: "Seed" }).inputValue());
    await page.keyboard.press("Escape");
    await make(page).click();
    await until("a job", async () =>
      (await listJobs("a locked")).length === 1 ? true : undefined,
    );
    expect((await listJobs("a locked"))[0].request.seed).toBe(seed);
    const tooLarge = page.getByLabel("Resolution").locator("option[value='1.5k']");
    expect(await tooLarge.textContent()).toBe("1.5k: not with this model");
    expect(await tooLarge.isDisabled()).toBe(true);
    await page.getByText("Video", { exact: true }).click();
    await page.getByRole("button", { name: /^Ratio/ }).click();
    await page.getByText(/^What is grey .* does not make/).waitFor();
    expect(await page.getByRole("radio", { name: "9:21" }).isDisabled()).toBe(true);
    expect(await findBarriers(page)).toEqual([]);
    await page.getByText("Image", { exact: true }).click();
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
  });
});
