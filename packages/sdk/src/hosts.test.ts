// Tests which hosts are this machine.
import { describe, expect, test } from "vitest";
import { isLoopbackHost } from "./hosts.ts";

describe("this machine", () => {
  test.each([
    "localhost",
    "LOCALHOST",
    "localhost.",
    "sim.localhost",
    "a.b.localhost.",
    "127.0.0.1",
    "127.255.255.255",
    "::1",
    "[::1]",
    "0:0:0:0:0:0:0:1",
    "[::ffff:127.0.0.1]",
    "::ffff:7f00:1",
  ])("is %s", (host) => expect(isLoopbackHost(host)).toBe(true));

  test.each([
    "",
    "example.com",
    "localhost.example.com",
    "notlocalhost",
    "127.999.999.999",
    "127.0.0.256",
    "127.0.0",
    "127.0.0.1.example.com",
    "128.0.0.1",
    "0.0.0.0",
    "::",
    "::2",
    "[::ffff:128.0.0.1]",
    "::ffff:0.0.0.127",
    "fe80::1",
  ])("is not %s", (host) => expect(isLoopbackHost(host)).toBe(false));
});
