// Tests the signed addresses of files: their owner and end, the settings that shorten them, and what a refusal says.

import { afterEach, beforeEach, describe, expect, it } from "vitest";

import { createUrls, signAddress, signAsset } from "../../shapes/urls.ts";
import { buildFakeApp } from "../../testing/fake-app.ts";
import type { FakeApp } from "../../testing/fake-app.ts";
import { toKeyId } from "../auth.ts";
import { createLogger } from "../../logging.ts";

const keys = "obviously-fake-key-1,obviously-fake-key-2";
const authorization = { authorization: "Bearer obviously-fake-key-1" };
const owner = toKeyId("key", "obviously-fake-key-1");
// The clock of the application under test, in seconds.
const now = 1_700_000_010;

let fake: FakeApp;
let lines: string[];
async function build(env: Record<string, string> = {}): Promise<void> {
  lines = [];
  const logger = createLogger("trace", { write: (line: string) => void lines.push(line) });
  fake = await buildFakeApp({ JIMENG_API_KEYS: keys, ...env }, { logger });
}
afterEach(() => fake.close());

function post(url: string, payload: object) {
  return fake.app.inject({ method: "POST", url, payload, headers: authorization });
}

async function makePicture(fields: object = {}) {
  const answer = (await post("/v1/images/generations", { prompt: "a cat", ...fields })).json();
  fake.writeFile((await fake.jobs.asset(`asset_${answer.job_id}_0`))!, Buffer.from("png"));
  return answer;
}

const open = (url: string, headers: Record<string, string> = {}) => {
  const { pathname, search } = new URL(url, "http://localhost");
  return fake.app.inject({ url: `${pathname}${search}`, headers });
};

describe("an address without an end", () => {
  beforeEach(() => build());

  it("is told as such, opens without a key, and leaves no referrer and no line of the log", async () => {
    const answer = await makePicture();
    const { url } = answer.data[0];
    expect(answer.expires_at).toBeNull();
    expect(url).not.toContain("exp=");
    const response = await open(url);
    expect(response.statusCode).toBe(200);
    expect(response.headers["referrer-policy"]).toBe("no-referrer");
    const sig = new URL(url).searchParams.get("sig") ?? "none";
    expect(lines.length).toBeGreaterThan(0);
    expect(lines.join("")).not.toContain(sig);
  });

  it("names its owner and its file in the signature", async () => {
    const answer = await makePicture();
    const path = new URL(answer.data[0].url).pathname;
    const id = `asset_${answer.job_id}_0`;
    const signed = (changes: object) => {
      const address = { id, keyId: owner, expiresAt: null, ...changes };
      return open(`${path}?sig=${signAddress(fake.assetSecret, address)}`);
    };
    expect((await signed({})).statusCode).toBe(200);
    expect((await signed({ keyId: null })).statusCode).toBe(401);
    expect((await signed({ id: "asset_job_2_0" })).statusCode).toBe(401);
    expect((await signed({ expiresAt: now + 9 })).statusCode).toBe(401);
  });

  it("of an earlier version still works", async () => {
    const answer = await makePicture();
    const sig = signAsset(fake.assetSecret, `asset_${answer.job_id}_0`);
    const path = new URL(answer.data[0].url).pathname;
    expect((await open(`${path}?sig=${sig}`)).statusCode).toBe(200);
    expect((await open(`${path}?exp=${now + 9}&sig=${sig}`)).statusCode).toBe(401);
  });

  it("ends with the key of its owner", async () => {
    const answer = await makePicture();
    const id = `asset_${answer.job_id}_0`;
    const revoked = toKeyId("key", "obviously-fake-revoked");
    fake.jobs.change(answer.job_id, { keyId: revoked }, "job.completed");
    const sig = signAddress(fake.assetSecret, { id, keyId: revoked, expiresAt: null });
    const response = await open(`/v1/assets/${id}?sig=${sig}`);
    expect(response.statusCode).toBe(403);
    expect(response.json().error).toMatchObject({ code: "forbidden" });
    expect(response.json().error.message).toMatch(/no longer in force/);
    const admin = { authorization: `Bearer ${fake.adminKey}` };
    expect((await open(`/v1/assets/${id}?sig=${sig}`, admin)).statusCode).toBe(200);
  });
});

describe("an address with an end", () => {
  beforeEach(() => build({ JIMENG_URL_TTL_SECONDS: "3600" }));

  it("is told everywhere, and the request may shorten it but not lengthen it", async () => {
    expect((await makePicture()).expires_at).toBe(now + 3600);
    expect((await makePicture({ url_ttl_seconds: 60 })).expires_at).toBe(now + 60);
    expect((await makePicture({ url_ttl_seconds: 7200 })).expires_at).toBe(now + 3600);
    const asked = { prompt: "the sea", url_ttl_seconds: 120 };
    const video = (await post("/v1/videos", asked)).json();
    const shown = (await open(`/v1/videos/${video.id}`, authorization)).json();
    expect(shown.expires_at).toBe(now + 120);
    expect(shown.url).toContain(`?exp=${now + 120}&sig=`);
    const job = (await open(`/v1/jobs/${video.id}`, authorization)).json();
    expect(job.result.assets[0].expires_at).toBe(now + 120);
    const messages = [{ role: "user", content: "a cat" }];
    const chat = await post("/v1/chat/completions", { messages, url_ttl_seconds: 30 });
    expect(chat.json()).toMatchObject({ expires_at: now + 30 });
    const native = await post("/v1/jobs", { kind: "image", prompt: "a cat", url_ttl_seconds: 5 });
    const { assets } = (await open(`/v1/jobs/${native.json().id}`, authorization)).json().result;
    expect(assets[0].expires_at).toBe(now + 5);
    const refused = await post("/v1/images/generations", { prompt: "a", url_ttl_seconds: 0 });
    expect(refused.json().error).toMatchObject({ param: "url_ttl_seconds" });
  });

  it("opens until then; afterwards it is refused with the reason, unless a key is sent", async () => {
    const answer = await makePicture();
    const id = `asset_${answer.job_id}_0`;
    expect((await open(answer.data[0].url)).statusCode).toBe(200);
    const ended = { id, keyId: owner, expiresAt: now };
    const url = `/v1/assets/${id}.png?exp=${now}&sig=${signAddress(fake.assetSecret, ended)}`;
    const response = await open(url);
    expect(response.statusCode).toBe(403);
    expect(response.headers["x-should-retry"]).toBe("false");
    expect(response.json().error.message).toContain("2023-11-14T22:13:30.000Z");
    expect(response.json().error.fix).toContain(answer.job_id);
    expect((await open(url, authorization)).statusCode).toBe(200);
    expect((await open(url.replace(`exp=${now}&`, ""))).statusCode).toBe(401);
    expect((await open(url.replace(String(now), String(now + 99)))).statusCode).toBe(401);
  });
});

describe("without keys", () => {
  it("addresses do not end, and a request for it is told so", async () => {
    fake = await buildFakeApp({ JIMENG_URL_TTL_SECONDS: "60" });
    const answer = await makePicture({ url_ttl_seconds: 5 });
    expect(answer.expires_at).toBeNull();
    expect(answer.data[0].url).not.toContain("?");
    expect(answer.warnings).toMatchObject([
      { code: "parameter_ignored", param: "url_ttl_seconds" },
    ]);
    const { expiresAt } = createUrls("http://localhost", null);
    expect(expiresAt({ keyId: null, urlTtlSeconds: 5 })).toBeNull();
  });
});
