// Tests the page at `/`: what a browser and a program get, what it shows to whom, and that nothing in it can run.

import { afterEach, describe, expect, it } from "vitest";

import { openGatewayWithAccounts } from "../../../testing/gateway-with-accounts.ts";
import type { GatewayWithAccounts } from "../../../testing/gateway-with-accounts.ts";
import { chooseLanguage } from "../../answers/language.ts";

const browser = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8";
const session = { JIMENG_SESSIONS: "main=fakesession00000000000000000001" };

let gateway: GatewayWithAccounts | undefined;
afterEach(async () => {
  await gateway?.close();
  gateway = undefined;
});

async function open(environment: Record<string, string> = session) {
  gateway = await openGatewayWithAccounts(environment);
  const { app } = gateway.gateway;
  return {
    get: (headers: Record<string, string> = {}, url = "/") =>
      app.inject({ method: "GET", url, headers: { host: "127.0.0.1:5100", ...headers } }),
    create: (prompt: string) =>
      app.inject({ method: "POST", url: "/v1/jobs", payload: { kind: "image", prompt } }),
  };
}

describe("the page at /", () => {
  it("tells a browser what this is, with a command that works at the address it used", async () => {
    const { get } = await open();
    const { statusCode, headers, body } = await get({ accept: browser });
    expect(statusCode).toBe(200);
    expect(headers["content-type"]).toBe("text/html; charset=utf-8");
    expect(body).toContain("<h1>jimeng gateway</h1>");
    expect(body).toContain("curl http://127.0.0.1:5100/v1/images/generations");
    expect(body).toContain("Live");
    expect(body).not.toContain("Bearer");
  });

  it("answers programs, curl among them, with JSON", async () => {
    const { get } = await open();
    for (const accept of ["", "*/*", "application/json"]) {
      expect((await get({ accept })).json()).toMatchObject({
        object: "gateway",
        name: "jimeng",
        mode: "accounts",
        urls: {
          docs: "http://127.0.0.1:5100/docs",
          openapi: "http://127.0.0.1:5100/openapi.json",
        },
      });
    }
  });

  it("shows the jobs of a gateway that asks for no credential, and renews itself while one runs", async () => {
    const { get, create } = await open();
    expect((await get({ accept: browser })).body).toContain("No job yet");
    expect((await create("a quiet harbour")).statusCode).toBeLessThan(300);
    const { body } = await get({ accept: browser });
    expect(body).toContain("a quiet harbour");
    expect(body).toContain('http-equiv="refresh"');
  });

  it("shows no job where a credential is needed, with one or without", async () => {
    const { get, create } = await open({ ...session, JIMENG_API_KEYS: "obviously-fake-key-1" });
    expect((await create("a secret")).statusCode).toBe(401);
    await gateway!.ask("POST", "/v1/jobs", { kind: "image", prompt: "a secret" });
    for (const authorization of ["", "Bearer obviously-fake-key-1"]) {
      const { statusCode, body } = await get({ accept: browser, authorization });
      expect(statusCode).toBe(200);
      expect(body).not.toContain("a secret");
      expect(body).not.toContain("obviously-fake-key-1");
      expect(body).toContain("$JIMENG_API_KEY");
    }
  });

  it("runs nothing that a prompt contains, and allows nothing to run", async () => {
    const { get, create } = await open();
    const prompts = [
      "<script>alert(1)</script>",
      '"><img src=x onerror=alert(1)>',
      "' onmouseover='alert(1)",
      "</title></style><svg onload=alert(1)>",
      "&lt;b&gt;",
    ];
    for (const prompt of prompts) await create(prompt);
    const { body, headers } = await get({ accept: browser });
    expect(body).not.toMatch(/<script|<svg|<img src=x|onmouseover='/);
    expect(body).toContain("&amp;lt;b&amp;gt;");
    const policy = String(headers["content-security-policy"]);
    expect(policy).toContain("default-src 'none'");
    expect(policy).not.toMatch(/script-src|unsafe|\*/);
    expect(headers["x-content-type-options"]).toBe("nosniff");
  });

  it("repeats no Host and no path that could be markup", async () => {
    const { get } = await open({ ...session, JIMENG_API_KEYS: "obviously-fake-key-1" });
    expect((await get({ accept: browser, host: "a<b>c" })).statusCode).toBe(400);
    const { statusCode, body } = await get({ accept: browser }, "/?<script>alert(1)</script>");
    expect(statusCode).toBe(200);
    expect(body).not.toContain("<script");
  });

  it("is refused to a foreign name, as every route is", async () => {
    const { get } = await open();
    expect((await get({ accept: browser, host: "rebound.example" })).statusCode).toBe(403);
  });

  it("speaks Chinese to a browser that asks for it", async () => {
    const { get } = await open();
    const { body } = await get({ accept: browser, "accept-language": "zh-CN,zh;q=0.9,en;q=0.8" });
    expect(body).toContain('<html lang="zh-CN">');
    expect(body).toContain("真实模式");
  });

  it("names the mode in which callers bring their sessions", async () => {
    const { get } = await open({ JIMENG_PASSTHROUGH: "true" });
    const { body } = await get({ accept: browser });
    expect(body).toContain("Pass-through");
    expect(body).toContain("session id");
  });

  it.each([
    [undefined, "en"],
    ["", "en"],
    ["de-DE", "en"],
    ["zh", "zh"],
    ["ZH-hant-TW", "zh"],
    ["en;q=0.5, zh;q=0.9", "zh"],
    ["en-GB, zh;q=0.9", "en"],
    ["fr, zh;q=0.1", "zh"],
    ["zh;q=0, en", "en"],
    [";;;,,q=", "en"],
  ])("chooses the language of %s", (accepted, language) => {
    expect(chooseLanguage(accepted)).toBe(language);
  });
});
