// Cells of the published contracts that need a whole gateway: the real engine, the simulator, and two gateway keys.
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { plainPicture } from "../chaos/png.ts";
import { openScene, type Scene } from "../death-table/scene.ts";
import { decodePicture } from "../e2e/media.ts";

const keys = { usual: "obviously-fake-key-1", cherry: "obviously-fake-key-2" };
const ttlSeconds = 3600;

let scene: Scene;
let base: string;
beforeAll(async () => {
  scene = await openScene("sqlite", "", {
    JIMENG_API_KEYS: `${keys.usual},cherry=${keys.cherry}`,
    JIMENG_RESPONSE_FORMAT: "url,cherry=b64_json",
    JIMENG_URL_TTL_SECONDS: String(ttlSeconds),
    JIMENG_LIST_MODEL_VARIANTS: "true",
  });
  base = (await scene.gateway()).url;
});
afterAll(() => scene.remove());

interface Answer {
  status: number;
  headers: Headers;
  json: any;
}

async function call(
  method: string,
  path: string,
  body?: object,
  headers: Record<string, string> = {},
): Promise<Answer> {
  const response = await fetch(`${base}${path}`, {
    method,
    headers: {
      authorization: `Bearer ${keys.usual}`,
      ...(body === undefined ? {} : { "content-type": "application/json" }),
      ...headers,
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  return { status: response.status, headers: response.headers, json: JSON.parse(text || "null") };
}

async function startVideo(body: object): Promise<any> {
  return (await call("POST", "/v1/videos", { model: "jimeng-video-3.0", ...body })).json;
}

async function whenMade(json: { id: string }): Promise<any> {
  const read = async () => (await call("GET", `/v1/videos/${json.id}`)).json;
  await expect.poll(async () => (await read()).status, { timeout: 20_000 }).toBe("completed");
  return read();
}

const picture = `data:image/png;base64,${Buffer.from(plainPicture(0x336699)).toString("base64")}`;

describe("pictures", () => {
  test("above the model's maximum come from one job per start, answered together in one group", async () => {
    const { json } = await call("POST", "/v1/images/generations", {
      model: "jimeng-4.0",
      prompt: "ten lighthouses",
      n: 10,
    });
    expect(json.data).toHaveLength(10);
    expect(new Set(json.data.map(({ url }: { url: string }) => url)).size).toBe(10);
    expect(json.job_ids).toHaveLength(2);
    expect(json.usage).toMatchObject({ total_tokens: 0 });
  });

  test("that a model makes beyond n stay assets of the job and are named in the warnings", async () => {
    const { json } = await call("POST", "/v1/images/generations", {
      model: "jimeng-3.0",
      prompt: "one of four lighthouses",
    });
    expect(json.data).toHaveLength(1);
    expect(json.warnings).toMatchObject([
      { code: "count_rounded_up", param: "n" },
      { code: "extra_images", param: "n" },
    ]);
    const job = (await call("GET", `/v1/jobs/${json.job_id}`)).json;
    expect(job.result.assets).toHaveLength(4);
  });

  test("with partial_images stream no previews, since the site shows none, and say so", async () => {
    const response = await fetch(`${base}/v1/images/generations`, {
      method: "POST",
      headers: { authorization: `Bearer ${keys.usual}`, "content-type": "application/json" },
      body: JSON.stringify({ prompt: "a lighthouse", stream: true, partial_images: 2 }),
    });
    const text = await response.text();
    expect(text).not.toContain("partial_image\n");
    expect(text).toMatch(/event: image_generation\.completed\n/);
    expect(text).toMatch(/"param":"partial_images"/);
    expect(text.trim()).toMatch(/data: \[DONE\]$/);
  });

  test("are varied without a prompt, and edited with every way to give one", async () => {
    const images = [{ image_url: { url: picture } }, { image_url: picture }];
    const prompt = "make it night";
    const [varied, edited] = await Promise.all([
      call("POST", "/v1/images/variations", { image: picture, n: 2 }),
      call("POST", "/v1/images/edits", { prompt, images, input_fidelity: "high" }),
    ]);
    expect(varied.json.data).toHaveLength(2);
    expect(varied.json.data[0].revised_prompt).toMatch(/参考这张图片/);
    expect(edited.json.data).toHaveLength(1);
    const job = (await call("GET", `/v1/jobs/${edited.json.job_id}`)).json;
    expect(job.request.references).toHaveLength(2);
  });

  test("are base64 for the key whose setting says so, and URLs with an end for the other", async () => {
    const body = { prompt: "a lighthouse for two keys" };
    const cherry = { authorization: `Bearer ${keys.cherry}` };
    const [{ json }, { json: other }] = await Promise.all([
      call("POST", "/v1/images/generations", body),
      call("POST", "/v1/images/generations", body, cherry),
    ]);
    const { expires_at: expiresAt } = json;
    expect(expiresAt - Date.now() / 1000).toBeGreaterThan(ttlSeconds - 60);
    const { url } = json.data[0];
    const got = await fetch(url);
    expect(got.headers.get("referrer-policy")).toBe("no-referrer");
    expect((await decodePicture(Buffer.from(await got.arrayBuffer()))).width).toBeGreaterThan(500);
    expect((await fetch(url.replace(`exp=${expiresAt}`, `exp=${expiresAt + 1}`))).status).toBe(401);
    expect(other.data[0].b64_json).toEqual(expect.any(String));
    expect(other.data[0].url).toBeUndefined();
  });

  test("are a job at once with background, wait or Prefer, and its result later", async () => {
    const body = { prompt: "a lighthouse for later" };
    const path = "/v1/images/generations";
    const [waited, ...accepted] = await Promise.all([
      call("POST", path, body, { prefer: "wait=30" }),
      call("POST", path, { ...body, background: true }),
      call("POST", path, { ...body, wait: false }),
      call("POST", path, body, { prefer: "respond-async" }),
      call("POST", path, body, { prefer: "wait=0" }),
    ]);
    expect(waited.status).toBe(200);
    expect(accepted.map(({ status }) => status)).toEqual([202, 202, 202, 202]);
    for (const { headers, json } of accepted) {
      expect(headers.get("location")).toContain(`/v1/jobs/${json.id}`);
      const read = async () => (await call("GET", `/v1/jobs/${json.id}`)).json.status;
      await expect.poll(read, { timeout: 20_000 }).toBe("completed");
    }
  });
});

describe("videos", () => {
  test("are listed page by page in both orders, remixed and deleted", async () => {
    const frame = { image_url: picture };
    const started = await startVideo({ prompt: "waves", seconds: "5", input_reference: frame });
    const other = await startVideo({ prompt: "clouds", duration: 5, ratio: "9:16" });
    const [first] = await Promise.all([whenMade(started), whenMade(other)]);
    const remix = await call("POST", `/v1/videos/${first.id}/remix`, { prompt: "waves in snow" });
    expect(remix.json).toMatchObject({ remixed_from_video_id: first.id, seconds: "5" });
    const running = await call("DELETE", `/v1/videos/${remix.json.id}`);
    expect([200, 409]).toContain(running.status);
    const ascending = (await call("GET", "/v1/videos?order=asc&limit=1")).json;
    expect(ascending.data.map(({ id }: { id: string }) => id)).toEqual([first.id]);
    expect(ascending).toMatchObject({ object: "list", first_id: first.id, has_more: true });
    const next = (await call("GET", `/v1/videos?order=asc&limit=100&after=${first.id}`)).json;
    expect(next.data[0].id).toBe(other.id);
    const newest = (await call("GET", "/v1/videos?limit=100")).json;
    expect(newest.data.at(-1).id).toBe(first.id);
    const { url } = first;
    expect((await fetch(url)).status).toBe(200);
    const deleted = await call("DELETE", `/v1/videos/${first.id}`);
    expect(deleted.json).toEqual({ id: first.id, object: "video.deleted", deleted: true });
    expect((await call("GET", `/v1/videos/${first.id}`)).status).toBe(404);
    expect((await fetch(url)).status).not.toBe(200);
    const left = (await call("GET", "/v1/videos?order=asc&limit=1")).json;
    expect(left.data[0]?.id).not.toBe(first.id);
    const job = (await call("GET", `/v1/jobs/${first.id}`)).json;
    expect(job).toMatchObject({ status: "completed", result: null });
  });

  test("are not edited, extended or given characters, with the reason", async () => {
    for (const name of ["edits", "extensions", "characters"]) {
      const { status, json } = await call("POST", `/v1/videos/${name}`, { prompt: "a" });
      expect(status).toBe(404);
      expect(json.error.message.length).toBeGreaterThan(40);
    }
  });
});

describe("chats", () => {
  test("ignore what has no meaning for a picture with a warning, and refuse tools", async () => {
    const messages = [{ role: "user", content: "a lighthouse" }];
    const { json } = await call("POST", "/v1/chat/completions", {
      model: "jimeng-4.0:16x9",
      messages,
      temperature: 1,
      banana: true,
    });
    expect(json.choices[0].message.images).toHaveLength(1);
    expect(json.warnings.map(({ param }: { param: string }) => param)).toEqual([
      "temperature",
      "banana",
    ]);
    const tools = [{ type: "function", function: { name: "look" } }];
    const refused = await call("POST", "/v1/chat/completions", { messages, tools });
    expect(refused.status).toBe(400);
    expect(refused.json.error.param).toBe("tools");
  });

  test("find the names with a ratio in the list of models where that is switched on", async () => {
    const { data } = (await call("GET", "/v1/models")).json;
    const ids = data.map(({ id }: { id: string }) => id);
    expect(ids).toEqual(expect.arrayContaining(["jimeng-4.0", "jimeng-4.0:16x9"]));
  });
});

describe("jobs", () => {
  test("are listed by status, kind, account, key and time", async () => {
    const count = async (query: string): Promise<number> =>
      (await call("GET", `/v1/jobs?limit=100&${query}`)).json.data.length;
    const all = await count("");
    expect(all).toBeGreaterThan(5);
    const kinds = [await count("kind=image"), await count("kind=video"), await count("kind=audio")];
    expect(kinds[0]! + kinds[1]! + kinds[2]!).toBe(all);
    expect(await count("status=completed")).toBeGreaterThan(0);
    expect(await count("status=completed&kind=audio")).toBe(0);
    const { account } = (await call("GET", "/v1/jobs?limit=1&order=asc")).json.data[0];
    expect(await count(`account=${account}`)).toBeGreaterThan(0);
    expect(await count("account=nobody")).toBe(0);
    expect(await count(`created_before=1`)).toBe(0);
    expect(await count(`created_after=1`)).toBe(all);
    expect((await call("GET", "/v1/jobs?key=key_other")).status).toBe(403);
  });

  test("without a count make the model's own number", async () => {
    const made = await call("POST", "/v1/jobs", {
      kind: "image",
      prompt: "four",
      model: "jimeng-4.0",
    });
    expect(made.status).toBe(202);
    expect(made.json.request.count).toBe(4);
  });
});

test("the old gateways' question whether it is there is answered", async () => {
  const response = await fetch(`${base}/ping`);
  expect([response.status, await response.text()]).toEqual([200, "pong"]);
});
