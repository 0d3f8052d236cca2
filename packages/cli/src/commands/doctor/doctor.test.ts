// Tests `jimeng doctor` as a user sees it: what it says, its exit code, and that no secret is in it.

import type { Simulator } from "@jimeng/simulator";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { createPlace } from "../../testing/run-command.ts";
import type { Place } from "../../testing/run-command.ts";
import { createQuickSimulator, settingsFor } from "../../testing/services.ts";

let simulator: Simulator;
let place: Place;
beforeAll(async () => {
  simulator = await createQuickSimulator();
  place = await createPlace(settingsFor(simulator));
});
afterAll(async () => {
  await place.remove();
  await simulator.close();
});

interface Report {
  status: string;
  checks: { check: string; status: string; code: string; message: string; fix: string | null }[];
}

describe("jimeng doctor", () => {
  test("finds nothing wrong with an account that works, as JSON, and tells no session", async () => {
    const { code, stdout, stderr } = await place.run(["doctor", "--json"], { PORT: "0" });
    const report = JSON.parse(stdout) as Report;
    expect([report.status, code]).toEqual(["ok", 0]);
    const codes = report.checks.map((one) => one.code);
    expect(codes).toEqual(
      expect.arrayContaining([
        "node_ok",
        "host_ok",
        "clock_right",
        "account_alive",
        "versions_accepted",
      ]),
    );
    expect(stdout + stderr).not.toContain("obviously-fake-session");
    expect(simulator.acceptedStarts()).toEqual([]);
  });

  test("tells a dead session and a taken port, each with what to do, in the language of the user", async () => {
    simulator.setAccount({ session: "obviously-fake-session", expired: true });
    const { port } = new URL(simulator.url);
    const { code, stdout, stderr } = await place.run(["doctor"], {
      PORT: port,
      LANG: "zh_CN.UTF-8",
    });
    expect(code).toBe(1);
    expect(stdout).toMatch(/异常 {2}账号: test：站点不接受该 session\n +处理：在站点上重新登录/);
    expect(stdout).toMatch(/异常 {2}端口: .*被其他程序占用\n +处理：/);
    expect(stderr).toContain("2 项需要修复");
    expect(stdout + stderr).not.toContain("obviously-fake-session");
  });

  test("tells a wrong setting", async () => {
    const wrong = await place.run(["doctor"], { PORT: "a port" });
    expect(wrong.code).toBe(1);
    expect(wrong.stdout).toMatch(/FAIL {2}settings: PORT must be/);
  });
});
