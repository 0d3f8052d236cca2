// Tests the OpenAPI document: it passes redocly's rules, has exactly the routes that exist, and explains each of them.

import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

import { afterAll, beforeAll, describe, expect, it } from "vitest";

import { endingEventNames, eventTypes } from "../../api/event-words.ts";
import { buildFakeApp } from "../../testing/fake-app.ts";
import type { FakeApp } from "../../testing/fake-app.ts";
import type { ApiDocument, MediaType, Operation } from "./document.ts";
import { operationTexts } from "./operations/index.ts";

const configuration = fileURLToPath(new URL("../../../redocly.yaml", import.meta.url));
// Only a gateway that a command started for itself has this route.
const ofCommandsOnly = ["POST /v1/gateway/hand-over"];

interface Described {
  routes: Set<string>;
  document: ApiDocument;
  operations: Map<string, Operation>;
}

const opened: FakeApp[] = [];
const folder = mkdtempSync(join(tmpdir(), "jimeng-openapi-"));
let plain: Described;
let passThrough: Described;
beforeAll(async () => {
  plain = await open({});
  passThrough = await open({ JIMENG_PASSTHROUGH: "true" });
});
afterAll(async () => {
  for (const { close } of opened) await close();
  rmSync(folder, { recursive: true, force: true });
});

async function open(environment: Record<string, string>): Promise<Described> {
  const fake = await buildFakeApp(environment);
  opened.push(fake);
  const document = (await fake.app.inject("/openapi.json")).json<ApiDocument>();
  const routes = fake.app.routeScopes.flatMap(({ method, url }) =>
    method.split(",").map((each) => `${each} ${toPath(url)}`),
  );
  const operations = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => {
      return [`${method.toUpperCase()} ${path}`, operation] as const;
    }),
  );
  return {
    document,
    routes: new Set(routes.filter((route) => !/^(HEAD|OPTIONS) /.test(route))),
    operations: new Map(operations),
  };
}

function toPath(url: string): string {
  return url.replaceAll(/:(\w+)/g, "{$1}");
}

function both(): [string, Described][] {
  return [
    ["with accounts", plain],
    ["with pass-through", passThrough],
  ];
}

describe("the OpenAPI document", () => {
  it("passes redocly's rules", () => {
    const binary = createRequire(import.meta.url).resolve("@redocly/cli/package.json");
    const files = both().map(([name, { document }]) => {
      const file = join(folder, `${name.replaceAll(" ", "-")}.json`);
      writeFileSync(file, JSON.stringify(document));
      return file;
    });
    const { status, stdout, stderr } = spawnSync(
      process.execPath,
      [join(dirname(binary), "bin/cli.js"), "lint", "--config", configuration, ...files],
      {
        encoding: "utf8",
        env: { ...process.env, REDOCLY_TELEMETRY: "off", REDOCLY_SUPPRESS_UPDATE_NOTICE: "true" },
      },
    );
    expect(status, `${stdout}\n${stderr}`).toBe(0);
  });

  it("has exactly the routes that exist", () => {
    for (const [name, { routes, operations }] of both())
      expect([...operations.keys()].toSorted(), name).toEqual([...routes].toSorted());
  });

  it("has a text for every route, and none for a route that does not exist", () => {
    const routes = new Set([...plain.routes, ...passThrough.routes, ...ofCommandsOnly]);
    expect(Object.keys(operationTexts).toSorted()).toEqual([...routes].toSorted());
  });

  it("tells of every route its answers, its refusals, and an example of each JSON in it", () => {
    for (const [, { operations }] of both()) {
      for (const [route, { responses, requestBody, ...operation }] of operations) {
        expect(operation.operationId, route).toMatch(/^[a-z]\w+$/);
        expect(operation.summary?.length, route).toBeGreaterThan(5);
        const successes = Object.entries(responses).filter(([status]) => status.startsWith("2"));
        expect(successes.length, route).toBeGreaterThan(0);
        expect(Object.keys(responses), route).toContain("403");
        for (const [status, { content = {} }] of successes) {
          expect(Object.keys(content), `${route} ${status}`).not.toEqual([]);
          expectExamples(content["application/json"], `${route} ${status}`);
        }
        expectExamples(requestBody?.content["application/json"], `${route} body`);
      }
    }
  });

  it("names every call once", () => {
    for (const [, { operations }] of both()) {
      const ids = [...operations.values()].map(({ operationId }) => operationId);
      expect(new Set(ids).size).toBe(ids.length);
    }
  });

  it("describes every message that webhooks send", () => {
    const { webhooks = {} } = plain.document;
    const sent = [...eventTypes, ...endingEventNames].filter((type) => type !== "job.progress");
    expect(Object.keys(webhooks).toSorted()).toEqual(sent.toSorted());
    const schema = webhooks["video.completed"]?.["post"]?.requestBody?.content["application/json"];
    expect(schema?.schema?.properties?.["data"]).toEqual({ $ref: "#/components/schemas/Video" });
  });
});

function expectExamples(media: MediaType | undefined, where: string): void {
  if (media !== undefined) expect(Object.keys(media.examples ?? {}), where).not.toEqual([]);
}
