// Tests what a client's options accept, default to and refuse.

import { describe, expect, test } from "vitest";

import { Jimeng } from "./client.ts";
import { resolveOptions } from "./options.ts";
import { fakeSession } from "./testing/client.ts";

describe("options", () => {
  test.each([
    "http://jimeng.jianying.com",
    "ftp://x.example",
    "nonsense",
    "https://u:p@x.example",
    "https://x.example/?a=1",
  ])("refuses the base URL %s at construction", (mweb) => {
    expect(() => new Jimeng({ session: fakeSession, baseUrls: { mweb } })).toThrow(
      expect.objectContaining({
        code: "invalid_request",
        detail: expect.objectContaining({ param: "baseUrls.mweb" }),
      }),
    );
  });

  test.each([
    "http://127.0.0.1:5199",
    "http://localhost:5199/",
    "http://[::1]:5199",
    "https://relay.example/dreamina/us/",
  ])("takes the base URL %s", (mweb) => {
    expect(resolveOptions({ session: fakeSession, baseUrls: { mweb } }).region.hosts.mweb).toBe(
      mweb.replace(/\/$/, ""),
    );
  });

  test("sends credits and passport where cn's generation host is sent", () => {
    const { hosts } = resolveOptions({
      session: fakeSession,
      baseUrls: { mweb: "http://127.0.0.1:1" },
    }).region;
    expect(hosts).toMatchObject({ commerce: "http://127.0.0.1:1", passport: "http://127.0.0.1:1" });
    const us = resolveOptions({
      session: `us-${fakeSession}`,
      baseUrls: { mweb: "http://127.0.0.1:1" },
    }).region;
    expect(us.hosts).toMatchObject({
      commerce: "https://commerce.us.capcut.com",
      passport: "http://127.0.0.1:1",
    });
  });

  test("keeps a default where an override is undefined", () => {
    const settings = resolveOptions({
      session: fakeSession,
      versions: { appVersion: undefined },
      baseUrls: { vod: undefined },
    });
    expect(settings.versions.appVersion).toBe("8.4.0");
    expect(settings.region.hosts.vod).toBe("https://vod.bytedanceapi.com");
  });
});
