// Tests how the studio is served: its page at its own paths, its files compressed and for ever, and the plain page without it.

import { mkdtempSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { brotliCompressSync, brotliDecompressSync, gunzipSync } from "node:zlib";

import { afterAll, beforeAll, describe, expect, it } from "vitest";

import { openGatewayWithAccounts } from "../../../testing/gateway-with-accounts.ts";
import type { GatewayWithAccounts } from "../../../testing/gateway-with-accounts.ts";

const html = "text/html,application/xhtml+xml,*/*;q=0.8";
const script = "export const studio = true;".padEnd(2000, " ");

describe("the studio", () => {
  let folder: string;
  let scene: GatewayWithAccounts;
  beforeAll(async () => {
    folder = mkdtempSync(path.join(tmpdir(), "jimeng-studio-"));
    mkdirSync(path.join(folder, "studio"));
    writeFileSync(path.join(folder, "index.html"), '<base href="/" /><p>studio</p>');
    writeFileSync(path.join(folder, "studio", "index-1.js.br"), brotliCompressSync(script));
    writeFileSync(path.join(folder, "secret.txt"), "no");
    const rooms = { library: ["library-1.js", "library-1.css"] };
    writeFileSync(path.join(folder, "rooms.json"), JSON.stringify(rooms));
    scene = await openGatewayWithAccounts(
      { JIMENG_SESSIONS: "main=fakesession00000000000000000001" },
      { studioFolder: folder },
    );
  });
  afterAll(async () => {
    await scene.close();
    rmSync(folder, { recursive: true });
  });
  const get = (url: string, headers: Record<string, string> = {}) =>
    scene.gateway.app.inject({ url, headers: { host: "127.0.0.1:5100", ...headers } });

  it.each(["/", "/jobs", "/jobs/job_1", "/library?q=a", "/accounts", "/sign-in"])(
    "is the page at %s for browsers, with a policy that lets no foreign thing in",
    async (url) => {
      const { statusCode, headers, body } = await get(url, { accept: html });
      expect(statusCode).toBe(200);
      expect(body).toContain("<p>studio</p>");
      expect(headers["cache-control"]).toBe("no-cache");
      const policy = String(headers["content-security-policy"]);
      expect(policy).toContain("default-src 'none'");
      expect(policy).toContain("require-trusted-types-for 'script'");
      expect(policy).toContain("frame-ancestors 'none'");
      expect(policy).not.toMatch(/unsafe|\*|https?:/);
      const again = await get(url, { accept: html, "if-none-match": String(headers["etag"]) });
      expect(again.statusCode).toBe(304);
    },
  );

  it("names the files of a room in the header of its page", async () => {
    const { headers } = await get("/library?q=a", { accept: html });
    expect(headers["link"]).toBe(
      "</studio/library-1.js>; rel=modulepreload, </studio/library-1.css>; rel=preload; as=style",
    );
    for (const url of ["/", "/jobs"])
      expect((await get(url, { accept: html })).headers["link"]).toBeUndefined();
  });

  it("says itself that a path has no room, with status 404; those of the API stay as they are", async () => {
    const lost = await get("/nowhere?q=1", { accept: html });
    expect(lost.statusCode).toBe(404);
    expect(lost.body).toContain("<p>studio</p>");
    for (const [url, accept] of [
      ["/nowhere", "application/json"],
      ["/v1/nothing", html],
    ] as const)
      expect((await get(url, { accept })).json()).toMatchObject({ error: { code: "not_found" } });
  });

  it("is not in the way of programs", async () => {
    expect((await get("/")).json()).toMatchObject({ object: "gateway" });
    const { statusCode, body } = await get("/library", { accept: "application/json" });
    expect(statusCode).toBe(404);
    expect(body).toContain("not_found");
    const described = (await get("/openapi.json")).json();
    expect(Object.keys(described.paths).filter((route) => /studio|library$/.test(route))).toEqual(
      [],
    );
  });

  it("has files that are kept for ever and sent compressed", async () => {
    const { headers, rawPayload } = await get("/studio/index-1.js", { "accept-encoding": "br" });
    expect(headers).toMatchObject({
      "content-type": "text/javascript; charset=utf-8",
      "content-encoding": "br",
      "cache-control": "public, max-age=31536000, immutable",
      "x-content-type-options": "nosniff",
    });
    expect(brotliDecompressSync(rawPayload).toString()).toBe(script);
    const zipped = await get("/studio/index-1.js", { "accept-encoding": "gzip" });
    expect(gunzipSync(zipped.rawPayload).toString()).toBe(script);
    expect((await get("/studio/index-1.js")).body).toBe(script);
  });

  it.each(["/studio/index-2.js", "/studio/index-1.js.br", "/studio/..%2fsecret.txt", "/studio/"])(
    "has nothing at %s",
    async (url) => {
      expect((await get(url)).statusCode).toBe(404);
    },
  );
});

describe("without a built studio", () => {
  it("the plain page says so and links the API", async () => {
    const scene = await openGatewayWithAccounts({
      JIMENG_SESSIONS: "main=fakesession00000000000000000001",
    });
    const answer = await scene.gateway.app.inject({
      url: "/",
      headers: { host: "127.0.0.1:5100", accept: html },
    });
    expect(answer.body).toContain("npm start builds it");
    expect(answer.body).toContain('href="docs"');
    const room = await scene.gateway.app.inject({ url: "/library", headers: { accept: html } });
    expect(room.statusCode).toBe(404);
    await scene.close();
  });
});
