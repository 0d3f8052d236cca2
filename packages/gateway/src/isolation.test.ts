// Walks every route with two keys: what belongs to one is never seen, joined or counted by the other, and an id of the
// other is answered with the same bytes as one that does not exist.

import type { LightMyRequestResponse } from "fastify";
import { DefaultQueryExecutor } from "kysely";
import { afterAll, beforeAll, expect, test, vi } from "vitest";

import { GatewayClient } from "./api/client/client.ts";
import { loadConfig } from "./config/config.ts";
import type { GatewayDatabase } from "./database/database.ts";
import { createGateway } from "./gateway.ts";
import type { Gateway } from "./gateway.ts";
import { createJobStore } from "./jobs/store.ts";
import { createLogger } from "./logging.ts";
import { makeTestDatabase, testEngine } from "./testing/database.ts";
import type { TestDatabase } from "./testing/database.ts";
import { FakeAccountClient } from "./testing/fake-account-client.ts";
import { FakeUpstream } from "./testing/fake-upstream.ts";
import { ManualClock } from "./testing/manual-clock.ts";
import { wholeFiles } from "./testing/reference-samples.ts";

let place: TestDatabase;
let database: GatewayDatabase;
let gateway: Gateway;
/** The keys of the owner of everything, and of the other one who must not notice. */
let one: string;
let other: string;
/** The ids of what the first key owns, by what they are. */
let ids: Record<"queued" | "picture" | "video" | "asset" | "file" | "lines" | "batch", string>;

// One gateway for all tests: what each of them asks for is refused, but for the last one.
beforeAll(async () => {
  place = await makeTestDatabase();
  const clock = new ManualClock();
  const upstream = new FakeUpstream(clock);
  const client = new FakeAccountClient();
  gateway = await createGateway({
    config: loadConfig({
      JIMENG_DATA_DIR: place.dataDir,
      JIMENG_SESSIONS: "main=obviously-fake-session-000000000",
      JIMENG_SECRET_KEY: "obviously-fake-secret",
      ...(place.url === null ? {} : { DATABASE_URL: place.url }),
    }),
    clock,
    logger: createLogger("silent"),
    connect: () => ({ upstream, client, allowLoopbackDownloads: false }),
  });
  database = await place.open();
  one = await makeKey("one");
  other = await makeKey("other");
  ids = await own();
});
afterAll(async () => {
  await gateway.close();
  await database.close();
  await place.remove();
});

async function makeKey(name: string): Promise<string> {
  const made = await ask("POST", "/v1/keys", gateway.adminKey, { name });
  return made.json<{ key: string }>().key;
}

type Body = object | Buffer | undefined;

function ask(
  method: string,
  url: string,
  key: string,
  payload?: Body,
  headers: Record<string, string> = {},
): Promise<LightMyRequestResponse> {
  return gateway.app.inject({
    method: method as "GET",
    url,
    payload,
    headers: { authorization: `Bearer ${key}`, ...headers },
  });
}

async function idOf(answer: Promise<LightMyRequestResponse>): Promise<string> {
  const { statusCode, body } = await answer;
  expect(statusCode, body).toBeLessThan(300);
  return (JSON.parse(body) as { id: string }).id;
}

const cat = { kind: "image", prompt: "a cat of the first key", model: "jimeng-4.0", count: 1 };

/** Makes one of everything for the first key. */
async function own(): Promise<typeof ids> {
  const make = (body: object) => idOf(ask("POST", "/v1/jobs", one, body));
  const queued = await make(cat);
  const picture = await make({ ...cat, prompt: "ended" });
  const video = await make({ kind: "video", prompt: "waves", model: "jimeng-video-3.0" });
  const upload = (name: string, bytes: Buffer, purpose: string, type: string) =>
    idOf(
      ask("POST", `/v1/files?filename=${name}&purpose=${purpose}`, one, bytes, {
        "content-type": type,
      }),
    );
  const { bytes } = wholeFiles.png;
  const file = await upload("one.png", Buffer.from(bytes), "vision", "image/png");
  const line = { custom_id: "a", method: "POST", url: "/v1/images/generations" };
  const text = JSON.stringify({ ...line, body: { prompt: "of a batch", model: "jimeng-4.0" } });
  const lines = await upload("a.jsonl", Buffer.from(text), "batch", "application/octet-stream");
  const endpoint = "/v1/images/generations";
  const batch = await idOf(
    ask("POST", "/v1/batches", one, {
      input_file_id: lines,
      endpoint,
      completion_window: "24h",
      metadata: {},
      confirm: true,
    }),
  );
  const asset = await endWithAsset(picture);
  return { queued, picture, video, asset, file, lines, batch };
}

async function endWithAsset(jobId: string): Promise<string> {
  const store = createJobStore(database);
  const record = await store.get(jobId);
  if (record === undefined) throw new Error("the job is not there");
  const asset = {
    id: "asset_0198f3a2-7c11-7d20-9a3e-5f0c2b7d4e62",
    jobId,
    index: 0,
    itemId: "7500000000000000001",
    contentType: "image/png",
    width: 2048,
    height: 2048,
    durationMs: null,
    bytes: 4,
    upstreamUrl: "https://results.example/picture.png",
    upstreamExpiresAt: null,
    createdAt: record.createdAt,
    incomplete: false,
    thumbhash: null,
    coverUrl: null,
    posterBytes: null,
    trashedAt: null,
    deletedAt: null,
  };
  const ended = { status: "completed", completedAt: record.createdAt, runAt: null } as const;
  await store.update(record, { ...ended, account: "main" }, record.createdAt, [asset]);
  return asset.id;
}

/** Returns an id of the same form that nothing has. */
function absent(id: string): string {
  return `${id.slice(0, -4)}0000`;
}

/** Returns what an answer says, without what differs between any two answers. */
function said(answer: LightMyRequestResponse, id: string): unknown {
  const { "x-request-id": requestId, date: _date, ...headers } = answer.headers;
  const body = answer.body.replaceAll(id, "ID").replaceAll(String(requestId), "REQUEST");
  return [answer.statusCode, { ...headers, "content-length": body.length }, body];
}

test("every route with an id answers the other key as if the id did not exist", async () => {
  const routes = gateway.app.routeScopes.filter(
    ({ url, scope, method }) =>
      url.includes(":") && !["public", "admin"].includes(scope) && method !== "HEAD",
  );
  expect(routes.length).toBeGreaterThan(20);
  for (const { method, url } of routes) {
    for (const id of walked()) {
      const at = (some: string) => url.replace(/:\w+/, some);
      const payload = bodyOf(method, url);
      const foreign = await withQueries(() => ask(method, at(id), other, payload));
      const nothing = await withQueries(() => ask(method, at(absent(id)), other, payload));
      expect(said(foreign, id), `${method} ${url} ${id}`).toEqual(said(nothing, absent(id)));
      // Not by what the database is asked either, of which a caller may see the time.
      expect(foreign.queries, `${method} ${url} ${id}`).toEqual(nothing.queries);
      expect(foreign.statusCode, `${method} ${url} ${id}`).toBeGreaterThanOrEqual(400);
    }
  }
  // Nothing of the first key was changed or removed.
  for (const id of [ids.queued, ids.picture, ids.video])
    expect((await ask("GET", `/v1/jobs/${id}`, one)).json()).toMatchObject({ deleted_at: null });
  expect((await ask("GET", `/v1/files/${ids.file}`, one)).statusCode).toBe(200);
});

/** Runs a request, and adds the statements that it ran to its answer. */
async function withQueries(
  run: () => Promise<LightMyRequestResponse>,
): Promise<LightMyRequestResponse & { queries: string[] }> {
  const spy = vi.spyOn(DefaultQueryExecutor.prototype, "executeQuery");
  const answer = await run();
  const queries = spy.mock.calls.map(([query]) => query.sql);
  spy.mockRestore();
  return Object.assign(answer, { queries });
}

test("a signed-in browser of the other key gets the same answers as its key", async () => {
  const host = "127.0.0.1:5100";
  const headers = { host, origin: `http://${host}` };
  const signIn = await gateway.app.inject({
    method: "POST",
    url: "/v1/sign-in",
    headers,
    payload: { key: other },
  });
  const cookie = String(signIn.headers["set-cookie"]).split(";")[0]!;
  const routes = gateway.app.routeScopes.filter(
    ({ url, scope, method }) =>
      url.includes(":") && !["public", "admin"].includes(scope) && method !== "HEAD",
  );
  for (const { method, url } of routes) {
    const id = ids.picture;
    const at = url.replace(/:\w+/, id);
    const payload = bodyOf(method, url);
    const byCookie = await gateway.app.inject({
      method: method as "GET",
      url: at,
      payload,
      headers: { ...headers, cookie },
    });
    const byKey = await ask(method, at, other, payload);
    expect(said(byCookie, id), `${method} ${url}`).toEqual(said(byKey, id));
  }
});

/** Returns the ids to try: on PostgreSQL, where each takes longer, one of what is kept in each table. */
function walked(): string[] {
  const { picture, asset, file, batch } = ids;
  return testEngine() === "sqlite" ? Object.values(ids) : [picture, asset, file, batch];
}

function bodyOf(method: string, url: string): object | undefined {
  if (method === "PATCH") return { starred: true };
  if (method !== "POST") return undefined;
  return url.endsWith("/remix") ? { prompt: "again" } : {};
}

const model = "jimeng-4.0";
const bodies: readonly [string, (id: string) => object][] = [
  ["/v1/images/edits", (image) => ({ prompt: "night", model, image })],
  ["/v1/images/edits", (id) => ({ prompt: "night", model, images: [{ file_id: id }] })],
  ["/v1/images/variations", (image) => ({ image, model })],
  ["/v1/images/upscale", (image) => ({ image })],
  ["/v1/images/outpaint", (image) => ({ image, ratio: "16:9" })],
  ["/v1/images/refine", (image) => ({ image })],
  ["/v1/images/compositions", (id) => ({ prompt: "night", model, images: [id] })],
  ["/v1/videos", (id) => ({ prompt: "waves", input_reference: { file_id: id } })],
  ["/v1/videos/interpolate", (video) => ({ video })],
  ["/v1/jobs", (id) => ({ ...cat, references: [id] })],
  ["/v1/jobs", (image) => ({ kind: "image", tool: "upscale", image })],
  ["/v1/estimate", (id) => ({ ...cat, references: [id] })],
  [
    "/v1/batches",
    (id) => ({
      input_file_id: id,
      endpoint: "/v1/images/generations",
      completion_window: "24h",
      confirm: true,
    }),
  ],
];

test("a body that names the other's file or result is refused as one that names nothing", async () => {
  for (const [url, body] of bodies) {
    for (const id of walked()) {
      const foreign = await ask("POST", url, other, body(id));
      const nothing = await ask("POST", url, other, body(absent(id)));
      // An estimate reads no reference.
      if (url !== "/v1/estimate") expect(foreign.statusCode, url).toBeGreaterThanOrEqual(400);
      expect(said(foreign, id), `${url} ${id}`).toEqual(said(nothing, absent(id)));
    }
  }
});

test("lists, sums and streams show and count nothing of the other key", async () => {
  const mentions = (text: string) => Object.values(ids).filter((id) => text.includes(id));
  const lists = [
    "/v1/jobs",
    "/v1/videos",
    "/v1/files",
    "/v1/files?purpose=batch",
    "/v1/assets",
    "/v1/assets?q=ended",
    "/v1/batches",
    "/v1/credits/ledger",
  ];
  for (const url of lists) {
    const answer = await ask("GET", url, other);
    expect(answer.json(), url).toMatchObject({ data: [], has_more: false });
    expect(mentions((await ask("GET", url, one)).body), url).not.toEqual([]);
  }
  const ledger = await ask("GET", "/v1/credits/ledger?group_by=key,day", other);
  expect(ledger.json()).toMatchObject({ total: { jobs: 0 }, data: [] });
  expect((await ask("GET", "/v1/assets/timeline", other)).json()).toMatchObject({ data: [] });
  const self = (await ask("GET", "/v1/keys/self", other)).json();
  expect(self).toMatchObject({ usage: { open_jobs: 0, files: 0, bytes: 0 } });
  for (const url of ["/v1/jobs", "/v1/assets", "/v1/credits/ledger"]) {
    const foreign = await ask("GET", `${url}?key=${ids.queued}`, other);
    expect(foreign.statusCode).toBe(403);
  }
  expect(mentions(await heardBy(other))).toEqual([]);
});

/** Returns what the stream of all events tells a key, from its beginning to an event of its own. */
async function heardBy(key: string): Promise<string> {
  const baseUrl = await gateway.app.listen({ port: 0, host: "127.0.0.1" });
  const { events, jobs } = new GatewayClient({ baseUrl, key });
  const mine = await jobs.create({ ...cat, kind: "image", prompt: "of the second key" });
  let heard = "";
  for await (const message of events.stream({ after: "0" })) {
    heard += JSON.stringify(message);
    if (heard.includes(JSON.stringify(mine))) break;
    if (/job_[0-9a-f-]{36}/.test(heard)) break;
  }
  return heard;
}

test("the same request, or the same Idempotency-Key, of the other key makes jobs of its own", async () => {
  const jobOf = async (key: string, headers: Record<string, string>) => {
    const answer = await ask("POST", "/v1/jobs", key, { ...cat, join: true }, headers);
    expect(answer.headers["x-jimeng-joined"]).toBeUndefined();
    expect(answer.headers["idempotent-replayed"]).toBeUndefined();
    return answer.json<{ id: string }>().id;
  };
  const repeated: Record<string, string>[] = [
    { "x-stainless-retry-count": "1" },
    { "idempotency-key": "a-key-that-both-use" },
  ];
  for (const headers of repeated) {
    const theirs = await ask("POST", "/v1/jobs", one, cat, headers);
    expect(await jobOf(other, headers)).not.toBe(theirs.json<{ id: string }>().id);
  }
});
