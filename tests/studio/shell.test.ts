// The shell of the studio: rooms, banners, language, colours, and a gateway that goes away and comes back.
import { describe, expect, test } from "vitest";
import { canRun, findBarriers, look, useStudio } from "./harness.ts";

describe.skipIf(!canRun)("the shell", () => {
  const studio = useStudio();

  test("shows where one is, goes to every room by its key, and back", async () => {
    const page = await studio.open();
    await page
      .getByRole("link", { name: "Create" })
      .and(page.locator("[aria-current=page]"))
      .waitFor();
    for (const [key, path] of [
      ["l", "/library"],
      ["a", "/accounts"],
      ["j", "/jobs"],
    ] as const) {
      await page.keyboard.press("g");
      await page.keyboard.press(key);
      await page.waitForURL(`**${path}`);
    }
    await page.goBack();
    await page.waitForURL("**/accounts");
    expect(await findBarriers(page)).toEqual([]);
    expect(studio.takeProblems()).toEqual([]);
  });

  test("says that pictures are made up, in the language that was chosen, also after a reload", async () => {
    const page = await studio.open();
    await page.getByText("pictures are made up on this machine").waitFor();
    await page.getByRole("button", { name: "Preferences" }).click();
    await page.getByText("中文").click();
    await page.getByText("图片由本机模拟生成").waitFor();
    expect(await page.evaluate(() => document.documentElement.lang)).toBe("zh-CN");
    await page.reload();
    await page.getByText("图片由本机模拟生成").waitFor();
  });

  test("tells within a moment that the gateway is away, and is back by itself within two seconds", async () => {
    const page = await studio.open();
    await page.getByText("pictures are made up").waitFor();
    await page.getByRole("button", { name: /lighthouse/ }).click();
    // The gateway comes back with another build of the page.
    await page.route(`${studio.gateway.url}/`, (route) =>
      route.request().headers()["accept"] === "text/html"
        ? route.fulfill({ body: '<script type="module" src="./studio/index-newer.js"></script>' })
        : route.fallback(),
    );
    await studio.killGateway();
    await page.getByText("The gateway does not answer").waitFor();
    // What is loaded stays usable; only making waits.
    const make = page.getByRole("button", { name: "Make", exact: true });
    expect(await make.getAttribute("aria-disabled")).toBe("true");
    expect(await make.getAttribute("title")).toContain("The gateway is away");
    await page.fill("#prompt", "written meanwhile");
    await look(page, "away");
    // The page notes the moment itself: how busy this process is does not count.
    const noticed = page.evaluate(
      () =>
        new Promise<number>((resolve) => {
          new MutationObserver(() => {
            if (!document.body.textContent.includes("The gateway does not answer"))
              resolve(Date.now());
          }).observe(document.body, { subtree: true, childList: true });
        }),
    );
    await studio.startGatewayAgain();
    const backAt = Date.now();
    expect((await noticed) - backAt).toBeLessThan(2000);
    await page.getByText("A newer version of this page is ready").waitFor();
    await page.unrouteAll({ behavior: "ignoreErrors" });
    await look(page, "newer-build");
    await page.getByRole("button", { name: "Reload" }).click();
    await page.getByText("A newer version of this page is ready").waitFor({ state: "detached" });
    expect(await page.inputValue("#prompt")).toBe("written meanwhile");
    expect(studio.takeProblems()).toEqual([]);
  });
});
