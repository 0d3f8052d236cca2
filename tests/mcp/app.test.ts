// The MCP App of jobs in a sandboxed frame of a real browser, with the bridge of the extension's own package as its host.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import type { BrowserContext, Frame, Page } from "playwright-core";
import { rolldown } from "rolldown";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import {
  jobAppMeta,
  jobAppMimeType,
  jobAppUri,
  jobPage,
  onlyForJobApp,
  shownByJobApp,
} from "../../packages/mcp/src/app/job-app.ts";
import { buildJobPage } from "../../scripts/mcp-app.mjs";
import { plainPicture } from "../chaos/png.ts";
import { chromiumPath, hasChromium, openChromium } from "../clients/chromium.ts";
import { root } from "../e2e/processes.ts";
import { tellNotRun } from "../not-run.ts";

const maxBytes = 30_000;

describe("the page of a job", () => {
  test("is what its sources say; else run `node scripts/mcp-app.mjs`", async () => {
    expect(jobPage === (await buildJobPage())).toBe(true);
  });

  test("is one file below 30 KB gzipped that names no other origin", () => {
    expect(gzipSync(jobPage, { level: 9 }).byteLength).toBeLessThan(maxBytes);
    expect(jobPage).not.toMatch(/https?:|\/\/[a-z]+\.|@import|<link|<iframe|src="/);
    expect(jobPage).toContain("default-src 'none'");
    expect(jobAppMeta.ui.csp).toEqual({});
    expect(jobAppMimeType).toBe("text/html;profile=mcp-app");
    for (const { ui } of [shownByJobApp, onlyForJobApp]) expect(ui.resourceUri).toBe(jobAppUri);
    expect(onlyForJobApp.ui.visibility).toEqual(["app"]);
  });
});

if (!hasChromium) tellNotRun("the MCP App in a browser", `no Chromium at ${chromiumPath}`);

type Answer = Record<string, unknown>;
const preview = Buffer.from(plainPicture(0x3366aa)).toString("base64");
const prompt = "a lighthouse <img src=x onerror=alert(1)> at night";
const running: Answer = {
  structuredContent: {
    job_id: "job_1",
    status: "in_progress",
    phase: "generating",
    progress: 40,
    queue: { position: 3, length: 9, eta_seconds: 25 },
    model: "jimeng-4.0",
    assets: [],
    cost: { estimated: 4, charged: null },
    warnings: [],
  },
};
const asset = (number: number) => ({
  id: `asset_${number}`,
  url: `https://gateway.example/v1/assets/asset_${number}`,
  content_type: "image/png",
  width: 2048,
  height: 2048,
  bytes: 1000,
});
const finished = (id: string): Answer => ({
  structuredContent: {
    ...(running["structuredContent"] as Answer),
    job_id: id,
    status: "completed",
    phase: null,
    progress: 100,
    queue: null,
    assets: [asset(1), asset(2), asset(3), asset(4)],
    cost: { estimated: 4, charged: 4 },
    warnings: ["The nearest size is 2048x2048."],
  },
});
const everything = { serverTools: {}, openLinks: {}, updateModelContext: { text: {} } };

describe.skipIf(!hasChromium)("the page of a job in Chromium", () => {
  let browser: BrowserContext;
  let close: () => Promise<void>;
  let page: Page;
  let app: Frame;
  const requested: string[] = [];
  const problems: string[] = [];
  const answers: Record<string, Answer> = {};

  beforeAll(async () => {
    ({ browser, close } = await openChromium());
    page = await browser.newPage();
    page.on("request", (request) => {
      if (/^http/.test(request.url())) requested.push(request.url());
    });
    page.on("pageerror", (error) => problems.push(error.message));
    page.on("console", (message) => {
      if (message.type() === "error") problems.push(message.text());
    });
    await page.exposeFunction("answer", (name: string) => {
      const answer = answers[name];
      if (answer === undefined) throw new Error(`no answer for ${name}`);
      return { content: [], ...answer };
    });
    const bundle = await rolldown({
      input: join(root, "tests/mcp/app-host.mjs"),
      platform: "browser",
    });
    const { output } = await bundle.generate({ format: "iife", codeSplitting: false });
    await page.addScriptTag({ content: output[0].code });
  });
  afterAll(async () => {
    await close?.();
  });
  beforeEach(() => {
    for (const name of Object.keys(answers)) delete answers[name];
    answers["preview_asset"] = {
      content: [{ type: "image", data: preview, mimeType: "image/png" }],
    };
  });

  /** Opens the page as a host would after a call of `tool`. */
  async function open(
    context: Answer,
    answer: Answer,
    capabilities: object = everything,
  ): Promise<void> {
    const setting = {
      html: jobPage,
      context: {
        toolInfo: { tool: { name: "generate_image", inputSchema: { type: "object" } } },
        ...context,
      },
      capabilities,
    };
    await page.evaluate((given) => (globalThis as never as Host).openApp(given), setting);
    app = page.frames().at(-1)!;
    await send("sendToolInput", { arguments: { prompt, count: 4, seed: 7 } });
    await send("sendToolResult", { content: [{ type: "text", text: "the job" }], ...answer });
  }

  function send(
    method: "sendToolInput" | "sendToolResult" | "sendHostContextChange",
    given: object,
  ): Promise<void> {
    return page.evaluate(([name, value]) => (globalThis as never as Host).bridge[name]!(value), [
      method,
      given,
    ] as const);
  }

  const told = (): Promise<Answer[]> => page.evaluate(() => (globalThis as never as Host).told);

  async function axe(): Promise<string[]> {
    // The page forbids scripts from elsewhere; the test's own way into it is not bound by that.
    await app.evaluate(
      readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8"),
    );
    const found = await app.evaluate(() =>
      (
        globalThis as never as {
          axe: { run(): Promise<{ violations: { id: string; nodes: { html: string }[] }[] }> };
        }
      ).axe.run(),
    );
    return found.violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html}`);
  }

  /** Keeps a picture of the page where somebody wants to look at it. */
  async function keepScreenshot(name: string): Promise<void> {
    const folder = process.env["JIMENG_TEST_SCREENSHOTS"];
    if (folder !== undefined) await page.screenshot({ path: join(folder, `${name}.png`) });
  }

  test("follows a job to its pictures, and is sized by what it shows", async () => {
    await open({ theme: "light", locale: "en-GB" }, running);
    await app.getByText("generating · place 3 of 9 · about 25 s left · 40 %").waitFor();
    expect(await app.getByRole("progressbar", { name: "Progress" }).getAttribute("value")).toBe(
      "40",
    );
    expect(await app.getByText("about 4 credits").count()).toBe(1);
    answers["get_job"] = finished("job_1");
    await app.getByRole("img", { name: `Picture 4: ${prompt}` }).waitFor();
    expect(await app.getByText("4 credits", { exact: true }).count()).toBe(1);
    expect(await app.getByText("The nearest size is 2048x2048.").count()).toBe(1);
    const calls = await told();
    expect(calls.find(({ call }) => call === "get_job")).toMatchObject({
      arguments: { job_id: "job_1" },
    });
    expect(calls.filter(({ call }) => call === "preview_asset")).toHaveLength(4);
    const sizes = await page.evaluate(() => (globalThis as never as Host).sizes);
    expect(sizes.at(-1)).toBeGreaterThan(sizes[0]!);
  });

  test("cancels at the second press", async () => {
    answers["cancel_job"] = {
      structuredContent: { ...(running["structuredContent"] as Answer), status: "cancelled" },
    };
    await open({ locale: "en" }, running);
    await app.getByRole("button", { name: "Cancel" }).click();
    expect((await told()).some(({ call }) => call === "cancel_job")).toBe(false);
    await app.getByRole("button", { name: "Cancel it now" }).click();
    await app.getByText("Cancelled").waitFor();
  });

  test("makes it again, asks before it spends, varies, and passes a reference on", async () => {
    await open({ locale: "en" }, finished("job_1"));
    answers["generate_image"] = {
      structuredContent: {
        status: "needs_confirmation",
        confirm_token: "token",
        cost: { estimated: 40 },
      },
    };
    await app.getByRole("button", { name: "Again" }).click();
    await app.getByText("This costs about 40 credits. Start it?").waitFor();
    expect(await app.getByRole("listitem").count()).toBe(4);
    answers["generate_image"] = finished("job_2");
    await app.getByRole("button", { name: "Spend and start" }).click();
    await app.getByRole("button", { name: "Vary: Picture 2" }).click();
    await app.getByRole("button", { name: "Again" }).waitFor();
    await app.getByRole("button", { name: "As reference: Picture 3" }).click();
    await app.getByText("Chosen as reference").waitFor();
    await app.getByRole("button", { name: "Open: Picture 1" }).click();
    await expect.poll(async () => (await told()).at(-1)).toEqual({ open: asset(1).url });
    const calls = (await told()).filter(({ call }) => call === "generate_image");
    const repeated = { prompt, count: 4, seed: 7, wait_seconds: 0, again: true };
    expect(calls.map((each) => each["arguments"])).toEqual([
      repeated,
      { ...repeated, confirm_token: "token" },
      { ...repeated, references: ["asset_2"] },
    ]);
    expect((await told()).flatMap(({ model }) => model ?? [])).toEqual([
      expect.stringContaining("job_2"),
      expect.stringContaining("job_2"),
      expect.stringContaining("asset_3"),
    ]);
  });

  test.each(["light", "dark"])("shows the poster of a video, %s", async (theme) => {
    const video = { ...asset(1), content_type: "video/mp4", duration_seconds: 5 };
    const { structuredContent } = finished("job_1") as { structuredContent: Answer };
    await open(
      { theme, locale: "en" },
      { structuredContent: { ...structuredContent, assets: [video] } },
    );
    const poster = app.getByRole("img", { name: `Video 1: ${prompt}` });
    await poster.waitFor();
    expect(await poster.evaluate((image: HTMLImageElement) => image.naturalWidth)).toBeGreaterThan(
      0,
    );
    await app.getByText("Video 1 · 2048 × 2048 · 5 s").waitFor();
    expect(await app.getByRole("button", { name: "Vary: Video 1" }).count()).toBe(0);
    expect(await axe()).toEqual([]);
    await keepScreenshot(`app-video-${theme}`);
  });

  test("asks again for the poster of a video that is not made yet", async () => {
    const video = { ...asset(9), content_type: "video/mp4" };
    const { structuredContent } = finished("job_9") as { structuredContent: Answer };
    answers["preview_asset"] = { content: [] };
    await open({ locale: "en" }, { structuredContent: { ...structuredContent, assets: [video] } });
    await expect.poll(async () => (await told()).length).toBe(1);
    expect(await app.getByText("No preview").count()).toBe(0);
    answers["preview_asset"] = {
      content: [{ type: "image", data: preview, mimeType: "image/png" }],
    };
    await app.getByRole("img", { name: "Video 1" }).waitFor();
  });

  test("says what failed, what was charged and what to do, and that a call did not work", async () => {
    const error = {
      code: "content_rejected",
      message: "The prompt was refused.",
      charged: "no",
      fix: "Change it.",
    };
    await open(
      { locale: "en" },
      { isError: true, structuredContent: { job_id: "job_1", status: "failed", error } },
    );
    await app
      .getByRole("alert")
      .getByText("The prompt was refused. Nothing was charged. Change it.")
      .waitFor();
    await app.getByRole("button", { name: "Again" }).click();
    await app.getByText("That did not work").waitFor();
  });

  test("offers nothing that its host cannot do", async () => {
    await open({ locale: "en" }, finished("job_1"), {});
    await app.getByText("Picture 1").waitFor();
    expect(await app.getByRole("button").count()).toBe(0);
  });

  test.each([
    ["light", "en", "Completed"],
    ["dark", "zh-CN", "已完成"],
    ["light", "zh-CN", "已完成"],
    ["dark", "en", "Completed"],
  ])("has nothing that axe finds, %s, %s", async (theme, locale, status) => {
    await open({ theme, locale }, running);
    await app.getByRole("progressbar").waitFor();
    if (locale === "en") expect(await axe()).toEqual([]);
    await send("sendToolResult", { content: [], ...finished("job_1") });
    await app.getByText(status, { exact: true }).waitFor();
    await app.getByRole("img").nth(3).waitFor();
    expect(await axe()).toEqual([]);
    await keepScreenshot(`app-${theme}-${locale}`);
  });

  test("takes a change of theme and the host's colours over, but no address in them", async () => {
    await open({ theme: "light", locale: "en" }, finished("job_1"));
    const styles = {
      variables: {
        "--color-background-primary": "rgb(1, 2, 3)",
        "--color-background-secondary": "url(https://elsewhere.example/x)",
      },
    };
    await send("sendHostContextChange", { theme: "dark", styles, locale: "zh-CN" });
    await app.getByText("已完成").waitFor();
    const seen = await app.evaluate(() => ({
      ground: getComputedStyle(document.body).backgroundColor,
      scheme: getComputedStyle(document.documentElement).colorScheme,
      style: document.documentElement.getAttribute("style"),
    }));
    expect(seen).toMatchObject({ ground: "rgb(1, 2, 3)", scheme: "dark" });
    expect(seen.style).not.toContain("elsewhere");
  });

  test("has reached no address and met no error", () => {
    expect(requested).toEqual([]);
    expect(problems).toEqual([]);
  });
});

interface Host {
  openApp(setting: object): Promise<void>;
  bridge: Record<string, (given: object) => Promise<void>>;
  told: Answer[];
  sizes: number[];
}
