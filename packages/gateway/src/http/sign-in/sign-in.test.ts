// Tests browsers that sign in with a key: what they may do, where from, and when it ends.

import type { LightMyRequestResponse } from "fastify";
import { afterEach, beforeEach, describe, expect, test } from "vitest";

import { createSignIns } from "../../keys/sign-ins.ts";
import { buildFakeApp } from "../../testing/fake-app.ts";
import type { FakeApp } from "../../testing/fake-app.ts";
import { readSignInToken, writeSignInCookie } from "./cookie.ts";

const settingKey = "obviously-fake-setting-key";
const host = "127.0.0.1:5100";
const page = `http://${host}`;

let fake: FakeApp;
beforeEach(async () => {
  fake = await buildFakeApp({ JIMENG_API_KEYS: `home=${settingKey}` });
});
afterEach(() => fake.close());

function ask(
  method: "GET" | "POST" | "DELETE",
  url: string,
  headers: Record<string, string> = {},
  payload?: object,
): Promise<LightMyRequestResponse> {
  return fake.app.inject({ method, url, headers: { host, ...headers }, payload });
}

/** Signs in as a browser does, and returns the headers that it sends from then on. */
async function signIn(key: string): Promise<{ cookie: string; origin: string }> {
  const answer = await ask("POST", "/v1/sign-in", { origin: page }, { key });
  expect(answer.statusCode).toBe(200);
  const cookie = String(answer.headers["set-cookie"]).split(";")[0]!;
  return { cookie, origin: page };
}

describe("signing in", () => {
  test("gives a cookie that no script reads and no other site sends, and never the key", async () => {
    const answer = await ask("POST", "/v1/sign-in", { origin: page }, { key: settingKey });
    const header = String(answer.headers["set-cookie"]);
    expect(header).toMatch(
      /^jimeng_sign_in_5100=[\w-]{43}; Path=\/; HttpOnly; SameSite=Strict; Max-Age=2592000$/,
    );
    expect(answer.headers["cache-control"]).toBe("no-store");
    expect(answer.json()).toMatchObject({ signed_in: true, needed: true, key_name: "home" });
    expect(answer.body + header).not.toContain(settingKey);
  });

  test("over https the cookie is bound to the host and never sent without it", async () => {
    const headers = { origin: "https://home.example", "x-forwarded-proto": "https" };
    const answer = await fake.app.inject({
      method: "POST",
      url: "/v1/sign-in",
      headers: { ...headers, host: "home.example" },
      payload: { key: settingKey },
    });
    expect(answer.headers["set-cookie"]).toMatch(/^__Host-jimeng_sign_in=.*; Secure$/);
  });

  test.each([
    ["a wrong key", "sk-jimeng-obviously-wrong", 401],
    ["an empty one", "", 400],
  ])("%s gives none", async (_name, key, status) => {
    const answer = await ask("POST", "/v1/sign-in", { origin: page }, { key });
    expect(answer.statusCode).toBe(status);
    expect(answer.headers["set-cookie"]).toBeUndefined();
    expect(answer.body).not.toContain("obviously-wrong");
  });

  test("another page may not sign the browser in", async () => {
    for (const origin of ["http://127.0.0.1:9999", "https://evil.example", "null"]) {
      const answer = await ask("POST", "/v1/sign-in", { origin }, { key: settingKey });
      expect(answer.statusCode).toBe(403);
    }
  });

  test("another page may not do it by another spelling, with a credential, or without an Origin", async () => {
    const origin = "https://evil.example";
    const attempts: [string, Record<string, string>][] = [
      ["/v1/sign%2Din", { origin }],
      ["//v1/sign-in/", { origin }],
      ["/v1/sign-in", { origin, "x-api-key": "anything" }],
      ["/v1/sign-in", { "sec-fetch-site": "same-site" }],
    ];
    for (const [url, headers] of attempts) {
      const answer = await ask("POST", url, headers, { key: settingKey });
      expect(answer.statusCode, url).toBe(403);
      expect(answer.headers["set-cookie"]).toBeUndefined();
    }
  });

  test("a hundred and one times with one key ends the first one", async () => {
    const { key, text } = await fake.keys.create({ name: "phone" });
    const { database } = fake;
    let now = 1_700_000_000_000;
    const signIns = createSignIns({ database, clock: { now: () => now } });
    const other = await signIn(settingKey);
    const tokens: string[] = [];
    for (let count = 0; count < 100; count += 1) {
      now += 1;
      const expiresAt = now + 86_400_000;
      tokens.push(await signIns.create({ keyId: key.id, secretHash: null, expiresAt }));
    }
    expect(await signIns.find(tokens[0]!)).toBeDefined();
    const last = await signIn(text);
    expect(await signIns.find(tokens[0]!)).toBeUndefined();
    expect(await signIns.find(tokens[1]!)).toBeDefined();
    for (const browser of [last, other])
      expect((await ask("GET", "/v1/jobs", browser)).statusCode).toBe(200);
  });

  test("asks for no key where nobody needs one", async () => {
    const open = await buildFakeApp();
    const answer = await open.app.inject({ method: "GET", url: "/v1/sign-in", headers: { host } });
    expect(answer.json()).toMatchObject({ needed: false, signed_in: false, expires_at: null });
    await open.close();
  });

  test("a visitor's session is not kept", async () => {
    const open = await buildFakeApp({ JIMENG_PASSTHROUGH: "true" });
    const answer = await open.app.inject({
      method: "POST",
      url: "/v1/sign-in",
      headers: { host, origin: page },
      payload: { key: "obviously-fake-session-000000000" },
    });
    expect(answer.statusCode).toBe(400);
    expect(answer.headers["set-cookie"]).toBeUndefined();
    await open.close();
  });
});

describe("a signed-in browser", () => {
  test("is the key's holder: it sees what the key sees, and its jobs are the key's", async () => {
    const browser = await signIn(settingKey);
    const body = { kind: "image", prompt: "a lamp" };
    const made = await ask("POST", "/v1/jobs", browser, body);
    expect(made.statusCode).toBe(202);
    const { id } = made.json<{ id: string }>();
    const seen = await ask("GET", `/v1/jobs/${id}`, { authorization: `Bearer ${settingKey}` });
    expect(seen.statusCode).toBe(200);
    expect((await ask("GET", "/v1/sign-in", browser)).json()).toMatchObject({ signed_in: true });
    // The scopes are the key's as well.
    expect((await ask("GET", "/v1/keys", browser)).statusCode).toBe(403);
  });

  test.each([undefined, "null", "http://127.0.0.1:9999", "https://evil.example"])(
    "changes nothing from a page of the origin %s",
    async (origin) => {
      const { cookie } = await signIn(settingKey);
      const headers = { cookie, ...(origin === undefined ? {} : { origin }) };
      const answer = await ask("POST", "/v1/jobs", headers, { kind: "image", prompt: "a lamp" });
      expect(answer.statusCode).toBe(403);
      expect((await ask("GET", "/v1/jobs", { cookie })).json()).toMatchObject({ data: [] });
      // Reading needs no Origin: browsers send none for pictures and streams.
      expect((await ask("GET", "/v1/jobs", { cookie })).statusCode).toBe(200);
    },
  );

  test("a key in the headers goes before the cookie", async () => {
    const browser = await signIn(settingKey);
    const headers = { ...browser, authorization: "Bearer obviously-wrong-key" };
    expect((await ask("GET", "/v1/jobs", headers)).statusCode).toBe(401);
  });

  test("signing out ends it on the server, too", async () => {
    const browser = await signIn(settingKey);
    const out = await ask("DELETE", "/v1/sign-in", browser);
    expect(out.headers["set-cookie"]).toContain("Max-Age=0");
    expect((await ask("GET", "/v1/jobs", browser)).statusCode).toBe(401);
    expect((await ask("GET", "/v1/sign-in", browser)).json()).toMatchObject({
      needed: true,
      signed_in: false,
    });
  });

  test("the local admin key signs in as this machine's user", async () => {
    const browser = await signIn(fake.adminKey);
    expect((await ask("GET", "/v1/keys", browser)).statusCode).toBe(200);
  });
});

describe("a key that was made here", () => {
  test.each([
    ["revoked", (id: string) => fake.keys.revoke(id)],
    ["rotated", (id: string) => fake.keys.rotate(id, 0)],
    ["disabled", (id: string) => fake.keys.update(id, { disabled: true })],
    ["past its end", (id: string) => fake.keys.update(id, { expiresAt: 1 })],
  ])("ends its sign-ins when it is %s", async (_name, end) => {
    const { key, text } = await fake.keys.create({ name: "phone" });
    const browser = await signIn(text);
    expect((await ask("GET", "/v1/jobs", browser)).statusCode).toBe(200);
    await end(key.id);
    expect((await ask("GET", "/v1/jobs", browser)).statusCode).toBe(401);
  });

  test("that is rotated keeps them for as long as its old text stays good", async () => {
    const { key, text } = await fake.keys.create({ name: "phone" });
    const browser = await signIn(text);
    await fake.keys.rotate(key.id, 60_000);
    expect((await ask("GET", "/v1/jobs", browser)).statusCode).toBe(200);
  });
});

describe("the cookie", () => {
  test("of another port or another name is not ours", () => {
    const token = "a".repeat(43);
    const written = (port: number) =>
      writeSignInCookie(`localhost:${port}`, { token, lifetimeMs: 1000, isSecure: false });
    const cookie = [written(1), written(5100), "theme=dark"]
      .map((each) => each.split(";")[0])
      .join("; ");
    expect(readSignInToken({ host: "localhost:5100", cookie })).toBe(token);
    expect(readSignInToken({ host: "localhost:2", cookie })).toBeUndefined();
    expect(readSignInToken({ host: "localhost:5100" })).toBeUndefined();
  });

  test("that is bound to the host goes before one that another name of the domain planted", () => {
    const [own, planted] = ["a".repeat(43), "b".repeat(43)];
    const cookie = `jimeng_sign_in=${planted}; __Host-jimeng_sign_in=${own}`;
    expect(readSignInToken({ host: "home.example", cookie })).toBe(own);
  });

  test.each([
    "jimeng_sign_in_1=",
    "jimeng_sign_in_1",
    "jimeng_sign_in_1=ä; =; ;;",
    "=jimeng_sign_in_1",
  ])("that is broken (%s) is none", (cookie) => {
    expect(readSignInToken({ host: "a:1", cookie })).toBeUndefined();
  });
});
