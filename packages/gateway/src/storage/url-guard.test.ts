// Tests which addresses the guard allows, however they are written.

import { once } from "node:events";
import { createServer } from "node:http";
import type { Server } from "node:http";
import { isIP } from "node:net";
import type { AddressInfo } from "node:net";

import fc from "fast-check";
import { request } from "undici";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";

import {
  createGuardedAgent,
  createGuardedLookup,
  isPublicAddress,
  isRefusedAddress,
  refusalOf,
  RefusedAddress,
} from "./url-guard.ts";
import { startProxy } from "../testing/proxy-server.ts";
import type { ProxyServer } from "../testing/proxy-server.ts";

/** The IPv4 networks that the public Internet does not route (RFC 6890 and its updates). */
const specialNetworks = [
  ["0.0.0.0", 8],
  ["10.0.0.0", 8],
  ["100.64.0.0", 10],
  ["127.0.0.0", 8],
  ["169.254.0.0", 16],
  ["172.16.0.0", 12],
  ["192.0.0.0", 24],
  ["192.0.2.0", 24],
  ["192.168.0.0", 16],
  ["198.18.0.0", 15],
  ["198.51.100.0", 24],
  ["203.0.113.0", 24],
  ["224.0.0.0", 4],
  ["240.0.0.0", 4],
] as const;

function toNumber(dotted: string): number {
  return dotted.split(".").reduce((sum, part) => sum * 256 + Number(part), 0);
}

function toDotted(value: number): string {
  return [24, 16, 8, 0].map((shift) => (value >>> shift) & 0xff).join(".");
}

const specialAddress = fc
  .tuple(fc.constantFrom(...specialNetworks), fc.nat(0xffff_ffff))
  .map(([[network, prefix], random]) => {
    const host = random & (0xffff_ffff >>> prefix);
    return (toNumber(network) | host) >>> 0;
  });

const isRefused = (text: string) => refusalOf(new URL(text), false) !== undefined;

describe("an IPv4 address of a special network", () => {
  it("is refused in every form that URLs allow", () => {
    fc.assert(
      fc.property(specialAddress, (value) => {
        const dotted = toDotted(value);
        const [first = "", second = "", ...rest] = dotted.split(".");
        const low = rest.reduce((sum, part) => sum * 256 + Number(part), 0);
        const hex = value.toString(16).padStart(8, "0");
        const forms = [
          dotted,
          `${dotted}.`,
          String(value),
          `0x${hex}`,
          `0${value.toString(8)}`,
          `0x${Number(first).toString(16)}.${second}.${low}`,
          `[::ffff:${dotted}]`,
          `[::ffff:${hex.slice(0, 4)}:${hex.slice(4)}]`,
          `[::${hex.slice(0, 4)}:${hex.slice(4)}]`,
          `[2002:${hex.slice(0, 4)}:${hex.slice(4)}::1]`,
          `[64:ff9b::${hex.slice(0, 4)}:${hex.slice(4)}]`,
          `[64:ff9b:1::${hex.slice(0, 4)}:${hex.slice(4)}]`,
          `[2001:0:${hex.slice(0, 4)}:${hex.slice(4)}::1]`,
        ];
        for (const form of forms) expect(isRefused(`http://${form}/a.png`), form).toBe(true);
      }),
    );
  });
});

describe("an IPv6 address outside 2000::/3", () => {
  it("is refused", () => {
    const word = fc.nat(0xffff).map((value) => value.toString(16));
    const first = fc.nat(0xffff).filter((value) => value >> 13 !== 1);
    fc.assert(
      fc.property(first, fc.array(word, { minLength: 7, maxLength: 7 }), (head, rest) => {
        expect(isPublicAddress([head.toString(16), ...rest].join(":"))).toBe(false);
      }),
    );
  });
});

describe("other URLs", () => {
  it.each([
    "ftp://example.com/a.png",
    "file:///etc/passwd",
    "gopher://example.com/",
    "https://user@example.com/a.png",
    "https://user:password@example.com/a.png",
    "http://localhost/a.png",
    "http://LOCALHOST./a.png",
    "http://api.localhost/a.png",
    "http://168.63.129.16/metadata",
    "http://[::1]/a.png",
    "http://[fe80::1]/a.png",
    "http://[fd00::1]/a.png",
    "http://0/a.png",
    "http://2130706433/a.png",
    "http://0x7f.1/a.png",
    "http://127.1/a.png",
    "http://①②⑦.0.0.1/a.png",
  ])("%s is refused", (text) => {
    expect(isRefused(text)).toBe(true);
  });

  it.each([
    "https://example.com/a.png",
    "http://example.com:8080/a.png",
    "https://8.8.8.8/a.png",
    "https://[2606:4700:4700::1111]/a.png",
  ])("%s is let through", (text) => {
    expect(isRefused(text)).toBe(false);
  });

  it("to private networks are allowed only where the owner allows them", () => {
    expect(refusalOf(new URL("http://127.0.0.1/a.png"), true)).toBeUndefined();
    expect(refusalOf(new URL("file:///etc/passwd"), true)).toBeDefined();
  });
});

describe("a name", () => {
  const lookUp = (addresses: string[], options: { all?: boolean } = { all: true }) =>
    new Promise<unknown>((resolve) => {
      const guarded = createGuardedLookup({
        resolve: (_hostname, done) =>
          done(
            null,
            addresses.map((address) => ({ address, family: address.includes(":") ? 6 : 4 })),
          ),
      });
      guarded("name.example", options, (error, found) => resolve(error ?? found));
    });

  it("that resolves to a private network is refused when it is connected to", async () => {
    expect(await lookUp(["10.1.2.3"])).toBeInstanceOf(RefusedAddress);
    expect(await lookUp(["::1", "169.254.169.254"])).toBeInstanceOf(RefusedAddress);
  });

  it("with several addresses is reached on the public ones only", async () => {
    expect(await lookUp(["10.1.2.3", "8.8.8.8"])).toEqual([{ address: "8.8.8.8", family: 4 }]);
    expect(await lookUp(["127.0.0.1", "8.8.8.8"], {})).toBe("8.8.8.8");
  });
});

describe("a name that a local proxy in fake-ip mode resolves", () => {
  function reach(address: string, allowLocalProxy: boolean): Promise<unknown> {
    return new Promise((resolve) => {
      createGuardedLookup({
        allowLocalProxy,
        resolve: (_hostname, done) => done(null, [{ address, family: 4 }]),
      })("picture.example", {}, (error, found) => resolve(error ?? found));
    });
  }

  it("is allowed where results are downloaded by https, so that such a network works", async () => {
    expect(await reach("198.18.0.7", true)).toBe("198.18.0.7");
    expect(await reach("198.19.255.255", true)).toBe("198.19.255.255");
    expect(await reach("198.20.0.1", true)).toBe("198.20.0.1");
    expect(await reach("10.0.0.1", true)).toBeInstanceOf(RefusedAddress);
  });

  it("is refused for URLs of callers", async () => {
    expect(await reach("198.18.0.7", false)).toBeInstanceOf(RefusedAddress);
  });
});

describe.each(["directly", "through a proxy", "through a proxy while NO_PROXY names every host"])(
  "the guarded client, %s,",
  (way) => {
    let hits = 0;
    let server: Server;
    let proxy: ProxyServer;
    beforeEach(async () => {
      hits = 0;
      server = createServer((_request, response) => {
        hits += 1;
        response.end("secret");
      });
      server.listen(0, "127.0.0.1");
      await once(server, "listening");
      proxy = await startProxy((server.address() as AddressInfo).port);
      if (!way.includes("NO_PROXY")) return;
      for (const name of ["NO_PROXY", "no_proxy"]) vi.stubEnv(name, "*,rebound.example,127.0.0.1");
    });
    afterEach(async () => {
      vi.unstubAllEnvs();
      await proxy.close();
      server.close();
    });
    const agentFor = (address: string) =>
      createGuardedAgent({
        proxy: way === "directly" ? undefined : proxy.url.replace("//", "//user:p%40ss@"),
        resolve: (_hostname, done) => done(null, [{ address, family: isIP(address) }]),
      });

    it("connects to nothing private, neither by address nor by a name that resolves differently the second time", async () => {
      const { port } = server.address() as AddressInfo;
      const agent = agentFor("127.0.0.1");
      for (const host of [
        "127.0.0.1",
        "[::ffff:127.0.0.1]",
        "[::1]",
        "2130706433",
        "0x7f.1",
        "localhost",
        "10.0.0.1",
        "169.254.169.254",
        "rebound.example",
      ]) {
        for (const scheme of ["http", "https"]) {
          const failure: unknown = await request(`${scheme}://${host}:${port}/`, {
            dispatcher: agent,
          }).catch((cause: unknown) => cause);
          expect(isRefusedAddress(failure), host).toBe(true);
        }
      }
      await agent.close();
      expect([hits, proxy.asked]).toEqual([0, []]);
    });

    if (way === "directly") return;
    it("asks the proxy for the address that was judged, never for a name", async () => {
      for (const [address, target] of [
        ["8.8.8.8", "8.8.8.8:80"],
        ["2606:4700:4700::1111", "[2606:4700:4700::1111]:80"],
      ] as const) {
        const agent = agentFor(address);
        const response = await request("http://picture.example/a.png", { dispatcher: agent });
        expect(await response.body.text()).toBe("secret");
        expect(proxy.asked.at(-1)).toBe(target);
        expect(proxy.credentials.at(-1)).toBe(`Basic ${btoa("user:p@ss")}`);
        await agent.close();
      }
    });
  },
);
