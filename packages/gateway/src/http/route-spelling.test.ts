// Tests that every usual spelling of a base URL reaches its route, under that route's guards, or is told the route.

import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

import { buildFakeApp } from "../testing/fake-app.ts";
import type { FakeApp } from "../testing/fake-app.ts";
import { signAsset } from "../shapes/urls.ts";
import { toRouteUrl } from "./route-spelling.ts";

let fake: FakeApp;
const key = { "x-api-key": "obviously-fake-key" };
beforeAll(async () => {
  fake = await buildFakeApp({ JIMENG_API_KEYS: "obviously-fake-key" });
});
afterAll(() => fake.close());

const send = (method: "GET" | "POST" | "DELETE", url: string, headers: object = key) =>
  fake.app.inject({
    method,
    url,
    headers: { ...headers },
    ...(method === "POST" ? { payload: { prompt: "a cat" } } : {}),
  });

const spellings = [
  "/v1/images/generations/",
  "//v1/images/generations",
  "/v1//images/generations",
  "/v1/images//generations//",
  "/images/generations",
  "/images/generations/",
  "/v1/v1/images/generations",
  "/v1/v1/v1/images/generations?x=1",
];

describe("a spelling of a base URL", () => {
  it.each(spellings)("%s makes pictures, for callers with a key only", async (url) => {
    expect((await send("POST", url, {})).statusCode).toBe(401);
    const response = await send("POST", url);
    expect(response.statusCode, response.body).toBe(200);
  });

  it.each(["/v1/models/", "/models", "//v1//models", "/v1/v1/models?limit=1"])(
    "%s lists the models",
    async (url) => {
      expect((await send("GET", url, {})).json()).toMatchObject({ object: "list" });
    },
  );

  it("keeps the scope of its route: nobody reaches the owner's routes by another spelling", async () => {
    for (const { method, url, scope } of fake.app.routeScopes) {
      if (scope === "public" || method === "HEAD" || url.includes("*")) continue;
      const path = url.replaceAll(/:\w+/g, "x");
      for (const spelling of [`/${path}`, `${path}/`, `/v1${path}`, path.replaceAll("/", "//")]) {
        // A second /v1 is taken away; a first one before /token or /metrics names no route.
        if (spelling === `/v1${path}` && !path.startsWith("/v1/")) continue;
        const refused = await send(method as "GET", spelling, {});
        expect([spelling, refused.statusCode]).toEqual([spelling, 401]);
        if (scope !== "admin") continue;
        const forbidden = await send(method as "GET", spelling);
        expect([spelling, forbidden.statusCode]).toEqual([spelling, 403]);
      }
    }
  });

  it("keeps a file's signature", async () => {
    await send("POST", "/v1/images/generations");
    const id = "asset_job_1_0";
    fake.writeFile((await fake.jobs.asset(id))!, Buffer.from("png"));
    const sig = signAsset(fake.assetSecret, id);
    expect((await send("GET", `//v1/assets/${id}.png/?sig=${sig}`, {})).statusCode).toBe(200);
    expect((await send("GET", `//v1/assets/${id}?sig=${sig}A`, {})).statusCode).toBe(401);
  });

  it("read twice is read the same, and its query is kept as it is", () => {
    const part = fc.constantFrom("/", "//", "v1", "images", "models", "x", "%2F", ".", "v1/");
    fc.assert(
      fc.property(fc.array(part, { maxLength: 9 }), fc.string(), (parts, query) => {
        const once = toRouteUrl(`/${parts.join("")}?${query}`);
        expect(toRouteUrl(once)).toBe(once);
        expect(once.endsWith(`?${query}`)).toBe(true);
        expect(once.startsWith("//")).toBe(false);
      }),
    );
  });
});

describe("a path without a route", () => {
  it.each([
    ["POST", "/api/v1/images/generations", "POST /v1/images/generations"],
    ["POST", "/openai/images/generations", "POST /v1/images/generations"],
    ["POST", "/v1/image/generations", "POST /v1/images/generations"],
    ["POST", "/V1/Images/Generations", "POST /v1/images/generations"],
    ["POST", "/jobs", "POST /v1/jobs"],
    ["GET", "/v1/images/generations", "POST /v1/images/generations"],
    ["GET", "/health", "GET /healthz"],
  ] as const)("%s %s is told the near one", async (method, url, near) => {
    const response = await send(method, url);
    expect(response.statusCode).toBe(404);
    expect(response.json().error).toMatchObject({ code: "not_found", what: "route" });
    expect(response.json().error.message).toContain(`Did you mean ${near}?`);
  });

  it("and without anything near it is told where the routes are listed", async () => {
    for (const url of ["/nothing/at/all/here", `/${"a".repeat(5000)}`, "/%2F%2Fv1"]) {
      const { error } = (await send("GET", url)).json();
      expect(error.message).not.toContain("Did you mean");
      expect(error.fix).toContain("/openapi.json");
    }
  });
});
