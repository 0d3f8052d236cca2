// Tests who is taken for whom, and what each may do.

import { JimengError } from "@jimeng/sdk";
import { inspect } from "node:util";
import { describe, expect, it } from "vitest";

import { requireScope } from "../keys/caller.ts";
import { createAuthenticator, toKeyId } from "./auth.ts";
import { loadConfig } from "../config/config.ts";

const adminKey = "obviously-fake-admin";

function authenticatorFor(env: Record<string, string>) {
  return createAuthenticator(loadConfig(env), adminKey);
}

function codeOf(act: () => unknown): string {
  try {
    act();
  } catch (error) {
    if (JimengError.isInstance(error)) return error.code;
  }
  return "nothing thrown";
}

describe("without keys", () => {
  it("everybody is the local user, whatever a client's library puts in its header", () => {
    const authenticate = authenticatorFor({});
    for (const headers of [{}, { authorization: "Bearer sk-anything" }]) {
      const caller = authenticate(headers);
      expect(caller.keyId).toBeNull();
      expect(caller.may("admin")).toBe(true);
      expect(caller.listKeyId()).toBeUndefined();
    }
  });
});

describe("with keys", () => {
  const authenticate = authenticatorFor({
    JIMENG_API_KEYS: "team=obviously-fake-1,obviously-fake-2",
  });

  it("a key is known as a bearer and as x-api-key, with read and generate only", () => {
    const caller = authenticate({ authorization: "bearer obviously-fake-1" });
    expect(caller.keyId).toBe(toKeyId("key", "obviously-fake-1"));
    expect(authenticate({ "x-api-key": "obviously-fake-1" }).keyId).toBe(caller.keyId);
    expect([caller.may("read"), caller.may("generate"), caller.may("admin")]).toEqual([
      true,
      true,
      false,
    ]);
    expect(codeOf(() => requireScope(caller, "admin"))).toBe("forbidden");
  });

  it("callers see their own jobs only, the local admin key sees all", () => {
    const one = authenticate({ "x-api-key": "obviously-fake-1" });
    const two = authenticate({ "x-api-key": "obviously-fake-2" });
    expect(one.maySee(one.keyId)).toBe(true);
    expect(one.maySee(two.keyId)).toBe(false);
    expect(one.maySee(null)).toBe(false);
    const admin = authenticate({ authorization: `Bearer ${adminKey}` });
    expect(admin.maySee(two.keyId)).toBe(true);
    expect(admin.may("admin")).toBe(true);
  });

  it.each([
    {},
    { authorization: "Bearer nope" },
    { authorization: "Basic abc" },
    { "x-api-key": "" },
  ])("any other credential is refused: %j", (headers) => {
    expect(codeOf(() => authenticate(headers))).toBe("unauthorized");
  });
});

describe("a credential in another form", () => {
  const authenticate = authenticatorFor({ JIMENG_API_KEYS: "obviously-fake-1" });

  it.each([
    { authorization: "Basic abc" },
    { authorization: "obviously-fake-1" },
    { authorization: "Bearer " },
  ])("is told as one that is no bearer, and never repeated: %j", (headers) => {
    expect(() => authenticate(headers)).toThrow("The Authorization header holds no bearer");
    expect(() => authenticate(headers)).not.toThrow(/obviously|abc/);
  });
});

describe("with pass-through", () => {
  const authenticate = authenticatorFor({ JIMENG_PASSTHROUGH: "true" });

  it("the bearer is the caller's own session, the first of several", () => {
    const caller = authenticate({ authorization: "Bearer us-obviously-fake-session,another" });
    expect(caller.session()).toEqual({ region: "us", text: "us-obviously-fake-session" });
    expect(caller.keyId).toMatch(/^session_[0-9a-f]{16}$/);
    const again = authenticate({ authorization: "Bearer US-obviously-fake-session" });
    expect(again.keyId).toBe(caller.keyId);
    const elsewhere = authenticate({ authorization: "Bearer obviously-fake-session" });
    expect(elsewhere.keyId).not.toBe(caller.keyId);
  });

  it("the session shows neither in JSON nor in inspection", () => {
    const caller = authenticate({ authorization: "Bearer obviously-fake-session" });
    expect(JSON.stringify(caller) + inspect(caller, { showHidden: true, depth: 9 })).not.toContain(
      "obviously-fake-session",
    );
  });

  it.each([
    "a b",
    "http://user:secret-word@10.0.0.1:7890@abcdefgh",
    "socks5://10.0.0.1:1080@secret-word",
    "us-http://secret-word@10.0.0.1@abcdefgh",
    "user:secret-word",
    "secret-word@abcdefgh",
    "../secret-word",
    '"secret-word"',
    "short",
    `secret-word${"a".repeat(600)}`,
  ])("%s is not taken for a session: 401 with the form expected, and not repeated", (text) => {
    for (const headers of [{ authorization: `Bearer ${text}` }, { "x-api-key": text }]) {
      let failure: unknown;
      try {
        authenticate(headers);
      } catch (error) {
        failure = error;
      }
      expect(failure).toMatchObject({
        code: "unauthorized",
        detail: { fix: expect.stringContaining("Bearer <session>") },
      });
      expect(inspect(failure)).not.toContain("secret-word");
    }
  });

  it("a credential is needed", () => {
    expect(codeOf(() => authenticate({}))).toBe("unauthorized");
  });

  it("the local admin key is still the local user's", () => {
    expect(authenticate({ "x-api-key": adminKey }).may("admin")).toBe(true);
  });
});
