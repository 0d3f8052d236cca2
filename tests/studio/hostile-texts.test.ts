// Texts that would be scripts in a careless page: in prompts, tags, names and addresses they stay texts.
import type { Page } from "playwright-core";
import { beforeAll, describe, expect, test } from "vitest";
import { corpus } from "./corpus.ts";
import { canRun, useStudio } from "./harness.ts";

const maxTagLength = 64;
const prompt = corpus.join("\n");

describe.skipIf(!canRun)("hostile texts", () => {
  const studio = useStudio();
  let asset = { id: "", job_id: "" };
  beforeAll(async () => {
    const call = async (method: string, path: string, body: object) => {
      const response = await fetch(`${studio.gateway.url}${path}`, {
        method,
        body: JSON.stringify(body),
        headers: { "content-type": "application/json" },
      });
      expect(response.ok).toBe(true);
      return (await response.json()) as { id: string };
    };
    const references = { metadata: { note: corpus[1] } };
    const { id } = await call("POST", "/v1/jobs", {
      kind: "image",
      prompt,
      resolution: "1k",
      count: 1,
      ...references,
    });
    await fetch(`${studio.gateway.url}/v1/jobs/${id}/events`).then((answer) => answer.text());
    const list = await fetch(`${studio.gateway.url}/v1/assets`);
    const { data } = (await list.json()) as { data: (typeof asset)[] };
    [asset] = data as [typeof asset];
    const tags = corpus
      .filter((text) => text.length <= maxTagLength && !text.includes("\t"))
      .slice(0, 30);
    await call("PATCH", `/v1/assets/${asset.id}`, { tags });
    // Every page notes what its own policy had to stop.
    await studio.browser.addInitScript(() => {
      Object.assign(globalThis, { stopped: [] });
      addEventListener("securitypolicyviolation", ({ violatedDirective }) =>
        (globalThis as unknown as { stopped: string[] }).stopped.push(violatedDirective),
      );
    });
  }, 60_000);

  async function expectHarmless(page: Page): Promise<void> {
    // A picture that fails: what fails before it has run its handlers.
    await page.evaluate(
      () =>
        new Promise((resolve) => {
          const image = new Image();
          image.addEventListener("error", resolve);
          image.src = "/none.png";
        }),
    );
    const found = await page.evaluate(() => {
      const { hacked, stopped } = globalThis as { hacked?: unknown; stopped?: string[] };
      return {
        hacked: hacked ?? null,
        stopped,
        elements: document.querySelectorAll(
          "img[src=x], iframe, object, embed, base:not([href^='/']), marquee, [onerror], [onload], [onfocus], [ontoggle], a[href^='javascript' i]",
        ).length,
      };
    });
    expect(found).toEqual({ hacked: null, stopped: [], elements: 0 });
  }

  test.each([
    ["the feed", () => "/"],
    ["the jobs", () => "/jobs"],
    ["one job", () => `/jobs/${asset.job_id}`],
    ["the library", () => "/library"],
    ["the viewer", () => `/library?asset=${asset.id}`],
  ])("stay texts in %s", async (_room, path) => {
    const page = await studio.open(path());
    // The library reads the prompts of its cells once the focus is among them.
    if (path() === "/library") await page.getByRole("gridcell").first().focus();
    await page.waitForFunction((text) => {
      const named = [...document.querySelectorAll("[aria-label], [alt]")];
      return [
        document.body.textContent,
        ...named.flatMap((each) => [each.ariaLabel, each.getAttribute("alt")]),
      ].some((each) => each?.includes(text));
    }, corpus[0]!);
    await expectHarmless(page);
    expect(studio.takeProblems()).toEqual([]);
  });

  test("are shown word for word in the viewer, its tags and its remix", async () => {
    const page = await studio.open(`/library?asset=${asset.id}`);
    await page.getByRole("complementary").getByText("<script>hacked=1</script>").first().waitFor();
    await page.keyboard.press("r");
    const field = page.getByLabel("Prompt", { exact: true });
    expect(await field.inputValue()).toBe(prompt);
    await field.fill(`${prompt}\n<img src=x onerror=hacked=1>`);
    await page.locator("ins").waitFor();
    await expectHarmless(page);
    expect(studio.takeProblems()).toEqual([]);
  });

  test("do nothing as parts of an address", async () => {
    const page = await studio.open("/library");
    for (const text of corpus) {
      const part = encodeURIComponent(text);
      const path = `/library?q=${part}&tag=${part}&model=${part}&asset=${part}`;
      await page.evaluate((address) => {
        history.pushState(null, "", address);
        dispatchEvent(new PopStateEvent("popstate"));
      }, path);
    }
    await expectHarmless(page);
    expect(studio.takeProblems()).toEqual([]);
  });
});
