// Accounts, credits and signing in, in a browser: a key that may not see accounts, one that may, and a key that ends.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { postJson } from "../e2e/processes.ts";
import { canRun, findBarriers, useStudio } from "./harness.ts";

const weakKey = "obviously-fake-key-of-a-setting";

describe.skipIf(!canRun)("accounts and signing in", () => {
  const studio = useStudio({ environment: { JIMENG_API_KEYS: `weak=${weakKey}` } });

  async function makeKey(body: object): Promise<{ id: string; key: string; admin: string }> {
    const file = join(studio.folder, "simulator/gateway.json");
    const { admin_key: admin } = JSON.parse(readFileSync(file, "utf8")) as { admin_key: string };
    const headers = { authorization: `Bearer ${admin}` };
    const made = await postJson(`${studio.gateway.url}/v1/keys`, body, headers);
    return { ...(made.body as { id: string; key: string }), admin };
  }

  test("a key signs in and leads back to where one was; it stands nowhere in the page", async () => {
    const page = await studio.open("/accounts");
    await page.getByRole("button", { name: "Sign in" }).click();
    await page.waitForURL("**/sign-in?return=%2Faccounts");
    await page.getByLabel("Key", { exact: true }).fill("obviously-wrong-key-of-nobody");
    await page.keyboard.press("Enter");
    await page.getByText("This key is not in force").waitFor();
    expect(await findBarriers(page)).toEqual([]);
    await page.getByLabel("Key", { exact: true }).fill(weakKey);
    await page.keyboard.press("Enter");
    await page.waitForURL("**/accounts");
    // It may make pictures, and not see accounts; the ledger of its own jobs it sees.
    await page.getByText("This key may not see accounts").waitFor();
    await page.getByText("Nothing was spent this month").waitFor();
    const kept = await page.evaluate(
      () => document.documentElement.outerHTML + JSON.stringify(localStorage) + document.cookie,
    );
    expect(kept).not.toMatch(/obviously-(fake|wrong)-key/);
    expect(await findBarriers(page)).toEqual([]);
    await page.goto(`${studio.gateway.url}/sign-in`);
    await page.getByText("Signed in as weak").waitFor();
    await page.getByRole("button", { name: "Sign out" }).click();
    await page.getByLabel("Key", { exact: true }).waitFor();
    // Also what was searched for is there again after a sign-in.
    await page.goto(`${studio.gateway.url}/library?q=cat`);
    await page.getByRole("button", { name: "Sign in" }).click();
    await page.waitForURL("**/sign-in?return=%2Flibrary%3Fq%3Dcat");
  });

  test("the owner sees health and credits, checks, claims on a press, and is told why nothing is added", async () => {
    const { id, key, admin } = await makeKey({ name: "owner", scopes: ["admin"] });
    const page = await studio.open("/sign-in?return=%2Faccounts");
    await page.getByLabel("Key", { exact: true }).fill(key);
    await page.keyboard.press("Enter");
    await page.getByRole("heading", { name: "simulator" }).waitFor();
    await page.getByRole("button", { name: "Check: simulator" }).click();
    await page.getByText(/^checked /).waitFor();
    await page.getByRole("button", { name: "Claim today’s credits: simulator" }).click();
    await page
      .getByText(/credits? received/)
      .first()
      .waitFor();
    expect(await findBarriers(page)).toEqual([]);
    await page.locator("#content").getByRole("button", { name: "Add an account" }).click();
    await page.getByRole("textbox", { name: "Session" }).fill("canary0pasted0session0canary0000");
    await page.getByRole("button", { name: "Store the account" }).click();
    await page.getByText("This gateway runs on the simulator").waitFor();
    expect(await findBarriers(page)).toEqual([]);
    await page.keyboard.press("Escape");
    expect(await page.content()).not.toContain("canary0pasted");
    // Risk control refuses a start: the card says for how long it pauses, and what to do.
    await studio.plant({ endpoint: "generate", kind: "refuse", ret: "1019" });
    const body = { model: "jimeng-4.0", prompt: "a bridge", n: 1 };
    const headers = { authorization: `Bearer ${admin}` };
    await postJson(`${studio.gateway.url}/v1/images/generations`, body, headers);
    await page.getByText("pauses").waitFor();
    await page.getByText(/^No starts for \d/).waitFor();
    await page.getByText(/do not repeat them before/).waitFor();
    expect(await findBarriers(page)).toEqual([]);
    // The key is revoked elsewhere: the page asks to sign in again.
    const revoked = await fetch(`${studio.gateway.url}/v1/keys/${id}`, {
      method: "DELETE",
      headers: { authorization: `Bearer ${admin}` },
    });
    expect(revoked.status).toBe(200);
    await page.getByRole("button", { name: "Check all" }).click();
    await page.getByText("This gateway asks for a key").waitFor();
    expect(studio.takeProblems()).toEqual([]);
  });
});
