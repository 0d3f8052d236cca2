// Tests which browser requests are refused, as a table.

import { isLoopbackHost } from "@jimeng/sdk";
import { describe, expect, it } from "vitest";

import { checkOrigin } from "./browser-guard.ts";
import type { GuardRules } from "./browser-guard.ts";

const open: GuardRules = {
  credentialNeeded: false,
  boundHost: "192.0.2.7",
  allowedHosts: ["box.example"],
  allowedOrigins: ["https://app.example"],
  publicUrl: "https://public.example",
};
const keyed: GuardRules = { ...open, credentialNeeded: true, allowedHosts: [] };

const passes = (headers: Record<string, string>, rules = open): boolean =>
  checkOrigin(headers, rules) === undefined;

describe("without keys", () => {
  it.each([
    "127.0.0.1:5100",
    "localhost:5100",
    "LOCALHOST",
    "studio.localhost:1",
    "[::1]:5100",
    "192.0.2.7:5100",
    "box.example",
    "public.example",
  ])("the Host %s is ours", (host) => {
    expect(passes({ host })).toBe(true);
  });

  it.each([
    "evil.example",
    "127.0.0.1.evil.example",
    "localhost.evil.example:5100",
    "",
    "192.0.2.8",
    "127.0.0.1@evil",
  ])("the Host %j is refused (DNS rebinding)", (host) => {
    expect(passes({ host })).toBe(false);
  });

  it.each([
    ["http://localhost:5100", true],
    ["http://localhost:3000", false],
    ["https://app.example", true],
    ["https://public.example", true],
    ["https://evil.example", false],
    ["http://localhost:5100.evil.example", false],
    ["null", false],
    ["", false],
  ])("the Origin %j passes: %s", (origin, expected) => {
    expect(passes({ host: "localhost:5100", origin })).toBe(expected);
  });

  it("a cross-site fetch without Origin passes only from a page of an allowed origin", () => {
    const base = { host: "localhost:5100", "sec-fetch-site": "cross-site" };
    expect(passes(base)).toBe(false);
    expect(passes({ ...base, referer: "https://evil.example/x" })).toBe(false);
    expect(passes({ ...base, referer: "https://app.example/x" })).toBe(true);
    expect(passes({ ...base, "sec-fetch-site": "none" })).toBe(true);
    expect(passes({ ...base, "sec-fetch-site": "same-origin" })).toBe(true);
  });
});

describe("with keys", () => {
  it("any Host and Origin pass, unless JIMENG_ALLOWED_HOSTS is set", () => {
    expect(passes({ host: "any.example", origin: "https://evil.example" }, keyed)).toBe(true);
    const narrowed = { ...keyed, allowedHosts: ["box.example"] };
    expect(passes({ host: "any.example" }, narrowed)).toBe(false);
    expect(passes({ host: "box.example:443" }, narrowed)).toBe(true);
    expect(passes({ host: "127.0.0.1:5100" }, narrowed)).toBe(true);
  });
});

describe("loopback names", () => {
  it.each(["localhost", "localhost.", "a.localhost", "127.0.0.1", "127.9.9.9", "::1", "[::1]"])(
    "%s is one",
    (name) => {
      expect(isLoopbackHost(name)).toBe(true);
    },
  );
  it.each(["0.0.0.0", "::", "128.0.0.1", "127.0.0.1.example", "notlocalhost", "1270.0.0.1"])(
    "%s is none",
    (name) => {
      expect(isLoopbackHost(name)).toBe(false);
    },
  );
});
