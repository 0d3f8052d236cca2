// Tests the routes of the library through the whole gateway, with two keys and the local admin.

import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";

import sharp from "sharp";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

import { GatewayClient } from "../../../api/client/client.ts";
import {
  assetsUpdateSchema,
  gridAssetSchema,
  libraryAssetSchema,
  libraryListSchema,
  thumbnailListSchema,
  timelineSchema,
} from "../../../api/library/library.ts";
import type { SweepObject } from "../../../api/library/library.ts";
import { DatabaseSync } from "../../../database/sqlite.ts";
import { assetKey } from "../../../storage/assets.ts";
import { openGatewayWithAccounts } from "../../../testing/gateway-with-accounts.ts";
import type { GatewayWithAccounts } from "../../../testing/gateway-with-accounts.ts";
import { fakeSessions } from "../../../testing/gateway-with-accounts.ts";

const keys = { a: "fake-key-a-000000", b: "fake-key-b-000000" } as const;
let open: GatewayWithAccounts;
/** The ids of the assets by their owner. */
const owned = { a: "asset_a", b: "asset_b", admin: "asset_admin" } as const;

beforeAll(async () => {
  open = await openGatewayWithAccounts({
    JIMENG_API_KEYS: `a=${keys.a},b=${keys.b}`,
    JIMENG_SESSIONS: fakeSessions.one,
  });
  for (const owner of ["a", "b", "admin"] as const) {
    const body = { kind: "image", prompt: `a lighthouse of ${owner}` };
    const answer = await open.ask("POST", "/v1/jobs", body, bearerOf(owner));
    addAsset(answer.json<{ id: string }>().id, owned[owner]);
  }
});
afterAll(() => open.close());

function bearerOf(owner: keyof typeof owned): string {
  return owner === "admin" ? open.gateway.adminKey : keys[owner];
}

function addAsset(jobId: string, id: string): void {
  const connection = new DatabaseSync(open.databasePath);
  connection
    .prepare(
      `INSERT INTO assets (id, job_id, position, item_id, content_type, width, height, bytes, upstream_url, created_at, incomplete)
       VALUES (?, ?, 0, '1', 'image/png', 64, 32, 4, 'https://results.example/1.png', ?, 0)`,
    )
    .run(id, jobId, open.clock.now());
  connection.close();
  putFile(id, Buffer.from("PNG!"));
}

function putFile(id: string, bytes: Buffer): void {
  const file = join(dirname(open.databasePath), assetKey({ id, contentType: "image/png" }));
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, bytes);
  const connection = new DatabaseSync(open.databasePath);
  connection.prepare("UPDATE assets SET bytes = ? WHERE id = ?").run(bytes.length, id);
  connection.close();
}

type Method = "GET" | "POST" | "PATCH" | "DELETE";

async function ask(owner: keyof typeof owned, method: Method, url: string, payload?: object) {
  const { gateway } = open;
  const headers = { authorization: `Bearer ${bearerOf(owner)}` };
  return await gateway.app.inject({ method, url, headers, ...(payload && { payload }) });
}

async function list(owner: keyof typeof owned, query = ""): Promise<string[]> {
  const answer = await ask(owner, "GET", `/v1/assets${query}`);
  return libraryListSchema.parse(answer.json()).data.map(({ id }) => id);
}

describe("GET /v1/assets", () => {
  it("shows each caller its own, and the owner everything or one key's", async () => {
    expect(await list("a")).toEqual([owned.a]);
    expect(await list("b", "?q=lighthouse&kind=image&model=jimeng-4.0")).toEqual([owned.b]);
    expect((await list("admin")).toSorted()).toEqual(Object.values(owned).toSorted());
    const [job] = (await open.database()).filter(({ request }) => request.includes("of a"));
    expect(await list("admin", `?key=${job?.key_id}`)).toEqual([owned.a]);
    expect(await list("a", `?key=${job?.key_id}`)).toEqual([owned.a]);
    const refused = await ask("b", "GET", `/v1/assets?key=${job?.key_id}`);
    expect(refused.statusCode).toBe(403);
    const absent = await ask("b", "GET", "/v1/assets?key=key_of_nobody");
    expect(absent.json().error.message).toBe(refused.json().error.message);
  });

  it("gives everything of an asset, and less for a wall of pictures", async () => {
    const [full] = (await ask("a", "GET", "/v1/assets")).json().data;
    expect(libraryAssetSchema.parse(full)).toMatchObject({
      object: "asset",
      prompt: "a lighthouse of a",
      kind: "image",
      width: 64,
      starred: false,
      tags: [],
      trashed_at: null,
    });
    const [grid] = (await ask("a", "GET", "/v1/assets?view=grid&limit=1000")).json().data;
    expect(grid).toEqual(gridAssetSchema.parse(full));
    expect(
      (await open.gateway.app.inject(new URL(grid.url).pathname + new URL(grid.url).search)).body,
    ).toBe("PNG!");
    expect((await ask("a", "GET", "/v1/assets?limit=101")).json().error).toMatchObject({
      code: "invalid_request",
      param: "limit",
    });
  });

  it("counts by day, and refuses what is no time zone, flag or cursor of the caller", async () => {
    const timeline = await ask("a", "GET", "/v1/assets/timeline?time_zone=Asia/Shanghai");
    expect(timelineSchema.parse(timeline.json())).toMatchObject({
      data: [{ day: "2023-11-15", count: 1 }],
      total: 1,
    });
    for (const query of ["starred=maybe", "after=asset_none", `after=${owned.b}`, "view=table"]) {
      expect((await ask("a", "GET", `/v1/assets?${query}`)).statusCode).toBe(400);
    }
    expect((await ask("a", "GET", "/v1/assets/timeline?time_zone=Nowhere")).statusCode).toBe(400);
  });
});

describe("GET /v1/assets/thumbnails", () => {
  const thumbnailsOf = async (owner: keyof typeof owned, ids: string) => {
    const answer = await ask(owner, "GET", `/v1/assets/thumbnails?ids=${ids}`);
    return thumbnailListSchema.parse(answer.json()).data;
  };

  it("gives those that are made, to whoever sees the results, as long as they are not in the trash", async () => {
    const create = { width: 64, height: 32, channels: 3, background: "#336699" } as const;
    putFile(owned.b, await sharp({ create }).png().toBuffer());
    const all = Object.values(owned).join(",");
    expect(await thumbnailsOf("admin", all)).toEqual([]);
    const own = await ask("b", "GET", `/v1/assets/${owned.b}?variant=thumbnail`);
    const made = { id: owned.b, content_type: "image/webp" };
    const data = own.rawPayload.toString("base64");
    for (const owner of ["b", "admin"] as const)
      expect(await thumbnailsOf(owner, `${all},asset_none`)).toEqual([{ ...made, data }]);
    expect(await thumbnailsOf("a", all)).toEqual([]);
    await ask("b", "DELETE", `/v1/assets/${owned.b}`);
    expect(await thumbnailsOf("b", all)).toEqual([]);
    await ask("b", "POST", `/v1/assets/${owned.b}/restore`);
    expect(await thumbnailsOf("b", all)).toHaveLength(1);
  });

  it("takes a key and up to 100 ids", async () => {
    const url = `/v1/assets/thumbnails?ids=${owned.b}`;
    expect((await open.gateway.app.inject(url)).statusCode).toBe(401);
    for (const query of ["", `?ids=${Array(101).fill("asset_b").join(",")}`])
      expect((await ask("b", "GET", `/v1/assets/thumbnails${query}`)).statusCode).toBe(400);
  });
});

describe("changes", () => {
  it("are the owner's: a foreign id and an absent one answer the same", async () => {
    const tries: [Method, string, object?][] = [
      ["GET", ""],
      ["PATCH", "", { starred: true }],
      ["DELETE", ""],
      ["POST", "/restore"],
    ];
    for (const [method, suffix, payload] of tries) {
      const [foreign, absent] = [owned.b, "asset_c"].map((id) =>
        ask("a", method, `/v1/assets/${id}${suffix}`, payload),
      );
      const { request_id: _one, ...said } = (await foreign!).json().error;
      const { request_id: _other, ...expected } = (await absent!).json().error;
      expect(said).toMatchObject({ code: "not_found", what: "asset" });
      expect(said).toEqual(expected);
    }
    expect(await list("b", "?starred=false&trashed=false")).toEqual([owned.b]);
  });

  it("set stars and tags, and take nothing else", async () => {
    const url = `/v1/assets/${owned.a}`;
    const changed = await ask("a", "PATCH", url, {
      starred: true,
      tags: [" Cover ", "cover", "海报"],
    });
    expect(libraryAssetSchema.parse(changed.json())).toMatchObject({
      starred: true,
      tags: ["cover", "海报"],
    });
    expect(await list("a", `?tag=${encodeURIComponent("海报")}&starred=true`)).toEqual([owned.a]);
    for (const body of [
      { starred: "yes" },
      { prompt: "x" },
      { tags: [""] },
      { tags: ["\u0007"] },
    ]) {
      expect((await ask("a", "PATCH", url, body)).statusCode).toBe(400);
    }
    expect((await ask("a", "PATCH", url, {})).json()).toMatchObject({ starred: true });
  });

  it("of many results reach the caller's own, and name those that are not", async () => {
    const ids = [owned.b, owned.a, "asset_none", owned.a];
    const starred = await ask("b", "PATCH", "/v1/assets", {
      ids,
      starred: true,
      add_tags: ["Sea"],
      trashed: true,
    });
    expect(assetsUpdateSchema.parse(starred.json())).toEqual({
      object: "asset.update",
      updated: [owned.b],
      missing: [owned.a, "asset_none"],
    });
    expect(await list("b", "?trashed=true&starred=true&tag=sea")).toEqual([owned.b]);
    expect(await list("b", `?ids=${ids.join()}`)).toEqual([owned.b]);
    expect(await list("admin", `?ids=${ids.join()}&view=grid`)).toEqual([owned.b, owned.a]);
    const undone = { ids: [owned.b], starred: false, remove_tags: ["SEA"], trashed: false };
    expect((await ask("b", "PATCH", "/v1/assets", undone)).json().updated).toEqual([owned.b]);
    expect(await list("b", "?starred=false")).toEqual([owned.b]);
    expect(await list("b", "?tag=sea")).toEqual([]);
    for (const body of [{ ids: [] }, { ids: [owned.b], tags: ["x"] }, { starred: true }])
      expect((await ask("b", "PATCH", "/v1/assets", body)).statusCode).toBe(400);
  });

  it("put a result into the trash, where its URL says so, and back", async () => {
    const url = `/v1/assets/${owned.admin}`;
    const [{ url: signed }] = (await ask("admin", "GET", "/v1/assets?q=admin")).json().data;
    const read = () => open.gateway.app.inject(new URL(signed).pathname + new URL(signed).search);
    expect((await read()).statusCode).toBe(200);
    const trashed = await ask("admin", "DELETE", url);
    const at = Math.floor(open.clock.now() / 1000);
    expect(trashed.json()).toMatchObject({ trashed_at: at, trash_expires_at: at + 30 * 86_400 });
    for (const answer of [await read(), await ask("admin", "GET", url)]) {
      expect(answer.statusCode).toBe(404);
      expect(answer.json().error).toMatchObject({
        message: "The file lies in the trash.",
        fix: `Restore it: POST /v1/assets/${owned.admin}/restore.`,
      });
    }
    expect(await list("admin", "?q=admin")).toEqual([]);
    expect(await list("admin", "?trashed=true")).toEqual([owned.admin]);
    const used = { kind: "image", prompt: "x", image: owned.admin };
    expect((await ask("admin", "POST", "/v1/jobs", used)).json().error).toMatchObject({
      code: "reference_unusable",
    });
    expect((await ask("admin", "POST", `${url}/restore`)).json()).toMatchObject({
      trashed_at: null,
      trash_expires_at: null,
    });
    expect((await read()).statusCode).toBe(200);
  });
});

it("the client's calls do all of it", async () => {
  const { gateway } = open;
  const { assets } = new GatewayClient({
    baseUrl: "http://127.0.0.1",
    key: keys.b,
    fetch: async (url, { method, headers, body }) => {
      const answer = await gateway.app.inject({
        method: method as Method,
        url: url.slice("http://127.0.0.1".length),
        headers: headers as Record<string, string>,
        ...(typeof body === "string" && { payload: body }),
      });
      return new Response(answer.body, { status: answer.statusCode });
    },
  });
  expect((await assets.list({ q: "lighthouse", starred: false })).data).toHaveLength(1);
  expect((await assets.grid({ limit: 500 })).data).toHaveLength(1);
  expect((await assets.getMany([owned.b])).data).toHaveLength(1);
  expect((await assets.updateMany({ ids: [owned.b], starred: false })).updated).toHaveLength(1);
  expect((await assets.timeline({ time_zone: "UTC" })).total).toBe(1);
  expect((await assets.thumbnails([owned.a, owned.b])).data).toHaveLength(1);
  expect(await assets.update(owned.b, { starred: true })).toMatchObject({ starred: true });
  expect((await assets.delete(owned.b)).trashed_at).not.toBeNull();
  expect((await assets.list({ trashed: true })).data).toHaveLength(1);
  expect((await assets.restore(owned.b)).trashed_at).toBeNull();
});

it("a sweep is the owner's, tells what would go, and removes only when it is told to", async () => {
  const connection = new DatabaseSync(open.databasePath);
  connection.exec("UPDATE jobs SET status = 'completed'");
  connection.close();
  await open.clock.advance(2 * 3_600_000);
  const everything = { gigabytes: 0 };
  expect((await ask("a", "POST", "/v1/assets/sweep", everything)).statusCode).toBe(403);
  const sweep = async (body: object) =>
    (await ask("admin", "POST", "/v1/assets/sweep", body)).json<SweepObject>();
  const nothing = { files: 0, bytes: 0 };
  const plan = {
    object: "sweep",
    expired: nothing,
    aged: nothing,
    excess: { files: 1, bytes: 4 },
  };
  expect(await sweep(everything)).toEqual({ ...plan, dry_run: true });
  const before = await list("admin");
  expect(await sweep({ ...everything, dry_run: false })).toEqual({ ...plan, dry_run: false });
  // Starred ones stay.
  expect(await list("admin")).toHaveLength(before.length - 1);
  expect((await ask("admin", "POST", "/v1/assets/sweep", { days: 0 })).statusCode).toBe(400);
});
