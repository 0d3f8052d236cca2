// Owns a fast simulator and a `jimeng serve` in front of it, for tests; imported by tests only.
// Refuses to know what is tested.

import type { Simulator } from "@jimeng/simulator";
import { createSimulator } from "@jimeng/simulator";
import type { Place, Running } from "./run-command.ts";
import { createPlace } from "./run-command.ts";

/** Are the settings of a gateway whose upstream is the simulator and whose session is made up. */
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

/** Is a place with a simulator and a gateway that serves it. */
export interface Services {
  simulator: Simulator;
  place: Place;
  server: Running;
  url: string;
  close(): Promise<void>;
}

/** Starts simulator and gateway; commands run in `place` find the gateway through its data folder. */
export async function createServices(options: { imageMs?: number } = {}): Promise<Services> {
  const simulator = await createQuickSimulator(options.imageMs);
  const place = await createPlace(settingsFor(simulator));
  const server = place.start(["serve", "--port", "0"]);
  const [, url = ""] = await server.see("stdout", /URL\s+(http:\S+)[\s\S]*curl /);
  return {
    simulator,
    place,
    server,
    url,
    async close() {
      await place.remove();
      await simulator.close();
    },
  };
}
