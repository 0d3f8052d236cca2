// Tests that Ctrl-C stops the waiting and not the job, and that servers stop cleanly.

import { readdir } from "node:fs/promises";

import type { Simulator } from "@jimeng/simulator";
import { afterEach, beforeEach, describe, expect, test } from "vitest";

import { createPlace } from "../testing/run-command.ts";
import type { Place } from "../testing/run-command.ts";
import { createQuickSimulator, settingsFor } from "../testing/services.ts";

let simulator: Simulator;
let place: Place;
beforeEach(async () => {
  simulator = await createQuickSimulator(2500);
  place = await createPlace(settingsFor(simulator));
});
afterEach(async () => {
  await place.remove();
  await simulator.close();
});

describe("Ctrl-C while waiting", () => {
  test("says how to find the job again, ends with 130, and the job goes on", async () => {
    const server = place.start(["serve", "--port", "0"]);
    await server.see("stdout", /curl /);
    const command = place.start(["image", "a cat", "--count", "1"]);
    await command.see("stderr", /generating/);
    command.process.kill("SIGINT");
    const { code, stdout, stderr } = await command.end();
    expect(code).toBe(130);
    expect(stdout).toBe("");
    const [, id = ""] = stderr.match(/jimeng jobs wait (job_\S+)/) ?? [];
    expect(stderr).toContain("the job goes on without this command");

    const waited = await place.run(["jobs", "wait", id]);
    expect(waited.code, waited.stderr).toBe(0);
    expect(waited.stdout).toMatch(/\.png\n$/);
    expect(simulator.acceptedStarts()).toHaveLength(1);
  });

  test("tells that the job waits for the next gateway when this command brought its own", async () => {
    const command = place.start(["image", "a cat", "--count", "1"]);
    await command.see("stderr", /generating/);
    command.process.kill("SIGINT");
    const { code, stderr } = await command.end();
    expect(code).toBe(130);
    expect(stderr).toContain("when the gateway next runs");
    const [, id = ""] = stderr.match(/jimeng jobs wait (job_\S+)/) ?? [];
    const waited = await place.run(["jobs", "wait", id]);
    expect(waited.code, waited.stderr).toBe(0);
    expect(simulator.acceptedStarts()).toHaveLength(1);
  });
});

describe("a server", () => {
  test.each(["SIGINT", "SIGTERM"] as const)(
    "stops cleanly at %s and takes its gateway.json away",
    async (signal) => {
      const server = place.start(["serve", "--port", "0"]);
      await server.see("stdout", /curl /);
      expect(await readdir(place.dataDir)).toContain("gateway.json");
      server.process.kill(signal);
      const { code, stderr } = await server.end();
      expect(code, stderr).toBe(0);
      expect(await readdir(place.dataDir)).not.toContain("gateway.json");
    },
  );

  test("tells mode, account and folder, and neither the session nor a key", async () => {
    const server = place.start(["serve", "--port", "0"], { JIMENG_API_KEYS: "obviously-fake-key" });
    const [banner] = await server.see("stdout", /[\s\S]*curl .*\n/);
    expect(banner).toMatch(/mode +accounts test \(cn\)/);
    expect(banner).toContain(place.dataDir);
    expect(banner).not.toContain("obviously-fake");
  });

  test("lets the simulator alone be stopped too", async () => {
    const server = place.start(["simulate", "--port", "0"]);
    await server.see("stdout", /npm start/);
    server.process.kill("SIGTERM");
    expect((await server.end()).code).toBe(0);
  });
});
