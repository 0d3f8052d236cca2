// Tests how a credential is read, and that it shows itself nowhere.

import { inspect } from "node:util";

import fc from "fast-check";
import { describe, expect, test } from "vitest";

import { parseSession, Session } from "./session.ts";
import { failureOf, fakeSession, scriptedFetch, testClient } from "./testing/client.ts";

describe("parseSession", () => {
  test.each([
    ["us", "us-abcdef"],
    ["hk", "HK-abcdef"],
    ["jp", "Jp-abcdef"],
    ["sg", "sg-abcdef"],
    ["cn", "abcdef"],
  ])("reads the region %s out of %s and strips the prefix", (region, text) => {
    expect(parseSession(` ${text}\n`)).toEqual({ region, session: "abcdef" });
  });

  test.each([
    "",
    "us-",
    "a b",
    "a;b",
    "a\nb",
    "密钥",
    "http://user:password@10.0.0.1:7890@abcdefgh",
    "socks5://10.0.0.1:7890@abcdefgh",
    "us-http://10.0.0.1@abcdefgh",
    "user:password",
    "abcdefgh@site",
    "abcdefgh/..",
    "abcdef gh",
    "abcdef\tgh",
    "abcdef\0gh",
    "'abcdefgh'",
    '"abcdefgh"',
    "{abcdefgh}",
    "abcde",
    "us-abcde",
    "a".repeat(513),
  ])("refuses %j, which cannot be a session, without repeating it", (text) => {
    let failure: unknown;
    try {
      parseSession(text);
    } catch (error) {
      failure = error;
    }
    expect(failure).toMatchObject({ code: "invalid_request", detail: { param: "session" } });
    const shown = inspect(failure);
    for (const part of ["password", "10.0.0.1", "abcdef"]) expect(shown).not.toContain(part);
  });

  test("keeps every legal session whole", () => {
    fc.assert(
      fc.property(
        fc.stringMatching(/^[0-9a-f]{8,64}$/),
        fc.constantFrom("", "us-", "SG-"),
        (id, prefix) => {
          expect(parseSession(prefix + id).session).toBe(id);
        },
      ),
    );
  });
});

describe("Session", () => {
  test("derives the same 19-digit web id at every start, another one per account", () => {
    const first = new Session(fakeSession).webId();
    expect(new Session(fakeSession).webId()).toBe(first);
    expect(new Session(`${fakeSession}f`).webId()).not.toBe(first);
    expect(first).toMatch(/^[1-9]\d{18}$/);
  });

  test("refuses a region that contradicts the prefix", () => {
    expect(() => new Session("us-abcdefgh", "hk")).toThrow(
      expect.objectContaining({ code: "invalid_request" }),
    );
    expect(new Session("abcdefgh", "jp").region).toBe("jp");
  });

  test("shows itself nowhere: JSON, inspection, errors", async () => {
    const session = new Session(fakeSession);
    const echo = JSON.stringify({
      ret: "1015",
      errmsg: `login error for ${fakeSession}`,
      data: null,
    });
    const thrown = Object.assign(new Error(`cannot reach with ${fakeSession}`), {
      cause: new Error(fakeSession),
    });
    for (const answer of [echo, thrown]) {
      const client = testClient(scriptedFetch(answer), { maxRetryCount: 0 });
      const error = await failureOf(
        client.generations.start({ kind: "image", model: "jimeng-4.0", prompt: "cat" }),
      );
      for (const value of [session, client, error]) {
        expect(JSON.stringify(value)).not.toContain(fakeSession);
        expect(inspect(value, { depth: 20, showHidden: true, getters: true })).not.toContain(
          fakeSession,
        );
        expect(String(value)).not.toContain(fakeSession);
      }
      expect(error.stack).not.toContain(fakeSession);
    }
  });
});
