// A fast simulator and a `jimeng serve` in front of it, for tests; imported by tests only.

import { createSimulator } from "@jimeng/simulator";
import type { Simulator } from "@jimeng/simulator";
import { afterAll } from "vitest";

import { createPlace } from "./run-command.ts";
import type { Place, Running } from "./run-command.ts";

/** The settings of a gateway whose upstream is the simulator and whose session is made up. */
export function settingsFor(simulator: Simulator): Record<string, string> {
  return {
    JIMENG_CN_BASE_URL: simulator.url,
    JIMENG_SESSIONS: "test=obviously-fake-session",
    POLL_INTERVAL: "200",
    LOG_LEVEL: "error",
  };
}

/** Starts a simulator that takes tenths of seconds and serves small blank files. */
export function createQuickSimulator(imageMs = 300): Promise<Simulator> {
  return createSimulator({
    media: "blank",
    timing: { imageMs, videoMs: 600, visibleAfterMs: 50, jitter: false },
  });
}

/** A place with a simulator and a gateway that serves it. */
export interface Services {
  simulator: Simulator;
  place: Place;
  server: Running;
  url: string;
}

/**
 * Starts the one simulator and gateway of a test file, and stops both at its end; commands run in `place` find the
 * gateway through its data folder.
 */
export async function startServicesForTests(): Promise<Services> {
  const simulator = await createQuickSimulator();
  const place = await createPlace(settingsFor(simulator));
  afterAll(async () => {
    await place.remove();
    await simulator.close();
  });
  const server = place.start(["serve", "--port", "0"]);
  const [, url = ""] = await server.see("stdout", /URL\s+(http:\S+)[\s\S]*curl /);
  return { simulator, place, server, url };
}
