// The promise of the first page: a prompt in, pictures and a video out, over real HTTP between the real command, the
// gateway and the simulator.
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { tellNotRun } from "../not-run.ts";
import { decodePicture, decodeVideo, findFfmpeg } from "./media.ts";
import {
  getJson,
  type Process,
  postJson,
  runCommand,
  scratchFolder,
  startGateway,
  until,
} from "./processes.ts";

const scratch = scratchFolder();
const output = scratchFolder();
const ffmpeg = findFfmpeg();
let gateway: Process;

beforeAll(async () => {
  gateway = await startGateway(scratch.path);
});

afterAll(async () => {
  await gateway?.stop();
  scratch.remove();
  output.remove();
});

describe("a prompt becomes pictures", () => {
  test("the README's curl yields one picture of exactly the asked size at a stable URL", async () => {
    const answer = await postJson(`${gateway.url}/v1/images/generations`, {
      model: "jimeng-4.0",
      prompt: "一只可爱的猫咪在花园里玩耍",
      ratio: "16:9",
      resolution: "2k",
    });
    expect(answer.status, JSON.stringify(answer.body)).toBe(200);
    expect(answer.body.data).toHaveLength(1);
    const picture = await fetch(answer.body.data[0].url);
    expect(picture.status).toBe(200);
    expect(picture.headers.get("content-type")).toBe("image/png");
    expect(picture.headers.get("x-content-type-options")).toBe("nosniff");
    const bytes = new Uint8Array(await picture.arrayBuffer());
    expect(await decodePicture(bytes)).toEqual({ width: 2560, height: 1440 });
  });

  test("b64_json and n are honoured: three pictures, each decodable, each another", async () => {
    const answer = await postJson(`${gateway.url}/v1/images/generations`, {
      model: "jimeng-4.0",
      prompt: "a red boat",
      n: 3,
      size: "1024x1024",
      response_format: "b64_json",
    });
    expect(answer.status, JSON.stringify(answer.body)).toBe(200);
    const pictures = answer.body.data.map((item: { b64_json: string }) => item.b64_json);
    expect(new Set(pictures).size).toBe(3);
    for (const picture of pictures) {
      expect(await decodePicture(Buffer.from(picture, "base64"))).toEqual({
        width: 1024,
        height: 1024,
      });
    }
  });

  test("a model that only makes four answers with the one that was asked for and keeps the others", async () => {
    const answer = await postJson(`${gateway.url}/v1/images/generations`, {
      model: "jimeng-3.0",
      prompt: "a blue door",
    });
    expect(answer.status, JSON.stringify(answer.body)).toBe(200);
    expect(answer.body.data).toHaveLength(1);
    const jobId = answer.headers.get("x-jimeng-job");
    const job = await getJson(`${gateway.url}/v1/jobs/${jobId}`);
    expect(job.result.assets).toHaveLength(4);
    expect(job.warnings.map((warning: { code: string }) => warning.code)).toContain("extra_images");
  });

  test("jimeng image shows the saved files' paths, and they decode at the asked size", async () => {
    const result = await runCommand(
      ["image", "一只可爱的猫咪在花园里玩耍", "--ratio", "9:16", "--output", output.path],
      { JIMENG_DATA_DIR: scratch.path },
    );
    expect(result.code, result.output).toBe(0);
    const paths = result.stdout.trim().split("\n");
    expect(paths.length).toBeGreaterThanOrEqual(1);
    for (const path of paths) {
      expect(await decodePicture(readFileSync(path))).toEqual({ width: 1440, height: 2560 });
    }
  });
});

describe("a prompt becomes a video", () => {
  const decoded = "the video is a playable MP4 of the asked size and duration";
  if (ffmpeg === undefined) tellNotRun(decoded, "no ffmpeg on this machine");

  test("POST /v1/videos answers at once, the video is ready later and served with ranges", async () => {
    const created = await postJson(`${gateway.url}/v1/videos`, {
      model: "jimeng-video-3.0",
      prompt: "夕阳下的海滩，海浪轻柔地拍打着沙滩",
      seconds: "5",
      size: "1280x720",
    });
    expect(created.status, JSON.stringify(created.body)).toBe(200);
    expect(created.body).toMatchObject({ object: "video", error: null });
    const video = await until(
      "the video",
      async () => {
        const now = await getJson(`${gateway.url}/v1/videos/${created.body.id}`);
        return now.status === "completed" || now.status === "failed" ? now : undefined;
      },
      60_000,
    );
    expect(video).toMatchObject({ status: "completed", progress: 100, error: null });
    const content = await fetch(`${gateway.url}/v1/videos/${created.body.id}/content`);
    expect(content.headers.get("content-type")).toBe("video/mp4");
    const bytes = Buffer.from(await content.arrayBuffer());
    writeFileSync(join(output.path, "video.mp4"), bytes);
    const part = await fetch(`${gateway.url}/v1/videos/${created.body.id}/content`, {
      headers: { range: "bytes=4-7" },
    });
    expect(part.status).toBe(206);
    expect(await part.text()).toBe("ftyp");
  }, 90_000);

  test.runIf(ffmpeg !== undefined)(decoded, () => {
    const file = join(output.path, "video.mp4");
    const video = decodeVideo(ffmpeg!, file);
    expect(video).toMatchObject({ codec: "h264", width: 1280, height: 720 });
    expect(video.seconds).toBeCloseTo(5, 0);
    expect(video.frames).toBeGreaterThan(10);
  });

  test("jimeng video saves one MP4", async () => {
    const folder = scratchFolder();
    const result = await runCommand(
      ["video", "夕阳下的海滩", "--model", "jimeng-video-3.0", "--output", folder.path],
      { JIMENG_DATA_DIR: scratch.path },
    );
    expect(result.code, result.output).toBe(0);
    expect(readdirSync(folder.path)).toHaveLength(1);
    expect(result.stdout.trim()).toMatch(/\.mp4$/);
    folder.remove();
  }, 90_000);
});
