// Every state that a page can be in, as a person meets it: nothing there yet, still loading, slow, refused, not allowed.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Page, Route } from "playwright-core";
import { beforeAll, describe, expect, test } from "vitest";
import { postJson, root, until } from "../e2e/processes.ts";
import { canRun, findBarriers, look, useStudio } from "./harness.ts";

const picture = readFileSync(join(root, "docs/images/picture.png"));
const secret = "obviously-fake-key-of-states";
// Each look takes a second: `npm run test:long` takes them all.
const isLong = process.env["JIMENG_TEST_LONG"] === "1";

/** The body of a refusal, as the gateway sends it. */
const refusal = (code: string, message: string, fix: string) => ({
  error: {
    message,
    type: "api_error",
    param: null,
    code,
    retryable: false,
    charged: "no",
    job_id: null,
    request_id: null,
    fix,
  },
});

describe.skipIf(!canRun)("states of the page", () => {
  const studio = useStudio({
    environment: { JIMENG_API_KEYS: `first=${secret}` },
    draft: { count: 1, resolution: "1k" },
  });
  let owner = "";
  beforeAll(async () => {
    owner = (await makeKey({ name: "owner", scopes: ["admin", "generate", "read", "account"] }))
      .key;
  });

  async function makeKey(body: object): Promise<{ id: string; key: string }> {
    const file = join(studio.folder, "simulator/gateway.json");
    const { admin_key: admin } = JSON.parse(readFileSync(file, "utf8")) as { admin_key: string };
    const headers = { authorization: `Bearer ${admin}` };
    const made = await postJson(`${studio.gateway.url}/v1/keys`, body, headers);
    expect(made.status, JSON.stringify(made.body)).toBeLessThan(300);
    return made.body as { id: string; key: string };
  }
  const make = (page: Page) => page.getByRole("button", { name: "Make", exact: true });
  const isOff = (page: Page) => make(page).getAttribute("aria-disabled");

  /** Answers reads of a path as told, until `undo` is called. */
  async function answer(page: Page, path: RegExp, reply: (route: Route) => Promise<void>) {
    await page.route(path, reply);
    return () => page.unroute(path);
  }

  test("the first run says that pictures are made up and how to add an account, and offers three prompts", async () => {
    const page = await studio.openAs(owner);
    await page.getByText("pictures are made up").waitFor();
    await page.getByText("What would you like to see?").waitFor();
    const prompts = page.getByRole("button", { name: /lighthouse|fox|ramen/ });
    expect(await prompts.count()).toBe(3);
    expect(await findBarriers(page)).toEqual([]);
    await look(page, "first-run");
    await page.getByRole("button", { name: "Add an account" }).click();
    await page.getByRole("heading", { name: "simulator" }).waitFor();
    for (const [path, text] of [
      ["/jobs", /No jobs|Nothing/],
      ["/library", /What you make is kept here/],
    ] as const) {
      await page.goto(`${studio.gateway.url}${path}`);
      await page.getByText(text).first().waitFor();
      if (isLong) expect(await findBarriers(page)).toEqual([]);
      await look(page, `empty${path.replace("/", "-")}`);
    }
    expect(studio.takeProblems()).toEqual([]);
  });

  test("an account that pauses, whose session ended or that has no credits is told above the composer", async () => {
    const page = await studio.openAs(owner);
    await page.getByText("What would you like to see?").waitFor();
    const problem = { code: "session_invalid", ret: null, message: "It ended.", fix: "Paste it." };
    const soon = Math.round(Date.now() / 1000) + 240;
    for (const [changes, text] of [
      [{ health: "cooling_down", until: soon, problem }, /^No account starts anything for \d/],
      [{ health: "expired", problem }, /the session has ended/],
      [{ credits: { total: 0 } }, /No account has credits left/],
    ] as const) {
      const undo = await answer(page, /\/v1\/accounts$/, async (route) => {
        const response = await route.fetch();
        const { data, ...list } = (await response.json()) as { data: object[] };
        const changed = data.map((account) => ({ ...account, ...changes }));
        await route.fulfill({ response, json: { ...list, data: changed } });
      });
      await page.reload();
      await page.getByText(text).waitFor();
      if (isLong) expect(await findBarriers(page)).toEqual([]);
      await look(page, `account-${String("health" in changes ? changes.health : "no-credits")}`);
      await undo();
    }
    expect(studio.takeProblems()).toEqual([]);
  });

  test("a key that may not make, or has spent its budget, says so, and loses nothing that was written", async () => {
    const reader = await makeKey({ name: "reader", scopes: ["read"] });
    let page = await studio.openAs(reader.key);
    await page.fill("#prompt", "may I?");
    await page.getByText("Your key may look, but not make anything.").waitFor();
    expect(await isOff(page)).toBe("true");
    await look(page, "key-may-look");
    await page.close();
    const poor = await makeKey({
      name: "poor",
      scopes: ["generate", "read"],
      daily_credits: 0,
    });
    page = await studio.openAs(poor.key);
    await page.fill("#prompt", "too much for one credit");
    await page.getByText("The daily budget of this key").waitFor();
    expect(await isOff(page)).toBe("true");
    expect(await page.inputValue("#prompt")).toBe("too much for one credit");
    expect(await findBarriers(page)).toEqual([]);
    await look(page, "over-budget");
    expect(studio.takeProblems()).toEqual([]);
  });

  test("a key that is revoked in another tab asks for another, and leads back with what was written", async () => {
    const { id, key } = await makeKey({ name: "leaving", scopes: ["generate", "read"] });
    const page = await studio.openAs(key);
    await page.fill("#prompt", "written before the end");
    const other = await studio.open("/jobs");
    await other.getByRole("heading").first().waitFor();
    const file = join(studio.folder, "simulator/gateway.json");
    const { admin_key: admin } = JSON.parse(readFileSync(file, "utf8")) as { admin_key: string };
    await fetch(`${studio.gateway.url}/v1/keys/${id}`, {
      method: "DELETE",
      headers: { authorization: `Bearer ${admin}` },
    });
    await make(page).click();
    await page.getByText("This gateway asks for a key").waitFor();
    await look(page, "revoked");
    await page.getByRole("button", { name: "Sign in" }).click();
    await page.getByLabel("Key", { exact: true }).fill(owner);
    await page.keyboard.press("Enter");
    await page.waitForURL((url) => url.pathname === "/");
    expect(await page.inputValue("#prompt")).toBe("written before the end");
    await page.getByText("This gateway asks for a key").waitFor({ state: "detached" });
    expect(studio.takeProblems()).toEqual([]);
  });

  test("a full disk and an upload that is refused are told, with what to do and a way to try again", async () => {
    const page = await studio.openAs(owner);
    await page.fill("#prompt", "no room for it");
    const full = refusal("storage_unavailable", "The gateway's disk is full.", "Make room.");
    const undo = await answer(page, /\/v1\/(jobs|files)(\?|$)/, async (route) => {
      if (route.request().method() !== "POST") return await route.fallback();
      await route.fulfill({ status: 503, json: full });
    });
    await make(page).click();
    await page.getByText(/disk is full.*Make room.*Nothing was charged/).waitFor();
    await page.getByRole("button", { name: "Add a reference" }).click();
    const file = { name: "sketch.png", mimeType: "image/png", buffer: picture };
    await page.locator('input[type="file"]').first().setInputFiles(file);
    await page.getByRole("alert").getByText("disk is full").waitFor();
    await page.getByText("A reference was not uploaded").waitFor();
    expect(await isOff(page)).toBe("true");
    expect(await findBarriers(page)).toEqual([]);
    await look(page, "upload-refused");
    await undo();
    await page.getByRole("button", { name: "Try again" }).click();
    await page.getByRole("img", { name: "sketch.png" }).waitFor();
    await until("the button", async () => ((await isOff(page)) === "false" ? true : undefined));
    expect(studio.takeProblems()).toEqual([]);
  });

  test("a slow answer shows places of the right size, and nothing jumps when it comes", async () => {
    const page = await studio.openAs(owner);
    await page.fill("#prompt", "to be looked at");
    await make(page).click();
    const link = page.getByRole("link", { name: "Open: to be looked at" });
    await link.waitFor();
    for (const path of ["/", "/library"]) {
      const held: (() => void)[] = [];
      const undo = await answer(
        page,
        /\/v1\/(jobs|assets|accounts|credits|keys)\b/,
        async (route) => {
          if (/thumbnail/.test(route.request().url())) return await route.fallback();
          await new Promise<void>((resolve) => held.push(resolve));
          await route.fallback();
        },
      );
      await page.goto(`${studio.gateway.url}${path}`);
      await until("requests", () => (held.length > 0 ? true : undefined));
      await page.evaluate(() => {
        const shifts: { value: number; sources: string[] }[] = [];
        Object.assign(globalThis, { shifts });
        new PerformanceObserver((list) => {
          for (const entry of list.getEntries() as any[])
            if (!entry.hadRecentInput)
              shifts.push({
                value: entry.value,
                sources: entry.sources.map((source: any) => source.node?.outerHTML?.slice(0, 90)),
              });
        }).observe({ type: "layout-shift", buffered: true });
      });
      await look(page, `skeleton${path.replace("/", "-")}`);
      await undo();
      while (held.length > 0) held.pop()?.();
      await page.getByText("to be looked at").or(page.getByRole("gridcell")).first().waitFor();
      await until("pictures", () =>
        page.evaluate(() => [...document.images].every(({ complete }) => complete) || undefined),
      );
      const shifts = await page.evaluate(
        () => (globalThis as unknown as { shifts: { value: number; sources: string[] }[] }).shifts,
      );
      const sum = shifts.reduce((total, { value }) => total + value, 0);
      expect(sum, `${path}: ${JSON.stringify(shifts, null, 1)}`).toBeLessThanOrEqual(0.02);
      await look(page, `loaded${path.replace("/", "-")}`);
    }
    expect(studio.takeProblems()).toEqual([]);
  });

  test("answers of 401 and 500 are told where they happen, and reading again mends them", async () => {
    for (const [path, pattern] of [
      ["/", /\/v1\/jobs\?/],
      ["/library", /\/v1\/assets(\?|\/timeline)/],
    ] as const) {
      const page = await studio.openAs(owner, path);
      let status = 401;
      const undo = await answer(page, pattern, async (route) =>
        route.fulfill({
          status,
          json:
            status === 401
              ? refusal("unauthorized", "No such key.", "Give another.")
              : refusal("internal", "Something broke.", "Try again."),
        }),
      );
      await page.reload();
      await page.getByText("This gateway asks for a key").waitFor();
      status = 500;
      await page.reload();
      await page.getByText("Something broke").first().waitFor();
      expect(await findBarriers(page)).toEqual([]);
      await look(page, `error-500${path.replace("/", "-")}`);
      await page.getByRole("button", { name: "Try again" }).waitFor();
      await undo();
      // The page may have read again by itself: it does so when its stream is open.
      await page.evaluate(() => {
        const buttons = [...document.querySelectorAll("button")];
        buttons.find(({ textContent }) => textContent === "Try again")?.click();
      });
      await page.getByText("to be looked at").or(page.getByRole("gridcell")).first().waitFor();
      await page.close();
    }
    expect(studio.takeProblems()).toEqual([]);
  });
});
