// The page /docs in a real browser: it shows the API, a route can be tried from it, and nothing leaves the gateway.
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { BrowserContext } from "playwright-core";
import { type Process, scratchFolder, startGateway } from "../e2e/processes.ts";
import { tellNotRun } from "../not-run.ts";
import { readFiles } from "../source-tree.ts";
import { chromiumPath, hasChromium, openChromium } from "./chromium.ts";

if (!hasChromium) tellNotRun("the page of the API in a browser", `no Chromium at ${chromiumPath}`);

test("the viewer of 4 MB is named in one file, which is loaded with the first page", () => {
  const sources = readFiles(/\.ts$/, "packages/gateway/src");
  const naming = sources.filter(({ text }) => text.includes('from "@scalar/'));
  expect(naming.map(({ path }) => path)).toEqual([
    "packages/gateway/src/http/routes/service/docs-viewer.ts",
  ]);
  const loading = sources.filter(({ text }) => text.includes("docs-viewer"));
  expect(loading.map(({ text }) => /await import\("\.\/docs-viewer\.ts"\)/.test(text))).toEqual([
    true,
  ]);
});

describe.skipIf(!hasChromium)("/docs in Chromium", () => {
  const data = scratchFolder();
  let gateway: Process;
  let browser: BrowserContext;
  let close: () => Promise<void>;
  beforeAll(async () => {
    gateway = await startGateway(data.path);
    ({ browser, close } = await openChromium());
  });
  afterAll(async () => {
    await close?.();
    await gateway?.stop();
    data.remove();
  });

  test("is reached from the page at /, shows the routes, sends a request, and asks no other host", async () => {
    const page = await browser.newPage();
    const hosts = new Set<string>();
    const problems: string[] = [];
    page.on("request", (request) => {
      const { protocol, host } = new URL(request.url());
      if (protocol.startsWith("http")) hosts.add(host);
    });
    page.on("pageerror", (error) => problems.push(error.message));
    page.on("console", (message) => {
      // A browser asks for an icon of the page at / by itself.
      const isIcon = message.location().url.endsWith("/favicon.ico");
      if (message.type() === "error" && !isIcon) problems.push(message.text());
    });
    await page.goto(gateway.url);
    await page.click('a[href="docs"]');
    await page.getByText("Make pictures from a prompt", { exact: false }).first().waitFor();
    await page.getByText("jimeng gateway").first().waitFor();
    await page.goto(`${gateway.url}/docs#tag/models/GET/v1/models/{id}`);
    await page
      .getByRole("button", { name: /Test Request.*models/ })
      .first()
      .click();
    await page.getByRole("button", { name: /^Send/ }).first().click();
    await page.getByText("200 OK").first().waitFor();
    expect([...hosts]).toEqual([new URL(gateway.url).host]);
    expect(problems).toEqual([]);
  }, 60_000);
});
