// Tests the tools with a gateway and the simulator on both databases: pictures, videos and music really come, their
// files are what the answers say, each is paid once, and detail fix runs on the account that made the picture.
import { createGateway, loadConfig } from "@jimeng/gateway";
import { GatewayClient, type JobObject } from "@jimeng/gateway/api";
import { Jimeng } from "@jimeng/sdk";
import { createSimulator, type Simulator } from "@jimeng/simulator";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { engineHere } from "../chaos/engine-here.ts";
import { type Ground, prepareGround } from "../chaos/engines.ts";
import { plainPicture, toDataUrl } from "../chaos/png.ts";
import { decodePicture } from "./media.ts";

const { engine, postgresUrl } = engineHere();
const sessions = { one: "fakesession00000000000000000001", two: "fakesession00000000000000000002" };
const own = "obviously-fake-owner-key";
const other = "obviously-fake-other-key";

let simulator: Simulator;
let ground: Ground;
let gateway: Awaited<ReturnType<typeof openGateway>>;
let url: string;
let client: GatewayClient;

async function openGateway(settings: Record<string, string>) {
  const opened = await createGateway({
    config: loadConfig({
      PORT: "0",
      ...ground.settings,
      JIMENG_BASE_URL: simulator.url,
      POLL_INTERVAL: "100",
      LOG_LEVEL: "silent",
      ...settings,
    }),
  });
  const { adminKey } = opened;
  return { close: () => opened.close(), adminKey, ...(await opened.listen()) };
}

const toSetting = (accounts: Record<string, string>) =>
  Object.entries(accounts)
    .map(([name, session]) => `${name}=${session}`)
    .join(",");

beforeAll(async () => {
  simulator = await createSimulator({
    media: "blank",
    timing: { imageMs: 100, videoMs: 100, visibleAfterMs: 0 },
  });
  ground = await prepareGround(engine, postgresUrl);
  gateway = await openGateway({
    JIMENG_SESSIONS: toSetting(sessions),
    JIMENG_API_KEYS: `${own},${other}`,
  });
  ({ url } = gateway);
  client = new GatewayClient({ baseUrl: url, key: own });
}, 60_000);

afterAll(async () => {
  await gateway?.close();
  await simulator?.close();
  await ground?.remove();
});

async function call(
  path: string,
  body: unknown,
  key = own,
): Promise<{ status: number; body: any }> {
  const answer = await fetch(`${url}${path}`, {
    method: "POST",
    headers: { "content-type": "application/json", authorization: `Bearer ${key}` },
    body: JSON.stringify(body),
  });
  return { status: answer.status, body: await answer.json() };
}

async function bytesOf(asset: { url: string }): Promise<Response> {
  return await fetch(asset.url, { headers: { authorization: `Bearer ${own}` } });
}

async function picture(account: string): Promise<JobObject> {
  const { job_id: id } = await client.images.create({
    prompt: `a bridge for ${account}`,
    model: "jimeng-4.0",
    size: "2048x2048",
    n: 2,
    account,
  });
  return await client.jobs.retrieve(id);
}

/** Tells the size of the one picture of an answer, by opening its file. */
async function sizeOf(answer: { data: { url?: string }[] }): Promise<[number, number][]> {
  return await Promise.all(
    answer.data.map(async ({ url: file = "" }) => {
      const response = await bytesOf({ url: file });
      expect(response.headers.get("content-type")).toMatch(/^image\//);
      const { width, height } = await decodePicture(new Uint8Array(await response.arrayBuffer()));
      return [width, height];
    }),
  );
}

const startsOf = (submitId: string | null) =>
  simulator.acceptedStarts().filter(({ submit_id }) => submit_id === submitId);

describe(`the picture tools on ${engine}`, () => {
  const upload = () => toDataUrl(plainPicture(Math.floor(Math.random() * 0xff_ffff)));

  test("upscale an upload to HD and to smart HD, once each", async () => {
    const answer = await client.images.upscale({ image: upload() });
    expect(await sizeOf(answer)).toEqual([[128, 128]]);
    expect(answer.warnings).toEqual([]);
    const job = await client.jobs.retrieve(answer.job_id);
    expect(job).toMatchObject({ kind: "image", tool: "hd", model: "jimeng-hd" });
    expect(startsOf(job.upstream.submit_id)).toMatchObject([{ charged: 0 }]);

    const smart = await client.images.upscale({ image: upload(), mode: "smart" });
    expect(await sizeOf(smart)).toEqual([[2160, 2160]]);
    const { request, tool } = await client.jobs.retrieve(smart.job_id);
    expect(tool).toBe("smart_hd");
    expect(request).toMatchObject({ resolution: "2k", options: { detail_strength: 0.65 } });
    expect(request.references).toMatchObject([{ param: "image" }]);
  });

  test("take a form, an asset and a picture of a job", async () => {
    const form = new FormData();
    form.set("image", new Blob([new Uint8Array(plainPicture(0x11_22_33))]), "a.png");
    form.set("mode", "smart");
    form.set("original_strength", "0.4");
    const answer = await fetch(`${url}/v1/images/upscale`, {
      method: "POST",
      headers: { authorization: `Bearer ${own}` },
      body: form,
    });
    const body: any = await answer.json();
    expect(answer.status, JSON.stringify(body)).toBe(200);
    const { request } = await client.jobs.retrieve(body.job_id);
    expect(request.options).toMatchObject({ original_strength: 0.4 });

    const made = await picture("one");
    const [, second] = made.result?.assets ?? [];
    for (const image of [second!.id, `${made.id}#2`, second!.url]) {
      const large = await client.images.upscale({ image });
      expect(await sizeOf(large)).toEqual([[4096, 4096]]);
    }
  });

  test("outpaint in a ratio, as many pictures as asked", async () => {
    const answer = await client.images.outpaint({
      image: upload(),
      left: 0.5,
      ratio: "16:9",
      n: 2,
    });
    expect(await sizeOf(answer)).toEqual([
      [5333, 3000],
      [5333, 3000],
    ]);
    const job = await client.jobs.retrieve(answer.job_id);
    expect(job.request.options).toMatchObject({ left: 0.5, right: 0 });
    expect(job.warnings).toEqual([]);
  });

  test("refine a picture on the account that made it, also when that job is repeated", async () => {
    for (const account of ["one", "two"]) {
      const made = await picture(account);
      const answer = await client.images.refine({ image: `${made.id}#2` });
      expect(await sizeOf(answer)).toEqual([[2048, 2048]]);
      const job = await client.jobs.retrieve(answer.job_id);
      expect(job).toMatchObject({ tool: "detail_fix", account });
      expect(job.request.options).toMatchObject({ history_id: made.upstream.history_id });
      const again = await client.jobs.wait((await client.jobs.retry(job.id)).id);
      expect(again).toMatchObject({ status: "completed", account });
    }
  });

  test("refuse to refine what the account does not have, before anything is started", async () => {
    const made = await picture("one");
    const [first] = made.result?.assets ?? [];
    const before = simulator.requests({ endpoint: "generate" }).length;
    const refusals: [body: object, key: string, param: string, code: string][] = [
      [{ image: upload() }, own, "image", "invalid_request"],
      [{ image: "https://example.com/a.png" }, own, "image", "invalid_request"],
      [{ image: first!.id, account: "two" }, own, "account", "invalid_request"],
      [{ image: first!.id }, other, "image", "reference_unusable"],
      [{ image: made.id }, other, "image", "reference_unusable"],
      [{ image: `${made.id}#3` }, own, "image", "reference_unusable"],
      [{}, own, "image", "invalid_request"],
    ];
    for (const [body, key, param, code] of refusals) {
      const answer = await call("/v1/images/refine", body, key);
      expect(answer.status, JSON.stringify(answer.body)).toBe(400);
      expect(answer.body.error).toMatchObject({ param, code, charged: "no" });
      expect(answer.body.error.fix).toMatch(/\w/);
    }
    expect(simulator.requests({ endpoint: "generate" })).toHaveLength(before);
  });

  test("are refused above a ceiling, and estimated as nothing that was started", async () => {
    const body = { kind: "image", tool: "hd", image: upload() };
    const { status, body: estimate } = await call("/v1/estimate", body);
    expect(status, JSON.stringify(estimate)).toBe(200);
    const free = { credits: 0, basis: "charges_of_others" };
    expect(estimate.jobs).toMatchObject([{ tool: "hd", model: "jimeng-hd", count: 1, ...free }]);
    const fix = { kind: "image", tool: "detail_fix", image: (await picture("one")).id };
    expect((await call("/v1/estimate", fix)).status).toBe(200);
    const refused = await call("/v1/jobs", { ...body, tool: "smart_hd", max_credits: 0 });
    expect(refused.body.error).toMatchObject({ code: "budget_exceeded" });
  });
});

describe(`the tools of videos and sounds on ${engine}`, () => {
  test("interpolate the frames of a video", async () => {
    const [film] = await client.jobs.create({ kind: "video", prompt: "waves" });
    const made = await client.jobs.wait(film!.id);
    const [source] = made.result?.assets ?? [];
    const video = await client.videos.interpolate({ video: source!.id });
    expect(video).toMatchObject({ object: "video", model: "jimeng-frame-interpolation" });
    const job = await client.jobs.wait(video.id);
    expect(job).toMatchObject({ status: "completed", kind: "video", tool: "frame_interpolation" });
    expect(job.result?.assets[0]).toMatchObject({
      content_type: "video/mp4",
      duration_seconds: source!.duration_seconds,
      width: source!.width,
    });
    expect(startsOf(job.upstream.submit_id)).toMatchObject([{ charged: 0, kind: "video" }]);
  });

  test("make an instrumental piece and a song, whose files are MP3s of that length", async () => {
    const bodies = [
      { prompt: "calm piano", duration: "30", title: "Dawn" },
      { prompt: "a song", duration: 60, lyrics: "one line\nanother", tags: ["folk"] },
    ];
    for (const body of bodies) {
      const started = await client.audio.music(body);
      expect(started).toMatchObject({ kind: "audio", tool: "music", status: "queued" });
      const job = await client.jobs.wait(started.id);
      expect(job).toMatchObject({ status: "completed" });
      expect(job.warnings.map(({ code }) => code)).not.toContain("unusual_format");
      expect(job.request).toMatchObject({ duration_seconds: Number(body.duration) });
      const [asset] = job.result?.assets ?? [];
      expect(asset).toMatchObject({ content_type: "audio/mpeg", width: null });
      expect(asset?.duration_seconds).toBeCloseTo(Number(body.duration), 0);
      expect(asset?.url).toMatch(/\.mp3\b/);
      const response = await bytesOf(asset!);
      expect(response.headers.get("content-type")).toBe("audio/mpeg");
      expect(framesOf(Buffer.from(await response.arrayBuffer()))).toBeGreaterThan(1000);
      expect(startsOf(job.upstream.submit_id)).toHaveLength(1);
    }
    const audio = await client.jobs.list({ kind: "audio" });
    expect(audio.data).toHaveLength(2);
  });
});

/** Counts the frames of an MP3 (48 kHz, layer III) and checks that one follows the other to the end of the file. */
function framesOf(bytes: Buffer): number {
  const kilobits = [0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320];
  const rates = [44_100, 48_000, 32_000];
  let frames = 0;
  let at = 0;
  for (; at < bytes.length; frames += 1) {
    expect(bytes.readUInt16BE(at) & 0xff_fe).toBe(0xff_fa);
    const head = bytes.readUInt8(at + 2);
    const rate = rates[(head >> 2) & 3] ?? 1;
    const padding = (head >> 1) & 1;
    at += Math.floor((144_000 * (kilobits[head >> 4] ?? 0)) / rate) + padding;
  }
  expect(at).toBe(bytes.length);
  return frames;
}

describe(`detail fix on ${engine}`, () => {
  test("works on a caller's own pictures with pass-through, and on nobody else's", async () => {
    const separate = await prepareGround(engine, postgresUrl);
    const open = await openGateway({ ...separate.settings, JIMENG_PASSTHROUGH: "true" });
    try {
      const [mine, theirs] = [sessions.one, sessions.two].map(
        (key) => new GatewayClient({ baseUrl: open.url, key }),
      );
      const { job_id: id } = await mine!.images.create({ prompt: "a tree", n: 1 });
      const fixed = await mine!.images.refine({ image: id });
      const job = await mine!.jobs.retrieve(fixed.job_id);
      expect(job).toMatchObject({ status: "completed", tool: "detail_fix" });
      await expect(theirs!.images.refine({ image: id })).rejects.toMatchObject({
        code: "reference_unusable",
        param: "image",
      });
    } finally {
      await open.close();
      await separate.remove();
    }
  });

  test("works on a picture that was made on the site and imported", async () => {
    const mweb = simulator.url;
    const site = new Jimeng({
      session: sessions.two,
      baseUrls: { mweb, commerce: mweb, passport: mweb, imagex: mweb, vod: mweb },
    });
    const request = { model: "jimeng-4.0", prompt: "made on the site", count: 1 };
    const { generation } = await site.images.generate(request, { pollIntervalMs: 30 });
    // Only the owner may import, and sees what was imported.
    const owner = new GatewayClient({ baseUrl: url, key: gateway.adminKey });
    const { imported } = await owner.history.import({ account: "two", limit: 1 });
    const job = await owner.jobs.wait(imported[0]!);
    expect(job.upstream.history_id).toBe(generation.operation.historyId);
    const fixed = await owner.images.refine({ image: job.id });
    expect(await owner.jobs.retrieve(fixed.job_id)).toMatchObject({ account: "two" });
  });

  test("is refused once the account that made the picture is gone", async () => {
    const { id } = await picture("one");
    await gateway.close();
    const setting = { JIMENG_API_KEYS: own };
    gateway = await openGateway({ ...setting, JIMENG_SESSIONS: toSetting({ two: sessions.two }) });
    ({ url } = gateway);
    const { status, body } = await call("/v1/images/refine", { image: id });
    expect(status, JSON.stringify(body)).toBe(400);
    expect(body.error).toMatchObject({ code: "invalid_request", param: "image", charged: "no" });
    expect(body.error.message).toContain("account one");
  });
});
