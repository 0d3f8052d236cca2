// Tests the commands about credits, accounts and history with the real command, a gateway and the simulator.

import { describe, expect, test } from "vitest";

import { createPlace } from "../testing/run-command.ts";
import { settingsFor, startServicesForTests } from "../testing/services.ts";

const services = await startServicesForTests();

const run = (...words: string[]) => services.place.run(words);
const json = async (...words: string[]) => {
  const { code, stdout, stderr } = await run(...words, "--json");
  expect(code, stderr).toBe(0);
  return JSON.parse(stdout);
};

describe("jimeng credits", () => {
  test("shows the balance by type and explains in which order it is spent", async () => {
    const { code, stdout, stderr } = await run("credits");
    expect(code, stderr).toBe(0);
    expect(stdout).toMatch(/^account +region +total +vip +purchased +gift +expires/);
    expect(stdout).toMatch(/^test +cn +\d+/m);
    expect(stderr).toMatch(/vip\) first, then purchased ones, then gifts/);
  });

  test("claims once a day, and tells what changed the balance", async () => {
    const before = (await json("credits", "--fresh")).data[0].total;
    const first = await run("credits", "claim");
    expect(first.code, first.stderr).toBe(0);
    expect(first.stdout).toMatch(/^test: received \d+ credits, \d+ in all, day 1 in a row/);
    const second = await json("credits", "claim");
    expect(second).toMatchObject({ received: 0, already_received: true, consecutive_days: 1 });
    const after = (await json("credits")).data[0];
    expect(after.total).toBeGreaterThan(before);
    expect(after.total).toBe(second.total);
    const page = await json("credits", "history", "--limit", "1");
    expect(page.data).toMatchObject([{ amount: after.total - before }]);
  });

  test("refuses a time zone that is none", async () => {
    const { code, stderr } = await run("credits", "claim", "--time-zone", "Mars/Olympus");
    expect(code).toBe(2);
    expect(stderr).toMatch(/fix: .*Asia\/Shanghai/);
  });
});

describe("jimeng account", () => {
  test("lists the accounts without asking the site", async () => {
    expect(await json("account", "list")).toMatchObject({
      data: [{ name: "test", region: "cn", health: "ok", adopted: false }],
    });
    expect((await run("account")).stdout).toMatch(/^test +cn +0 +ok +\d+/m);
  });

  test("checks a session", async () => {
    const { code, stdout, stderr } = await run("account", "check", "test");
    expect(code, stderr).toBe(0);
    expect(stdout).toMatch(/^test +cn +alive +simulated-\d+ +\d+/m);
    const unknown = await run("account", "check", "nobody");
    expect(unknown.code).toBe(2);
  });
});

describe("jimeng history import", () => {
  test("brings what another gateway of the account made, once, with its files", async () => {
    const made = await run("image", "made elsewhere", "--count", "2", "--resolution", "1k");
    expect(made.code, made.stderr).toBe(0);
    const elsewhere = await createPlace(settingsFor(services.simulator));
    try {
      const first = await elsewhere.run(["history", "import", "--limit", "10"]);
      expect(first.code, first.stderr).toBe(0);
      expect(first.stderr).toMatch(/test: imported 1/);
      const id = first.stdout.trim();
      expect(id).toMatch(/^job_/);
      const shown = await elsewhere.run(["jobs", "show", id, "--json"]);
      const job = JSON.parse(shown.stdout);
      expect(job).toMatchObject({ status: "completed", warnings: [{ code: "imported" }] });
      expect(job.result.assets).toHaveLength(2);
      const second = await elsewhere.run(["history", "import"]);
      expect(second.stderr).toMatch(/imported 0, left out: 1 known already/);
      expect(second.stdout).toBe("");
    } finally {
      await elsewhere.remove();
    }
  });

  test("knows what it made itself", async () => {
    expect(await json("history", "import")).toMatchObject({ imported: [] });
  });

  test("refuses a date that is none", async () => {
    const { code, stderr } = await run("history", "import", "--since", "yesterday-ish");
    expect([code, stderr.includes("2026-11-01")]).toEqual([2, true]);
  });
});
