// Tests what a waiting command does when its gateway goes away: it waits for the same one, and never asks another.

import { readdir } from "node:fs/promises";

import type { Simulator } from "@jimeng/simulator";
import { afterEach, describe, expect, test } from "vitest";

import { createPlace } from "../testing/run-command.ts";
import type { Place, Running } from "../testing/run-command.ts";
import { createQuickSimulator, settingsFor } from "../testing/services.ts";

let place: Place;
let simulator: Simulator | undefined;
afterEach(async () => {
  await place.remove();
  await simulator?.close();
  simulator = undefined;
});

const firstLine = (text: string) => text.split("\n")[0] ?? "";
const image = ["image", "a cat", "--count", "1", "--resolution", "1k"];

async function createAccountPlace(imageMs: number, settings: Record<string, string> = {}) {
  simulator = await createQuickSimulator(imageMs);
  place = await createPlace({ ...settingsFor(simulator), ...settings });
  return simulator;
}

async function serve(port = "0"): Promise<{ server: Running; url: string }> {
  const server = place.start(["serve", "--port", port]);
  const [, url = ""] = await server.see("stdout", /URL\s+(http:\S+)[\s\S]*curl /);
  return { server, url };
}

describe("a gateway that is killed and started again", () => {
  test("is found at its new address, and finishes the job whatever it was doing", async () => {
    place = await createPlace();
    const { server } = await serve();
    const command = place.start(image);
    await command.see("stderr", /saving/);
    server.process.kill("SIGKILL");
    await command.see("stderr", /went away: looking for it/);
    await serve();
    const { code, stdout, stderr } = await command.end();
    expect(code, stderr).toBe(0);
    expect(firstLine(stdout)).toMatch(/\.png$/);
  });

  test("is asked with its new admin key, and pays once", async () => {
    const upstream = await createAccountPlace(3000, { JIMENG_API_KEYS: "obviously-fake-key" });
    const { server, url } = await serve();
    const command = place.start(image);
    await command.see("stderr", /generating/);
    server.process.kill("SIGKILL");
    await serve(new URL(url).port);
    const { code, stdout, stderr } = await command.end();
    expect(code, stderr).toBe(0);
    expect(firstLine(stdout)).toMatch(/\.png$/);
    expect(upstream.acceptedStarts()).toHaveLength(1);
  });

  test("is waited for at the address that was given", async () => {
    const upstream = await createAccountPlace(3000);
    const { server, url } = await serve();
    const command = place.start([...image, "--url", url]);
    await command.see("stderr", /generating/);
    server.process.kill("SIGKILL");
    await command.see("stderr", /went away: looking for it/);
    await serve(new URL(url).port);
    const { code, stderr } = await command.end();
    expect(code, stderr).toBe(0);
    expect(upstream.acceptedStarts()).toHaveLength(1);
  });
});

describe("a gateway that does not come back", () => {
  test("ends the command with 7, what is known of the money, and the line that finds the job", async () => {
    const upstream = await createAccountPlace(3000);
    const { server } = await serve();
    const command = place.start(["video", "the sea", "--reconnect", "1"]);
    await command.see("stderr", /generating/);
    server.process.kill("SIGKILL");
    const { code, stdout, stderr } = await command.end();
    expect(code).toBe(7);
    expect(stdout).toBe("");
    expect(stderr).toMatch(
      /^error: the gateway at \S+ went away and did not come back within 1 s$/m,
    );
    expect(stderr).toMatch(/^charged: unknown/m);
    const [, id = ""] = stderr.match(/jimeng jobs wait (job_\S+)/) ?? [];
    expect(stderr).toContain(`job: ${id}`);

    // Nothing of the command keeps the folder from the real gateway.
    await serve();
    const waited = await place.run(["jobs", "wait", id]);
    expect(waited.code, waited.stderr).toBe(0);
    expect(firstLine(waited.stdout)).toMatch(/\.mp4$/);
    expect(upstream.acceptedStarts()).toHaveLength(1);
  });

  test("is not replaced by the simulator where the command knows no account", async () => {
    const upstream = await createAccountPlace(3000);
    const { server } = await serve();
    const command = place.start(["image", "a cat", "--reconnect", "1", "--json"], {
      JIMENG_SESSIONS: "",
    });
    await command.see("stderr", /generating/);
    server.process.kill("SIGKILL");
    const { code, stdout } = await command.end();
    expect(code).toBe(7);
    expect(JSON.parse(stdout)).toMatchObject({
      error: {
        code: "connection_failed",
        charged: "unknown",
        job_id: expect.stringMatching(/^job_/),
      },
    });
    expect(await readdir(place.dataDir)).not.toContain("simulator");
    expect(upstream.acceptedStarts()).toHaveLength(1);
  });
});
