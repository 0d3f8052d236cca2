// Tests that a banner tells what is needed to begin, and no secret.

import { describe, expect, test } from "vitest";

import { gatewayBanner, simulatorBanner } from "./banner.ts";
import type { GatewayFacts } from "./banner.ts";
import { english } from "../words/english.ts";

const facts: GatewayFacts = {
  url: "http://127.0.0.1:5100",
  dataDir: "/data",
  mode: "accounts",
  isSimulationAsked: false,
  accounts: [
    { name: "main", region: "cn" },
    { name: "us-0a1b2c", region: "us" },
  ],
  hasKeys: false,
  isPassthrough: false,
};

describe("the gateway's banner", () => {
  test("ends with URL, mode, data folder and a curl to copy", () => {
    const lines = gatewayBanner(facts, english);
    expect(lines.slice(2, 5)).toEqual([
      "  URL     http://127.0.0.1:5100",
      "  mode    accounts main (cn), us-0a1b2c (us)",
      "  data    /data",
    ]);
    expect(lines.at(-1)).toMatch(
      /^curl http:\/\/127\.0\.0\.1:5100\/v1\/images\/generations -H 'content-type: application\/json' -d '\{.*\}'$/,
    );
  });

  test("says why the simulator is used", () => {
    expect(gatewayBanner({ ...facts, mode: "simulator" }, english).join("\n")).toContain(
      "no account yet",
    );
    expect(
      gatewayBanner({ ...facts, mode: "simulator", isSimulationAsked: true }, english).join("\n"),
    ).toContain("JIMENG_SIMULATE is on");
  });

  test("names the variable of the key in the curl where one is needed", () => {
    expect(gatewayBanner({ ...facts, hasKeys: true }, english).at(-1)).toContain(
      '"authorization: Bearer $JIMENG_API_KEY"',
    );
    const passing = gatewayBanner(
      {
        ...facts,
        mode: "pass-through",
        accounts: [],
        isPassthrough: true,
      },
      english,
    );
    expect(passing.join("\n")).toContain("pass-through");
    expect(passing.at(-1)).toContain("$JIMENG_SESSION");
  });
});

describe("the simulator's banner", () => {
  test("ends with the settings that point a gateway at it", () => {
    expect(
      simulatorBanner({ url: "http://127.0.0.1:5200", dataDir: undefined }, english).at(-1),
    ).toBe("JIMENG_CN_BASE_URL=http://127.0.0.1:5200 JIMENG_SESSIONS=made-up-session npm start");
  });
});
