// Tests which pasted texts tell when a session ends, and that nothing is told where they do not.

import fc from "fast-check";
import { describe, expect, it } from "vitest";

import { parseSessions } from "./credentials.ts";
import { readPastedSession } from "./pasted-session.ts";

const session = "obviouslyfake00000000000000000000";
const issued = 1_789_000_000;
const year = 31_536_000;
const endsAt = (issued + year) * 1000;
const encoded = `${session}%7C${issued}%7C${year}%7CFri%2C+10-Sep-2027+01%3A46%3A40+GMT`;
const decoded = `${session}|${issued}|${year}|Fri, 10-Sep-2027 01:46:40 GMT`;

describe("a pasted session", () => {
  it.each([
    ["the value of sid_guard", `me=us-${encoded}`],
    ["the same, decoded", `me=us-${decoded}`],
    ["the same without its date", `me=us-${session}|${issued}|${year}`],
    ["both cookies", `me=us-sessionid=${session}; sid_guard=${encoded}; ttwid=1%7Cx`],
    ["both the other way round", `me=us-sid_guard=${decoded}; sessionid=${session}`],
    ["sid_guard by name alone", `me=us-sid_guard=${encoded}`],
  ])("tells when it ends in %s", (_form, text) => {
    const expected = { name: "me", region: "us", session, endsAt };
    expect(parseSessions("S", text)).toEqual([expected]);
    expect(parseSessions("S", `${text}\nother=hk-another-fake`)).toEqual([
      expected,
      { name: "other", region: "hk", session: "another-fake" },
    ]);
  });

  it("needs no name, and is cn without a prefix", () => {
    const expected = [{ name: null, region: "cn", session, endsAt }];
    expect(parseSessions("S", `sessionid=${session}; sid_guard=${encoded}`)).toEqual(expected);
    expect(parseSessions("S", `sid_guard=${encoded}`)).toEqual(expected);
    expect(parseSessions("S", `${encoded},`)).toEqual(expected);
  });

  it.each([
    ["a bare session", session],
    ["a session by its cookie's name", `sessionid=${session}; other=1`],
    ["a sid_guard of another session", `sessionid=${session}; sid_guard=other%7C${issued}%7C60`],
    ["an incomplete sid_guard", `sessionid=${session}; sid_guard=${session}%7C${issued}`],
    ["a life of no seconds", `${session}%7C${issued}%7C0`],
    ["a life of thirty years", `${session}%7C${issued}%7C946080000`],
  ])("tells no end in %s", (_form, text) => {
    expect(parseSessions("S", text)).toEqual([{ name: null, region: "cn", session }]);
  });

  it("keeps an account's name as it was for a single pair", () => {
    expect(parseSessions("S", `sessionid=${session}`)).toEqual([
      { name: "sessionid", region: "cn", session },
    ]);
  });

  it("never throws, and changes no text that it does not know", () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        const read = readPastedSession(text);
        if (!/[|=]|%7c/i.test(text)) expect(read).toEqual({ text });
      }),
    );
  });
});
