// Tests over real HTTP that a gateway whose disk has no room takes no job and no file, says why, and answers all else.

import { readdir, rename } from "node:fs/promises";
import { dirname, join } from "node:path";

import { afterEach, beforeEach, describe, expect, test } from "vitest";

import { fakeSessions, openGatewayWithAccounts } from "../../testing/gateway-with-accounts.ts";
import type { GatewayWithAccounts } from "../../testing/gateway-with-accounts.ts";

const megabyte = 1024 * 1024;
const png =
  "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==";
const dataUrl = `data:image/png;base64,${png}`;

let open: GatewayWithAccounts;
let url: string;
let freeMegabytes: number;
beforeEach(() => build());
afterEach(() => open.close());

async function build(environment: Record<string, string> = {}): Promise<void> {
  freeMegabytes = 5000;
  open = await openGatewayWithAccounts(
    { JIMENG_SESSIONS: `one=${fakeSessions.one}`, PORT: "0", ...environment },
    {
      measureFreeSpace: () =>
        Promise.resolve({ bytes: freeMegabytes * megabyte, hasRoomForFiles: true }),
    },
  );
  ({ url } = await open.gateway.listen());
}

/** Changes what is free, and lets the last measurement become old. */
function leave(megabytes: number): void {
  freeMegabytes = megabytes;
  open.clock.sleep(5000);
}

const json = (path: string, body: unknown, headers: Record<string, string> = {}) =>
  fetch(`${url}${path}`, {
    method: "POST",
    headers: { "content-type": "application/json", prefer: "respond-async", ...headers },
    body: JSON.stringify(body),
  });

function form(path: string, fields: Record<string, string>, field: string): Promise<Response> {
  const body = new FormData();
  for (const [name, value] of Object.entries(fields)) body.set(name, value);
  body.set(field, new Blob([Buffer.from(png, "base64")], { type: "image/png" }), "cat.png");
  return fetch(`${url}${path}`, { method: "POST", headers: { prefer: "respond-async" }, body });
}

async function filesIn(folder: string): Promise<string[]> {
  const place = join(dirname(open.databasePath), folder);
  const entries = await readdir(place, { recursive: true, withFileTypes: true });
  return entries.filter((entry) => entry.isFile()).map(({ name }) => name);
}

/** Makes a job that has ended, to be repeated. */
async function endedJob(): Promise<string> {
  const made = (await (await json("/v1/jobs", { kind: "image", prompt: "a" })).json()) as {
    id: string;
  };
  await json(`/v1/jobs/${made.id}/cancel`, {});
  for (let tries = 0; tries < 200; tries++) {
    await open.clock.settle();
    const { status } = (await (await fetch(`${url}/v1/jobs/${made.id}`)).json()) as {
      status: string;
    };
    if (status !== "queued" && status !== "in_progress") break;
    for (const submitId of open.upstream.charged)
      open.upstream.change(submitId, { status: "failed" });
    await open.clock.advance(5000);
  }
  return made.id;
}

const routes: [string, (id: string) => Promise<Response>][] = [
  ["images", () => json("/v1/images/generations", { prompt: "a" })],
  ["images without /v1", () => json("/images/generations", { prompt: "a" })],
  ["images from a data URL", () => json("/v1/images/generations", { prompt: "a", image: dataUrl })],
  ["edits in a form", () => form("/v1/images/edits", { prompt: "a" }, "image")],
  ["variations", () => json("/v1/images/variations", { prompt: "a", image: dataUrl })],
  ["a video", () => json("/v1/videos", { prompt: "a" })],
  ["a video in a form", () => form("/v1/videos", { prompt: "a" }, "input_reference")],
  ["a job", () => json("/v1/jobs", { kind: "image", prompt: "a" })],
  ["a video job", () => json("/v1/jobs", { kind: "video", prompt: "a" })],
  [
    "several jobs of one request",
    () => json("/v1/jobs", { kind: "image", prompt: "a", count: 10 }),
  ],
  ["a new try", (id) => json(`/v1/jobs/${id}/retry`, { force: true })],
  ["an import", () => json("/v1/history/import", { account: "one" })],
  ["an uploaded file", () => form("/v1/files", { purpose: "vision" }, "file")],
  [
    "an uploaded file as the body",
    () =>
      fetch(`${url}/v1/files`, {
        method: "POST",
        headers: { "content-type": "image/png" },
        body: Buffer.from(png, "base64"),
      }),
  ],
];

describe("below JIMENG_MIN_FREE_MB", () => {
  test.each(routes)("%s: 503 with the reason before anything is paid or stored", async (_, ask) => {
    const id = await endedJob();
    const rows = await open.database();
    const posts = open.upstream.posts.length;
    leave(199);
    const answer = await ask(id);
    const body = (await answer.json()) as { error: unknown };
    expect(answer.status, JSON.stringify(body)).toBe(503);
    expect(answer.headers.get("retry-after")).toBe("30");
    expect(answer.headers.get("x-should-retry")).toBe("true");
    expect(body).toMatchObject({
      error: {
        code: "storage_unavailable",
        type: "api_error",
        reason: "disk_full",
        retryable: true,
        charged: "no",
        job_id: null,
        message: expect.stringMatching(/199 MB free.*200 MB/),
        fix: expect.stringContaining("Free some space"),
      },
    });
    await open.clock.advance(60_000);
    expect(await open.database()).toEqual(rows);
    expect(open.upstream.posts).toHaveLength(posts);
    expect(await filesIn("files")).toEqual([]);
    leave(5000);
    expect((await ask(id)).status).toBeLessThan(300);
  });

  test("/readyz says not ready and why, /healthz that it lives, and readers and cancels are served", async () => {
    const made = (await (await json("/v1/jobs", { kind: "image", prompt: "a" })).json()) as {
      id: string;
    };
    leave(10);
    const ready = await fetch(`${url}/readyz`);
    expect(ready.status).toBe(503);
    expect(await ready.json()).toMatchObject({
      error: { code: "storage_unavailable", reason: "disk_full" },
    });
    for (const path of ["/healthz", "/v1/jobs", `/v1/jobs/${made.id}`, "/v1/files", "/v1/models"]) {
      expect((await fetch(`${url}${path}`)).status, path).toBe(200);
    }
    expect((await json(`/v1/jobs/${made.id}/cancel`, {})).status).toBe(200);
    leave(5000);
    expect((await fetch(`${url}/readyz`)).status).toBe(200);
  });

  test("a bad request is still told what is wrong with it", async () => {
    leave(10);
    const answer = await json("/v1/images/generations", { prompt: "a", n: 99 });
    expect(answer.status).toBe(400);
  });

  test("a repeated request is answered with its jobs", async () => {
    const key = { "idempotency-key": "the-first" };
    const first = await json("/v1/jobs", { kind: "image", prompt: "a" }, key);
    leave(10);
    const again = await json("/v1/jobs", { kind: "image", prompt: "a" }, key);
    expect(again.status).toBe(202);
    expect(again.headers.get("idempotent-replayed")).toBe("true");
    expect(again.headers.get("x-jimeng-job")).toBe(first.headers.get("x-jimeng-job"));
  });
});

test("JIMENG_MIN_FREE_MB=0 takes jobs as long as they can be stored", async () => {
  await open.close();
  await build({ JIMENG_MIN_FREE_MB: "0" });
  leave(0);
  expect((await fetch(`${url}/readyz`)).status).toBe(200);
  expect((await json("/v1/jobs", { kind: "image", prompt: "a" })).status).toBe(202);
});

test("a data folder that vanishes is told as that, and jobs are taken when it is back", async () => {
  const folder = dirname(open.databasePath);
  await rename(folder, `${folder}-away`);
  leave(5000);
  const answer = await json("/v1/videos", { prompt: "a" });
  const ready = await fetch(`${url}/readyz`);
  await rename(`${folder}-away`, folder);
  expect(answer.status).toBe(503);
  expect(await answer.json()).toMatchObject({
    error: { code: "storage_unavailable", reason: "folder_missing", charged: "no" },
  });
  expect(ready.status).toBe(503);
  leave(5000);
  expect((await json("/v1/videos", { prompt: "a" })).status).toBe(200);
});

test("no answer tells where the data folder is", async () => {
  leave(1);
  const text = await (await json("/v1/videos", { prompt: "a" })).text();
  expect(text).not.toContain(dirname(open.databasePath));
});

test("a large upload that is refused leaves its connection usable", async () => {
  const body = Buffer.alloc(2 * megabyte, 1);
  const upload = () =>
    fetch(`${url}/v1/files`, { method: "POST", headers: { "content-type": "image/png" }, body });
  for (const [megabytes, status] of [
    [5000, 400],
    [1, 503],
  ] as const) {
    leave(megabytes);
    for (let times = 0; times < 4; times++) {
      const answer = await upload();
      expect(answer.status).toBe(status);
      await answer.text();
      expect((await fetch(`${url}/v1/files`)).status).toBe(200);
    }
  }
});
