// A fetch client from the gateway's own OpenAPI document: its types are generated, a program on them compiles, and it
// makes a picture.
import { spawnSync } from "node:child_process";
import { createRequire } from "node:module";
import { symlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Process, root, scratchFolder, startGateway } from "../e2e/processes.ts";

// What the generator needs of TypeScript's older programming interface lives apart from the workspace's own.
const requireApart = createRequire(join(root, "tests/runtimes/package.json"));
const generator = join(
  dirname(requireApart.resolve("openapi-typescript/package.json")),
  "bin/cli.js",
);

const program = `
import createClient from "openapi-fetch";
import type { components, paths } from "./api.d.ts";

const client = createClient<paths>({ baseUrl: process.argv[2] ?? "" });

const { data: images, error } = await client.POST("/v1/images/generations", {
  body: { model: "jimeng-4.0", prompt: "a lighthouse from a generated client", n: 1 },
});
// The answer may also be a stream's text, or a job where that was asked for.
if (typeof images !== "object" || !("created" in images)) throw new Error(error?.error.message);

const job: components["schemas"]["Job"] | undefined = (
  await client.GET("/v1/jobs/{id}", { params: { path: { id: images.job_id } } })
).data;
const { data: page } = await client.GET("/v1/jobs", { params: { query: { limit: 5, kind: "image" } } });
const refused = await client.POST("/v1/images/generations", { body: { prompt: "a cat", n: 99 } });

// @ts-expect-error the document has no such route
void (() => client.GET("/v1/nothing"));
// @ts-expect-error a limit is a number
void (() => client.GET("/v1/jobs", { params: { query: { limit: "five" } } }));
// @ts-expect-error a prompt is needed
void (() => client.POST("/v1/images/generations", { body: { n: 1 } }));

console.log(JSON.stringify({
  url: images.data[0]?.url,
  status: job?.status,
  listed: page?.data.length,
  refused: [refused.response.status, refused.error?.error.code, refused.error?.error.fix],
}));
`;

const settings = {
  compilerOptions: {
    strict: true,
    noEmit: true,
    module: "nodenext",
    target: "es2024",
    allowImportingTsExtensions: true,
    types: ["node"],
  },
  files: ["client.ts", "api.d.ts"],
};

const here = scratchFolder();
const data = scratchFolder();
let gateway: Process;
beforeAll(async () => {
  gateway = await startGateway(data.path);
  symlinkSync(join(root, "node_modules"), join(here.path, "node_modules"));
  writeFileSync(join(here.path, "package.json"), '{ "type": "module" }');
  writeFileSync(join(here.path, "client.ts"), program);
  writeFileSync(join(here.path, "tsconfig.json"), JSON.stringify(settings));
  const document = await (await fetch(`${gateway.url}/openapi.json`)).text();
  writeFileSync(join(here.path, "openapi.json"), document);
});
afterAll(async () => {
  await gateway?.stop();
  data.remove();
  here.remove();
});

function run(...words: string[]): string {
  const { status, stdout, stderr } = spawnSync(process.execPath, words, {
    cwd: here.path,
    encoding: "utf8",
  });
  expect(status, `${stdout}\n${stderr}`).toBe(0);
  return stdout;
}

test("its types are generated, a program compiles with them, and it makes a picture", async () => {
  run(generator, "openapi.json", "--output", "api.d.ts");
  run(join(root, "node_modules/typescript/bin/tsc"), "-p", ".");
  const told = JSON.parse(run("client.ts", gateway.url)) as { url: string };
  expect(told).toEqual({
    url: expect.stringContaining("/v1/assets/"),
    status: "completed",
    listed: 1,
    refused: [400, "invalid_request", expect.any(String)],
  });
  const picture = await fetch(told.url);
  expect(picture.headers.get("content-type")).toMatch(/^image\//);
  await picture.body?.cancel();
}, 60_000);
