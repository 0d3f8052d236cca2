// Tests what happens without a running gateway: the command brings its own, its jobs outlive it, and a server that
// starts gets them.

import { readdir } from "node:fs/promises";
import path from "node:path";

import type { Simulator } from "@jimeng/simulator";
import { afterEach, describe, expect, test } from "vitest";

import { createPlace } from "../testing/run-command.ts";
import type { Place } from "../testing/run-command.ts";
import { createQuickSimulator, settingsFor } from "../testing/services.ts";

let place: Place;
let simulator: Simulator | undefined;
afterEach(async () => {
  await place.remove();
  await simulator?.close();
  simulator = undefined;
});

const firstLine = (text: string) => text.split("\n")[0] ?? "";

/** A place whose account is on a simulator outside, so that its accepted starts can be read. */
async function createAccountPlace(imageMs?: number): Promise<Simulator> {
  simulator = await createQuickSimulator(imageMs);
  place = await createPlace(settingsFor(simulator));
  return simulator;
}

describe("without a running gateway and without an account", () => {
  test("makes a picture on the built-in simulator, says so, and leaves the real folder alone", async () => {
    place = await createPlace();
    const { code, stdout, stderr } = await place.run([
      "image",
      "一只猫",
      "--count",
      "1",
      "--resolution",
      "1k",
    ]);
    expect(code, stderr).toBe(0);
    expect(stderr).toContain("no account");
    expect(firstLine(stdout)).toMatch(/\.png$/);
    expect(await readdir(place.dataDir)).toEqual(["simulator"]);
    expect(await readdir(path.join(place.dataDir, "simulator"))).not.toContain("gateway.json");

    const list = await place.run(["jobs", "--json"]);
    expect(JSON.parse(list.stdout).data).toHaveLength(1);
  });

  test("hands its job over to a server that starts, and gets the picture from there", async () => {
    place = await createPlace();
    const command = place.start(["image", "a cat", "--count", "1", "--resolution", "1k"]);
    await command.see("stderr", /submitting/);
    const server = place.start(["serve", "--port", "0"]);
    await server.see("stderr", /waiting until it hands its jobs over/);
    await server.see("stdout", /mode +simulator \(no account/);
    const { code, stdout, stderr } = await command.end();
    expect(code, stderr).toBe(0);
    expect(stderr).toContain("handing the jobs over");
    expect(firstLine(stdout)).toMatch(/\.png$/);
    expect(server.process.exitCode).toBeNull();
  });
});

describe("without a running gateway and with an account", () => {
  test("keeps the job that nobody waited for, paid once, for the next command", async () => {
    const upstream = await createAccountPlace();
    const started = await place.run(["image", "a cat", "--count", "1", "--no-wait"]);
    expect(started.code, started.stderr).toBe(0);
    expect(started.stderr).toContain("when the gateway next runs");
    expect(started.stderr).not.toContain("simulator");
    expect(upstream.acceptedStarts()).toHaveLength(1);

    const waited = await place.run(["jobs", "wait", firstLine(started.stdout)]);
    expect(waited.code, waited.stderr).toBe(0);
    expect(firstLine(waited.stdout)).toMatch(/\.png$/);
    expect(upstream.acceptedStarts()).toHaveLength(1);
  });

  test("lets several commands at once share the folder, also when the one that serves them ends", async () => {
    const upstream = await createAccountPlace(1500);
    const words = (prompt: string) => ["image", prompt, "--count", "1", "--resolution", "1k"];
    const finished = await Promise.all(
      ["one", "two", "three"].map((prompt) => place.run(words(prompt))),
    );
    expect(finished.map(({ code, stderr }) => [code, stderr])).toEqual(
      finished.map(({ stderr }) => [0, stderr]),
    );
    expect(upstream.acceptedStarts()).toHaveLength(3);
    expect((await readdir(place.folder)).filter((name) => name.endsWith(".png"))).toHaveLength(3);
  });

  test("hands its job over to a server with the same accounts, paid once", async () => {
    const upstream = await createAccountPlace(3000);
    const command = place.start(["image", "a cat", "--count", "1"]);
    await command.see("stderr", /generating/);
    const server = place.start(["serve", "--port", "0"]);
    await server.see("stdout", /curl /);
    const { code, stdout, stderr } = await command.end();
    expect(code, stderr).toBe(0);
    expect(firstLine(stdout)).toMatch(/\.png$/);
    expect(upstream.acceptedStarts()).toHaveLength(1);
  });

  test("keeps its folder from a server with other accounts, which says why", async () => {
    // The picture must not be ready before the server has asked, however slow this machine is.
    await createAccountPlace(10_000);
    const command = place.start(["image", "a cat", "--count", "1"]);
    await command.see("stderr", /generating/);
    const server = await place.run(["serve", "--port", "0"], {
      JIMENG_SESSIONS: "other=another-obviously-fake-session",
    });
    expect(server.code).toBe(2);
    expect(server.stderr).toContain("other accounts");
    expect((await command.end()).code).toBe(0);
  });
});

describe("with JIMENG_SIMULATE", () => {
  test("never shows the simulator the configured session and never asks the configured upstream", async () => {
    const upstream = await createAccountPlace();
    const { code, stderr } = await place.run(["jobs"], { JIMENG_SIMULATE: "true" });
    expect(code, stderr).toBe(0);
    expect(stderr).toContain("JIMENG_SIMULATE is on");
    expect(upstream.requests()).toEqual([]);
    expect(await readdir(place.dataDir)).toEqual(["simulator"]);
  });
});
