// The owner's rooms: charts of the last jobs, and what doctor finds; a key is made, shown once, changed, given a new text and revoked; a webhook is stored and tried.
import { describe, expect, test } from "vitest";
import { postJson } from "../e2e/processes.ts";
import { canRun, findBarriers, useStudio } from "./harness.ts";

describe.skipIf(!canRun)("the owner's rooms", () => {
  const studio = useStudio();

  /** Makes a job and waits until it has ended. */
  async function make(prompt: string): Promise<void> {
    const { url } = studio.gateway;
    const { body } = await postJson(`${url}/v1/jobs`, { kind: "image", prompt, count: 1 });
    await fetch(`${url}/v1/jobs/${body.id}/events`).then((answer) => answer.text());
  }

  test("tell how the gateway does, in words and as charts of the last jobs, at every width", async () => {
    await Promise.all([make("a kite"), make("a ball"), make("a bell"), make("simulate:2038")]);
    const page = await studio.open("/health");
    await page.getByText("Ready: jobs are taken").waitFor();
    await page.getByText(/^Version \d+\.\d+\.\d+ · on the simulator/).waitFor();
    await page.getByText(/^The last 4 jobs, since /).waitFor();
    await page.getByRole("img", { name: "Jobs that went well: 75%, 1 of 4 failed" }).waitFor();
    for (const name of [
      /^Time to a result: \d+ sec, \d+ sec at most$/,
      /^Jobs that wait or run: 0, \d at once at most$/,
      /^Credits spent: \d+, [\d,]+ left$/,
    ])
      await page.getByRole("img", { name }).waitFor();
    const doctor = page.getByRole("region", { name: "What jimeng doctor finds" });
    await doctor.getByText("the built-in simulator stands in for the site").waitFor();
    const lines = await doctor.getByRole("listitem").allTextContents();
    expect(lines).toContainEqual(expect.stringMatching(/^ok\s*disk \d+ MB free/));
    expect(await findBarriers(page)).toEqual([]);
    await page.setViewportSize({ width: 360, height: 740 });
    const isWider = () => document.documentElement.scrollWidth > innerWidth;
    expect(await page.evaluate(isWider)).toBe(false);
    expect(studio.takeProblems()).toEqual([]);
  });

  test("stores a webhook, shows its secret once, tries it, and removes it", async () => {
    const page = await studio.open("/admin?tab=webhooks");
    await page.getByRole("button", { name: "New webhook" }).click();
    await page.getByLabel("Address").fill("https://receiver.example/hook");
    await page.getByRole("checkbox", { name: "account.health" }).check();
    await page.getByRole("button", { name: "Store it" }).click();
    await page.getByText("Copy it now").waitFor();
    expect(
      await page
        .locator("code")
        .filter({ hasText: /^whsec_/ })
        .count(),
    ).toBe(1);
    await page.keyboard.press("Escape");
    await page.getByText("job.completed · job.failed · account.health").waitFor();
    await page.getByRole("button", { name: "Deliveries" }).click();
    await page.getByText("Nothing was delivered yet.").waitFor();
    expect(await findBarriers(page)).toEqual([]);
    await page.keyboard.press("Escape");
    await page.getByRole("button", { name: "Remove" }).click();
    await page.getByRole("dialog").getByRole("button", { name: "Remove" }).click();
    await page.getByText("No endpoint is stored.").waitFor();
    expect(studio.takeProblems()).toEqual([]);
  });

  // Last: once there is a key, this browser needs one as well.
  test("makes a key by the keyboard alone, and shows its text once", async () => {
    const page = await studio.open("/admin");
    await page.getByText("There are no keys yet.").waitFor();
    expect(await findBarriers(page)).toEqual([]);
    await page.getByRole("button", { name: "New key" }).focus();
    await page.keyboard.press("Enter");
    await page.getByLabel("Name").focus();
    await page.keyboard.type("phone");
    await page.getByLabel("Credits a day (UTC)").focus();
    await page.keyboard.type("50");
    expect(await findBarriers(page)).toEqual([]);
    await page.keyboard.press("Enter");
    await page.getByText("Copy it now").waitFor();
    const text = await page.locator("dialog code").textContent();
    expect(text?.length).toBeGreaterThan(20);
    await page.keyboard.press("Escape");
    expect(await page.content()).not.toContain(text ?? "no key");
  });
});
