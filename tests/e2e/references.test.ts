// The promise that references work end to end through the real command: edits, frames, uploads, bad files, memory, and
// death while uploading. The simulator is the judge of what arrives upstream.
import { createHash, randomFillSync } from "node:crypto";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { crc32 } from "node:zlib";
import { createCanvas } from "@napi-rs/canvas";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import {
  fakeSession,
  getJson,
  postJson,
  type Process,
  runCommand,
  scratchFolder,
  startGateway,
  startSimulator,
  until,
} from "./processes.ts";

let simulator: Process;
let gateway: Process;
let folder: string;
let environment: Record<string, string>;
const cleanups: Array<() => unknown> = [];

beforeAll(async () => {
  const scratch = scratchFolder();
  folder = scratch.path;
  cleanups.push(scratch.remove);
  const quick = ["--media", "blank", "--image-seconds", "0.5", "--video-seconds", "1"];
  simulator = await startSimulator(join(folder, "simulator"), quick);
  cleanups.push(() => simulator.kill());
  environment = {
    JIMENG_SESSIONS: `mine=${fakeSession}`,
    JIMENG_BASE_URL: simulator.url,
    RETRY_DELAY: "200",
    POLL_INTERVAL: "200",
    JIMENG_MAX_IMAGE_UPLOAD_MB: "50",
  };
  await startOn("data");
});
afterEach(() => fetch(`${simulator.url}/_simulator/faults`, { method: "DELETE" }));
afterAll(async () => {
  for (const cleanup of cleanups.splice(0).toReversed()) await cleanup();
});

/** Starts the gateway on a data folder; one that runs is killed first. */
async function startOn(name: string): Promise<void> {
  await gateway?.kill();
  gateway = await startGateway(join(folder, name), environment, { simulated: false });
  cleanups.push(() => gateway.kill());
}

function picture(color: string, width = 320, height = 240): Buffer {
  const canvas = createCanvas(width, height);
  const context = canvas.getContext("2d");
  context.fillStyle = color;
  context.fillRect(0, 0, width, height);
  return canvas.toBuffer("image/png");
}

/** Makes a whole PNG of about so many megabytes, whose bytes no compression makes smaller. */
function largePng(megabytes: number): Buffer {
  const noise = randomFillSync(Buffer.alloc(megabytes * 1024 * 1024));
  const length = Buffer.alloc(4);
  length.writeUInt32BE(noise.length);
  const body = Buffer.concat([Buffer.from("nzCk"), noise]);
  const check = Buffer.alloc(4);
  check.writeUInt32BE(crc32(body));
  const small = picture("plum");
  return Buffer.concat([small.subarray(0, -12), length, body, check, small.subarray(-12)]);
}

/** Makes a WAV file of so many seconds. */
function silence(seconds: number): Buffer {
  const bytesPerSecond = 8000;
  const data = Buffer.alloc(seconds * bytesPerSecond, 128);
  const head = Buffer.alloc(44);
  head.write("RIFF", 0);
  head.writeUInt32LE(36 + data.length, 4);
  head.write("WAVEfmt ", 8);
  for (const [at, value] of [
    [16, 16],
    [24, bytesPerSecond],
    [28, bytesPerSecond],
    [40, data.length],
  ] as const) {
    head.writeUInt32LE(value, at);
  }
  for (const [at, value] of [
    [20, 1],
    [22, 1],
    [32, 1],
    [34, 8],
  ] as const) {
    head.writeUInt16LE(value, at);
  }
  head.write("data", 36);
  return Buffer.concat([head, data]);
}

const toDataUrl = (bytes: Buffer) => `data:image/png;base64,${bytes.toString("base64")}`;
const toFile = (bytes: Buffer) => new Blob([new Uint8Array(bytes)], { type: "image/png" });
const starts = async (): Promise<any[]> =>
  (await getJson(`${simulator.url}/_simulator/accepted-starts`)).accepted_starts;
const requestsTo = async (endpoint: string): Promise<any[]> =>
  (await getJson(`${simulator.url}/_simulator/requests?endpoint=${endpoint}`)).requests;
const fault = (setting: object) => postJson(`${simulator.url}/_simulator/faults`, setting);
const incoming = () => readdirSync(join(folder, "data", "files", "incoming"));

async function postForm(path: string, form: FormData): Promise<{ status: number; body: any }> {
  const response = await fetch(`${gateway.url}${path}`, { method: "POST", body: form });
  return { status: response.status, body: await response.json() };
}

async function ended(id: string): Promise<any> {
  return until(
    `the job ${id}`,
    async () => {
      const job = await getJson(`${gateway.url}/v1/jobs/${id}`);
      return ["completed", "failed", "cancelled"].includes(job.status) ? job : undefined;
    },
    60_000,
  );
}

describe("an edit", () => {
  test("by form and by JSON blends pictures that were uploaded whole, each once", async () => {
    const form = new FormData();
    form.append("image[]", toFile(picture("tomato")), "a.png");
    form.append("image[]", toFile(picture("navy", 200, 300)), "b.png");
    form.set("prompt", "put both into one garden");
    form.set("n", "1");
    const before = (await starts()).length;
    const first = await postForm("/v1/images/edits", form);
    expect(first.status, JSON.stringify(first.body)).toBe(200);
    expect(first.body.data).toHaveLength(1);
    const uploads = await requestsTo("upload");
    // The simulator answers 0 refusals only for the right bytes and CRC, and takes only URIs of this account.
    expect(uploads.map(({ accepted }) => accepted)).toEqual([true, true]);
    expect((await starts()).length).toBe(before + 1);

    const again = await postJson(`${gateway.url}/v1/images/edits`, {
      prompt: "once more",
      images: [
        { image_url: toDataUrl(picture("tomato")) },
        { image_url: { url: toDataUrl(picture("navy", 200, 300)) } },
      ],
      response_format: "b64_json",
    });
    expect(again.status, JSON.stringify(again.body)).toBe(200);
    expect(Buffer.from(again.body.data[0].b64_json, "base64").subarray(1, 4).toString()).toBe(
      "PNG",
    );
    expect(await requestsTo("upload")).toHaveLength(2);
    expect(incoming()).toEqual([]);
  });

  test("takes an uploaded file's id and an earlier result's URL", async () => {
    const uploaded = await fetch(`${gateway.url}/v1/files?filename=pear.png`, {
      method: "POST",
      headers: { "content-type": "image/png" },
      body: toFile(picture("green")),
    });
    const file: any = await uploaded.json();
    expect(file.jimeng).toMatchObject({ kind: "image", width: 320, height: 240 });
    const made = await postJson(`${gateway.url}/v1/images/generations`, {
      prompt: "a pear",
      n: 1,
      image: [file.id],
    });
    expect(made.status, JSON.stringify(made.body)).toBe(200);
    const edited = await postJson(`${gateway.url}/v1/images/edits`, {
      prompt: "now at night",
      image: made.body.data[0].url,
    });
    expect(edited.status, JSON.stringify(edited.body)).toBe(200);
  });
});

describe("a video", () => {
  test("is made from first and last frame, subjects, frames and an omni reference", async () => {
    const form = new FormData();
    form.set("prompt", "the sea");
    form.set("model", "jimeng-video-3.0");
    form.set("input_reference", toFile(picture("aqua")), "first.png");
    form.set("last_frame", toFile(picture("black")), "last.png");
    const orders = [await postForm("/v1/videos", form)];
    const image = toDataUrl(picture("gold"));
    const frames = [{ image, seconds: 2, prompt: "turn" }, { image: toDataUrl(picture("pink")) }];
    for (const body of [
      { prompt: "one frame", first_frame: image },
      { prompt: "@1 dances", model: "jimeng-video-3.0", subjects: [image] },
      { prompt: "walk", model: "jimeng-video-3.0", frames },
      {
        prompt: "@图片1 rides to @音频1",
        model: "jimeng-video-seedance-2.0",
        references: [image, `data:audio/wav;base64,${silence(2).toString("base64")}`],
      },
    ]) {
      orders.push(await postJson(`${gateway.url}/v1/videos`, body));
    }
    for (const { status, body } of orders) {
      expect(status, JSON.stringify(body)).toBe(200);
      const job = await ended(body.id);
      expect(job.status, JSON.stringify(job.error)).toBe("completed");
    }
  }, 120_000);
});

describe("a bad file", () => {
  const whole = picture("red");
  const bad: [string, Buffer, string][] = [
    ["empty", Buffer.alloc(0), "empty"],
    ["cut", whole.subarray(0, -20), "truncated"],
    ["no picture", Buffer.from("<html>not a picture</html>"), "unsupported_type"],
    ["60 MB large", largePng(60), "too_large"],
  ];

  test.each(bad)("that is %s pays nothing and says why", async (_what, bytes, reason) => {
    const before = (await starts()).length;
    const form = new FormData();
    form.append("image", toFile(whole), "good.png");
    form.append("image", toFile(bytes), "bad.png");
    form.set("prompt", "never");
    const { status, body } = await postForm("/v1/images/edits", form);
    expect(status).toBe(reason === "too_large" ? 413 : 400);
    expect(body.error).toMatchObject({ reason, index: 1, param: "image", charged: "no" });
    expect((await starts()).length).toBe(before);
    await until("the temporary files to go", () => (incoming().length === 0 ? true : undefined));
  });

  test("with a wrong extension is taken for what it is, with a warning", async () => {
    const form = new FormData();
    form.append("image", toFile(whole), "photo.jpg");
    form.set("prompt", "fine");
    const { status, body } = await postForm("/v1/images/edits", form);
    expect(status, JSON.stringify(body)).toBe(200);
    expect(body.warnings).toMatchObject([{ code: "type_differs", param: "image" }]);
  });

  test("behind a URL that cannot be reached, is private, or leads there is refused", async () => {
    let hits = 0;
    const server = createServer((_request, response) => {
      hits += 1;
      response.end(whole);
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const { port } = server.address() as AddressInfo;
    const before = (await starts()).length;
    for (const url of [
      `http://127.0.0.1:${port}/a.png`,
      `http://localhost:${port}/a.png`,
      `http://2130706433:${port}/a.png`,
      `http://[::ffff:127.0.0.1]:${port}/a.png`,
      "http://169.254.169.254/latest/meta-data/",
      "http://name.invalid/a.png",
    ]) {
      const { status, body } = await postJson(`${gateway.url}/v1/images/edits`, {
        prompt: "never",
        image: url,
      });
      expect(status, url).toBe(400);
      expect(body.error.reason, url).toMatch(/^(url_refused|unreachable)$/);
    }
    server.close();
    expect(hits).toBe(0);
    expect((await starts()).length).toBe(before);
  });

  test("whose upload the upstream spoils fails its job unpaid, and its neighbour is not sent alone", async () => {
    const before = (await starts()).length;
    await fault({ endpoint: "imagex_commit", kind: "uri_status", times: 0, after: 1 });
    const { status, body } = await postJson(`${gateway.url}/v1/images/edits`, {
      prompt: "never",
      image: [toDataUrl(picture("olive")), toDataUrl(picture("orchid"))],
    });
    expect(status).toBeGreaterThanOrEqual(400);
    expect(body.error).toMatchObject({ code: "upload_failed", charged: "no", param: "image" });
    expect(body.error.job_id).toMatch(/^job_/);
    expect((await starts()).length).toBe(before);
  });

  test("whose first upload meets a passing fault is uploaded again, and paid once", async () => {
    const before = (await starts()).length;
    await fault({ endpoint: "imagex_apply", kind: "http_status", status: 503, times: 2 });
    await fault({ endpoint: "upload", kind: "crc_mismatch", times: 1 });
    const { status, body } = await postJson(`${gateway.url}/v1/images/edits`, {
      prompt: "in the end",
      image: toDataUrl(picture("salmon")),
    });
    expect(status, JSON.stringify(body)).toBe(200);
    expect((await starts()).length).toBe(before + 1);
  });
});

describe("a large upload", () => {
  // What earlier tests left in the heap, or as work for later, would hide what this one costs.
  beforeAll(() => startOn("data-large"));
  afterAll(() => startOn("data"));
  const residentMegabytes = (): number => {
    const status = readFileSync(`/proc/${gateway.child.pid}/status`, "utf8");
    return Number(/VmRSS:\s+(\d+)/.exec(status)?.[1]) / 1024;
  };
  const peakDuring = async <T>(work: Promise<T>): Promise<{ value: T; peak: number }> => {
    let peak = 0;
    const timer = setInterval(() => (peak = Math.max(peak, residentMegabytes())), 5);
    const value = await work.finally(() => clearInterval(timer));
    return { value, peak };
  };

  test.runIf(process.platform === "linux")(
    "of 49 MB hardly raises the gateway's memory, coming in and going upstream",
    async () => {
      const bytes = largePng(49);
      const send = () =>
        fetch(`${gateway.url}/v1/files`, {
          method: "POST",
          headers: { "content-type": "image/png" },
          body: toFile(bytes),
        }).then((response) => response.json());
      // The first request loads code and warms pools; it is not what a file costs.
      const warm = await postJson(`${gateway.url}/v1/images/edits`, {
        prompt: "warm",
        image: toDataUrl(picture("white")),
      });
      expect(warm.status, JSON.stringify(warm.body)).toBe(200);
      // The placeholders of its results are made in the background, which is no cost of a file either.
      await until("every placeholder", async () => {
        const { data } = await getJson(`${gateway.url}/v1/assets?limit=100`);
        return data.every((asset: { thumbhash: unknown }) => asset.thumbhash !== null) || undefined;
      });
      const before = residentMegabytes();
      const { value: file, peak } = await peakDuring(send());
      expect(file.jimeng.sha256).toBe(createHash("sha256").update(bytes).digest("hex"));
      const received = peak - before;
      const calm = residentMegabytes();
      const job = await postJson(
        `${gateway.url}/v1/images/edits`,
        { prompt: "large", image: file.id },
        { prefer: "respond-async" },
      );
      const { value: done, peak: peakUp } = await peakDuring(ended(job.body.id));
      expect(done.status, JSON.stringify(done.error)).toBe("completed");
      const body = JSON.stringify({ prompt: "", image: toDataUrl(bytes) });
      const still = residentMegabytes();
      const { value: refused, peak: peakJson } = await peakDuring(
        fetch(`${gateway.url}/v1/images/edits`, {
          method: "POST",
          headers: { "content-type": "application/json" },
          body,
        }),
      );
      // Everything was read before the empty prompt could be refused.
      expect(refused.status).toBe(400);
      const costs = [received, peakUp - calm, peakJson - still].map((cost) => cost.toFixed(1));
      console.log(
        `memory of 49 MB: received +${costs[0]} MB, sent upstream +${costs[1]}, as a data URL +${costs[2]}`,
      );
      expect(peakJson - still).toBeLessThan(50);
      expect(received).toBeLessThan(25);
      expect(peakUp - calm).toBeLessThan(25);
    },
    60_000,
  );

  test("that declares too much is answered 413 before its bytes are read", async () => {
    const response = await fetch(`${gateway.url}/v1/files`, {
      method: "POST",
      headers: { "content-type": "image/png" },
      body: toFile(largePng(51)),
    });
    expect(response.status).toBe(413);
    const alive = await fetch(`${gateway.url}/healthz`);
    expect(alive.status).toBe(200);
  });
});

describe("SIGKILL while uploading", () => {
  test("leaves a job that uploads on and is started once", async () => {
    await fault({ endpoint: "upload", kind: "delay", ms: 3000, times: 1 });
    const before = (await starts()).length;
    const order = await postJson(
      `${gateway.url}/v1/images/edits`,
      { prompt: "survive", image: [toDataUrl(picture("khaki")), toDataUrl(picture("indigo"))] },
      { prefer: "respond-async" },
    );
    const seen = await until("the upload", async () => {
      const job = await getJson(`${gateway.url}/v1/jobs/${order.body.id}`);
      return job.phase === "uploading" ? job : undefined;
    });
    expect(seen.status).toBe("in_progress");
    await startOn("data");
    const job = await ended(order.body.id);
    expect(job.status, JSON.stringify(job.error)).toBe("completed");
    expect((await starts()).length).toBe(before + 1);
  }, 60_000);
});

describe("the command line", () => {
  const run = (...words: string[]) =>
    runCommand(words, {
      JIMENG_DATA_DIR: join(folder, "data"),
      JIMENG_TEST_CWD: folder,
      ...environment,
    });

  test("uploads files and makes pictures and videos from them", async () => {
    writeFileSync(join(folder, "a.png"), picture("lime"));
    writeFileSync(join(folder, "b.png"), picture("brown"));
    const upload = await run("upload", "a.png", "b.png");
    expect(upload.code, upload.output).toBe(0);
    const ids = upload.stdout.trim().split("\n");
    expect(ids).toHaveLength(2);
    const image = await run(
      "image",
      "blend",
      "--count",
      "1",
      "--ref",
      "a.png",
      "--ref",
      ids[1] ?? "",
    );
    expect(image.code, image.output).toBe(0);
    expect(image.stdout).toMatch(/\.png\n$/);
    const video = await run("video", "walk", "--first", "a.png", "--last", "b.png");
    expect(video.code, video.output).toBe(0);
    expect(video.stdout).toMatch(/\.mp4\n$/);
    const missing = await run("image", "blend", "--ref", "nowhere.png");
    expect(missing.code).toBe(2);
    expect(missing.output).toMatch(/nowhere\.png/);
    writeFileSync(join(folder, "cut.png"), picture("lime").subarray(0, 60));
    const cut = await run("upload", "cut.png");
    expect(cut.code).toBe(2);
    expect(cut.output).toMatch(/cut short/);
  }, 120_000);
});
