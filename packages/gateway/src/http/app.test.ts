// Tests what every route has in common: scopes, guards, errors, logs, documentation.

import { Writable } from "node:stream";

import { JimengError } from "@jimeng/sdk";
import { afterEach, describe, expect, it } from "vitest";

import { errorBodySchema } from "../api/errors.ts";
import { modelListSchema, modelSchema } from "../api/models.ts";
import { buildFakeApp } from "../testing/fake-app.ts";
import type { FakeApp } from "../testing/fake-app.ts";
import { createLogger } from "../logging.ts";

let fake: FakeApp | undefined;
afterEach(async () => {
  await fake?.close();
  fake = undefined;
});

async function build(...given: Parameters<typeof buildFakeApp>): Promise<FakeApp> {
  fake = await buildFakeApp(...given);
  return fake;
}

describe("every route", () => {
  it("declares a scope, and without a credential only the public ones answer", async () => {
    const { app } = await build({ JIMENG_API_KEYS: "obviously-fake-key" });
    expect(app.routeScopes.length).toBeGreaterThan(20);
    for (const { method, url, scope } of app.routeScopes) {
      const response = await app.inject({
        method: method as "GET",
        url: url.replace(":id", "some-id"),
      });
      if (scope === "public") expect(response.statusCode, `${method} ${url}`).not.toBe(401);
      else expect(response.statusCode, `${method} ${url}`).toBe(401);
    }
  });

  it("of a mount does too, or the start stops", async () => {
    await expect(
      buildFakeApp({}, { mounts: [async (app) => void app.get("/secret", () => "x")] }),
    ).rejects.toThrowError(/GET \/secret declares no scope/);
    const { app } = await build(
      { JIMENG_API_KEYS: "obviously-fake-key" },
      {
        mounts: [
          async (mount) => void mount.get("/mounted", { config: { scope: "admin" } }, () => "x"),
        ],
      },
    );
    expect((await app.inject("/mounted")).statusCode).toBe(401);
    const caller = { "x-api-key": "obviously-fake-key" };
    const refused = await app.inject({ url: "/mounted", headers: caller });
    expect([refused.statusCode, refused.json().error.code]).toEqual([403, "forbidden"]);
  });

  it("refuses a foreign Host and Origin before the body is read", async () => {
    const { app, jobs } = await build();
    for (const headers of [
      { host: "evil.example" },
      { origin: "https://evil.example" },
      { "sec-fetch-site": "cross-site" },
    ]) {
      const response = await app.inject({
        method: "POST",
        url: "/v1/videos",
        headers: { "content-type": "application/json", ...headers },
        payload: "{ not json",
      });
      expect(response.statusCode).toBe(403);
      expect(errorBodySchema.parse(response.json()).error).toMatchObject({ code: "forbidden" });
      expect(response.json().error.fix).toMatch(/JIMENG_ALLOWED/);
    }
    expect(jobs.created).toEqual([]);
  });
});

describe("cross-origin calls", () => {
  const preflight = (origin: string) => ({
    method: "OPTIONS" as const,
    url: "/v1/videos",
    headers: { origin, "access-control-request-method": "POST" },
  });

  it("are answered for JIMENG_ALLOWED_ORIGINS only, preflight without a key", async () => {
    const { app } = await build({
      JIMENG_API_KEYS: "obviously-fake-key",
      JIMENG_ALLOWED_ORIGINS: "https://app.example/",
    });
    const allowed = await app.inject(preflight("https://app.example"));
    expect(allowed.statusCode).toBe(204);
    expect(allowed.headers["access-control-allow-origin"]).toBe("https://app.example");
    const other = await app.inject(preflight("https://evil.example"));
    expect(other.headers["access-control-allow-origin"]).toBeUndefined();
    const headers = { origin: "https://app.example" };
    const models = await app.inject({ url: "/v1/models", headers });
    expect(models.headers["access-control-allow-origin"]).toBe("https://app.example");
  });

  it("are answered without CORS headers by default", async () => {
    const { app } = await build({ JIMENG_API_KEYS: "obviously-fake-key" });
    const response = await app.inject(preflight("https://app.example"));
    expect(response.headers["access-control-allow-origin"]).toBeUndefined();
  });
});

describe("errors", () => {
  it("name an unknown route", async () => {
    const { app } = await build();
    const response = await app.inject({ method: "DELETE", url: "/v1/nothing?sig=hidden" });
    expect(response.statusCode).toBe(404);
    expect(response.json().error).toMatchObject({
      code: "not_found",
      what: "route",
      message: "There is no route DELETE /v1/nothing.",
    });
  });

  it("survive a path that cannot be decoded", async () => {
    const { app } = await build();
    const response = await app.inject({ url: "/v1/jobs/%E0%A4%A" });
    expect(response.statusCode).toBe(400);
    expect(errorBodySchema.parse(response.json()).error.param).toBe("path");
    expect(response.headers["x-request-id"]).toBe(response.json().error.request_id);
  });

  it("of our own show an id only", async () => {
    const lines: string[] = [];
    const { app, jobs } = await build({}, { logger: createLogger("error", collect(lines)) });
    jobs.get = () => Promise.reject(new Error("secret detail of the database"));
    const response = await app.inject("/v1/jobs/job_1");
    expect(response.statusCode).toBe(500);
    expect(response.headers["x-should-retry"]).toBe("false");
    expect(response.payload).not.toContain("secret detail");
    expect(response.json().error.message).toContain(response.headers["x-request-id"]);
    expect(lines.join("")).toContain("secret detail");
  });

  it("tell pass-through callers that their own session died with 401", async () => {
    const { app, refuse } = await build({ JIMENG_PASSTHROUGH: "true" });
    refuse(new JimengError("session_invalid", "Dead."));
    const response = await app.inject({
      method: "POST",
      url: "/v1/videos",
      headers: { authorization: "Bearer obviously-fake-session" },
      payload: { prompt: "a" },
    });
    expect(response.statusCode).toBe(401);
  });
});

describe("pass-through", () => {
  it("pins the caller's own account, and checks the request before adopting it", async () => {
    const { app, jobs, adopted } = await build({ JIMENG_PASSTHROUGH: "true" });
    const post = (payload: object) =>
      app.inject({
        method: "POST",
        url: "/v1/videos",
        headers: { authorization: "Bearer sg-obviously-fake-session" },
        payload,
      });
    expect((await post({ prompt: "" })).statusCode).toBe(400);
    const foreign = await post({ prompt: "a", account: "mine" });
    expect(foreign.json().error).toMatchObject({ code: "invalid_request", param: "account" });
    expect(adopted).toEqual([]);
    expect((await post({ prompt: "a" })).statusCode).toBe(200);
    expect(adopted).toEqual(["sg-obviously-fake-session"]);
    expect(jobs.created[0]?.[0]?.account).toBe("adopted-1");
    expect(jobs.created[0]?.[0]?.keyId).toMatch(/^session_/);
  });
});

describe("logs", () => {
  it("hold neither sessions, keys nor signatures", async () => {
    const lines: string[] = [];
    const { app } = await build(
      { JIMENG_PASSTHROUGH: "true" },
      { logger: createLogger("trace", collect(lines)) },
    );
    const headers = {
      authorization: "Bearer obviously-fake-session",
      "x-api-key": "obviously-fake-session",
      cookie: "sessionid=obviously-fake-session",
    };
    await app.inject({ method: "POST", url: "/v1/videos", headers, payload: { prompt: "a" } });
    await app.inject({ url: "/v1/assets/a?sig=obviously-fake-session", headers });
    await app.inject({ url: "/nowhere?sig=obviously-fake-session", headers });
    app.log.info({ headers, session: "obviously-fake-session", deep: { headers } }, "careless");
    expect(lines.length).toBeGreaterThan(3);
    expect(lines.join("")).toContain("careless");
    expect(lines.join("")).not.toContain("obviously-fake-session");
  });
});

describe("public routes", () => {
  it("tell health and readiness", async () => {
    const { app, jobs } = await build({ JIMENG_API_KEYS: "obviously-fake-key" });
    expect((await app.inject("/healthz")).json()).toEqual({
      status: "ok",
      name: "jimeng",
      version: "0.0.0-test",
    });
    expect((await app.inject("/readyz")).json()).toEqual({ status: "ready", mode: "accounts" });
    jobs.list = () => Promise.reject(new Error("disk full"));
    expect((await app.inject("/readyz")).statusCode).toBe(503);
  });

  it("list the models with what they can do, by id and alias", async () => {
    const { app } = await build({ JIMENG_API_KEYS: "obviously-fake-key" });
    const list = modelListSchema.parse((await app.inject("/v1/models")).json());
    expect(list.data.find(({ id }) => id === "jimeng-4.0")).toMatchObject({
      owned_by: "jimeng",
      jimeng: { kind: "image", ratios: expect.arrayContaining(["16:9"]) },
    });
    const one = modelSchema.parse((await app.inject("/v1/models/jimeng-4.0")).json());
    expect(one.id).toBe("jimeng-4.0");
    const unknown = await app.inject("/v1/models/nope");
    expect([unknown.statusCode, unknown.json().error.code]).toEqual([404, "model_not_found"]);
  });

  it("document every route with shared components", async () => {
    const { app } = await build();
    const document = (await app.inject("/openapi.json")).json();
    const documented = Object.keys(document.paths);
    const hidden = ["/", "/openapi.json", "*"];
    for (const { url } of app.routeScopes) {
      if (!hidden.includes(url)) expect(documented).toContain(url.replaceAll(/:(\w+)/g, "{$1}"));
    }
    expect(Object.keys(document.components.schemas)).toEqual(
      expect.arrayContaining(["Job", "Video", "ErrorBody", "Images", "Model"]),
    );
    expect(
      document.paths["/v1/jobs/{id}"].get.responses["200"].content["application/json"].schema,
    ).toEqual({
      $ref: "#/components/schemas/Job",
    });
  });
});

function collect(lines: string[]): Writable {
  return new Writable({
    write(chunk: Buffer, _encoding, done) {
      lines.push(chunk.toString());
      done();
    },
  });
}
