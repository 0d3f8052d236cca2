// Tests which hosts each region's settings lead to.

import { Jimeng } from "@jimeng/sdk";
import { describe, expect, it } from "vitest";

import { parseUpstreamRegions } from "./upstream.ts";

const parse = (env: Record<string, string>) => parseUpstreamRegions((name) => env[name]);

describe("upstream URLs", () => {
  it("leave everything to the sdk when nothing is set", () => {
    expect(parse({}).jp).toEqual({ baseUrls: {}, aid: null, loopback: false });
  });

  it("follow the short names for cn, the long ones first", () => {
    expect(parse({ JIMENG_BASE_URL: "https://a.example/" }).cn.baseUrls).toEqual({
      mweb: "https://a.example",
    });
    const both = { JIMENG_BASE_URL: "https://a.example", JIMENG_CN_BASE_URL: "https://b.example" };
    expect(parse(both).cn.baseUrls.mweb).toBe("https://b.example");
    expect(parse({ JIMENG_AID: "1" }).cn.aid).toBe(1);
    expect(parse({ JIMENG_AID: "1" }).us.aid).toBeNull();
  });

  it("serve hk, jp and sg from the SG settings", () => {
    const regions = parse({
      JIMENG_SG_BASE_URL: "https://relay.example/dreamina",
      JIMENG_SG_AID: "7",
    });
    for (const region of [regions.hk, regions.jp, regions.sg]) {
      expect(region).toEqual({
        baseUrls: { mweb: "https://relay.example/dreamina" },
        aid: 7,
        loopback: false,
      });
    }
    expect(regions.us.baseUrls).toEqual({});
  });

  it("point every host of a region at a loopback base, and only of that region", () => {
    const regions = parse({
      JIMENG_US_BASE_URL: "http://localhost:5200",
      JIMENG_US_VOD_URL: "https://vod.example",
    });
    expect(regions.us).toEqual({
      baseUrls: {
        mweb: "http://localhost:5200",
        commerce: "http://localhost:5200",
        passport: "http://localhost:5200",
        imagex: "http://localhost:5200",
        vod: "https://vod.example",
      },
      aid: null,
      loopback: true,
    });
    expect(regions.cn.baseUrls).toEqual({});
  });

  it.each([
    "http://example.com",
    "http://127.0.0.1.example.com",
    "https://user:obviously-fake@example.com",
    "https://example.com/?a=b",
    "ws://localhost",
  ])("refuse %s", (url) => {
    expect(() => parse({ JIMENG_CN_IMAGEX_URL: url })).toThrowError(/^JIMENG_CN_IMAGEX_URL /);
  });
});

describe("this machine by a name", () => {
  it("is taken by the settings and by the client that is made from them", () => {
    const { cn } = parseUpstreamRegions((name) =>
      name === "JIMENG_BASE_URL" ? "http://sim.localhost:5200" : undefined,
    );
    expect(cn).toMatchObject({ loopback: true, baseUrls: { mweb: "http://sim.localhost:5200" } });
    expect(
      () => new Jimeng({ session: "fake-session-0000000000000000000", baseUrls: cn.baseUrls }),
    ).not.toThrow();
  });

  it("is not what merely looks like an address of it", () => {
    const read = (name: string) =>
      name === "JIMENG_BASE_URL" ? "http://127.999.999.999:5200" : undefined;
    expect(() => parseUpstreamRegions(read)).toThrow(/^JIMENG_BASE_URL must/);
  });
});
