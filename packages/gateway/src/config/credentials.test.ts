// Tests how accounts and keys are read from a setting's text.

import { JimengError } from "@jimeng/sdk";
import fc from "fast-check";
import { describe, expect, it } from "vitest";

import { parseApiKeys, parseSessions } from "./credentials.ts";

const credential = fc.stringMatching(/^[0-9a-zA-Z_]{12,40}$/);
const name = fc.stringMatching(/^[a-z][a-z0-9._-]{0,10}$/);

describe("sessions", () => {
  it("carry an optional name and region", () => {
    expect(parseSessions("S", "me=HK-obviously-fake,obviously-fake-2")).toEqual([
      { name: "me", region: "hk", session: "obviously-fake" },
      { name: null, region: "cn", session: "obviously-fake-2" },
    ]);
  });

  it("come out as they were put together", () => {
    const entry = fc.record({
      name: fc.option(name),
      region: fc.constantFrom("us", "hk", "jp", "sg"),
      session: credential,
    });
    fc.assert(
      fc.property(
        fc.uniqueArray(entry, { maxLength: 5, selector: (item) => item.name ?? item.session }),
        (entries) => {
          const text = entries.map(
            (item) => `${item.name === null ? "" : `${item.name}=`}${item.region}-${item.session}`,
          );
          expect(parseSessions("S", text.join(","))).toEqual(entries);
          expect(parseSessions("S", text.join("\n"))).toEqual(entries);
        },
      ),
    );
  });

  it.each([
    "bad name!=obviously-fake-secret",
    "=obviously-fake-secret",
    "ok, two words-secret",
    "us-",
    "http://user:secret@10.0.0.1:7890@obviously-fake",
    "me=socks5://user:secret@10.0.0.1@obviously-fake",
    "me=us-secret@obviously-fake",
    "me=a/secret",
    "me=cn",
  ])("are never repeated in the error: %s", (text) => {
    expect(() => parseSessions("JIMENG_SESSIONS", text)).toThrowError(JimengError);
    try {
      parseSessions("JIMENG_SESSIONS", text);
    } catch (error) {
      expect(String(error)).not.toContain("secret");
      expect(String(error)).toMatch(/JIMENG_SESSIONS: entry \d/);
    }
  });

  it("may not share a name", () => {
    expect(() => parseSessions("S", "a=obviously-fake-1,a=obviously-fake-2")).toThrowError(
      /name a twice/,
    );
  });
});

describe("keys", () => {
  it("may end in the padding of base64", () => {
    expect(parseApiKeys("K", "b2J2aW91cw==,team=ZmFrZQ==")).toEqual([
      { name: null, key: "b2J2aW91cw==" },
      { name: "team", key: "ZmFrZQ==" },
    ]);
  });
});
