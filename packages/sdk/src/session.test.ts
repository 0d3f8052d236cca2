// Tests how a credential is read, and that it shows itself nowhere.

import { inspect } from "node:util";

import fc from "fast-check";
import { describe, expect, test } from "vitest";

import { parseSession, Session } from "./session.ts";
import { failureOf, fakeSession, scriptedFetch, testClient } from "./testing/client.ts";

describe("parseSession", () => {
  test.each([
    ["us", "us-abc"],
    ["hk", "HK-abc"],
    ["jp", "Jp-abc"],
    ["sg", "sg-abc"],
    ["cn", "abc"],
  ])("reads the region %s out of %s and strips the prefix", (region, text) => {
    expect(parseSession(` ${text}\n`)).toEqual({ region, session: "abc" });
  });

  test.each(["", "us-", "a b", "a;b", "a\nb", "密钥"])(
    "refuses %j, which no cookie can carry",
    (text) => {
      expect(() => parseSession(text)).toThrow(
        expect.objectContaining({ code: "invalid_request" }),
      );
    },
  );

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
