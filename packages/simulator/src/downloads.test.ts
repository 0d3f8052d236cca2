// Tests result files: real pictures and videos of the right size, signed URLs, Range, expiry.

import { loadImage } from "@napi-rs/canvas";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { createSimulator } from "./index.ts";
import type { Simulator } from "./index.ts";
import { readMp4 } from "./media/mp4-info.ts";
import { call, generateBody, generatePath, historyPath, ManualTime } from "./testing/simulator.ts";

const hourMs = 3_600_000;
const time = new ManualTime();
let drawn: Simulator;
let blank: Simulator;

beforeAll(async () => {
  drawn = await createSimulator({ clock: time });
  blank = await createSimulator({ clock: time, media: "blank" });
});
afterAll(async () => {
  await drawn.close();
  await blank.close();
});

async function finish(
  simulator: Simulator,
  name: string,
  edit?: (draft: any) => void,
): Promise<any> {
  const sent = generateBody(name, edit);
  await call(simulator.url, generatePath, sent);
  simulator.advance(60_000);
  const { body } = await call(simulator.url, historyPath, {
    submit_ids: [sent.submit_id],
  });
  return body.data[sent.submit_id];
}

function sized(width: number, height: number, resolution: string) {
  return (draft: any) => {
    const core = draft.component_list[0].abilities.generate.core_param;
    core.prompt = "一只可爱的猫咪在花园里玩耍";
    core.large_image_info = { width, height, resolution_type: resolution };
  };
}

async function bytesOf(url: string): Promise<Buffer> {
  const response = await fetch(url);
  expect(response.status).toBe(200);
  return Buffer.from(await response.arrayBuffer());
}

const mainUrl = (item: any): string => item.image.large_images[0].image_url;
const videoUrl = (item: any): string => item.video.transcoded_video.origin.video_url;

describe("a picture", () => {
  test("is a decodable PNG of exactly the asked size, drawn or blank, and never the same twice", async () => {
    for (const simulator of [drawn, blank]) {
      const record = await finish(simulator, "t2i", sized(1195, 512, "1k"));
      const files = await Promise.all(record.item_list.map((item: any) => bytesOf(mainUrl(item))));
      for (const file of files) {
        const image = await loadImage(file);
        expect([image.width, image.height]).toEqual([1195, 512]);
      }
      if (simulator === drawn) expect(new Set(files.map((file) => file.length)).size).toBe(4);
    }
  });

  test("is served scaled, as webp and jpeg too", async () => {
    const record = await finish(drawn, "t2i", sized(1024, 576, "1k"));
    const { cover_url_map: covers, cover_url: cover } = record.item_list[0].common_attr;
    const small = await loadImage(await bytesOf(covers["360"]));
    expect([small.width, small.height]).toEqual([360, 203]);
    const crop = await loadImage(await bytesOf(covers["smart_crop-w:360-h:360"]));
    expect([crop.width, crop.height]).toEqual([360, 360]);
    const full = await bytesOf(cover);
    expect(full.toString("latin1", 8, 12)).toBe("WEBP");
  });

  test("costs next to nothing when blank: a 2k picture is small", async () => {
    const record = await finish(blank, "t2i", sized(2048, 2048, "2k"));
    expect((await bytesOf(mainUrl(record.item_list[0]))).length).toBeLessThan(8192);
  });
});

describe("a video", () => {
  test("is an H.264 MP4 of the right size and length, drawn or blank", async () => {
    for (const simulator of [drawn, blank]) {
      const record = await finish(simulator, "t2v", (draft) => {
        const parameters = draft.component_list[0].abilities.gen_video.text_to_video_params;
        parameters.video_aspect_ratio = "1:1";
        parameters.video_gen_inputs[0].resolution = "720p";
      });
      const file = await bytesOf(videoUrl(record.item_list[0]));
      expect(readMp4(file)).toEqual({ width: 720, height: 720, durationMs: 5000 });
      expect(file.includes("avc1")).toBe(true);
    }
  });

  test("answers HEAD and ranges", async () => {
    const record = await finish(blank, "t2v");
    const url = videoUrl(record.item_list[0]);
    const whole = await bytesOf(url);
    const head = await fetch(url, { method: "HEAD" });
    expect(head.headers.get("content-length")).toBe(String(whole.length));
    expect(head.headers.get("content-type")).toBe("video/mp4");
    const part = await fetch(url, { headers: { range: "bytes=4-7" } });
    expect(part.status).toBe(206);
    expect(part.headers.get("content-range")).toBe(`bytes 4-7/${whole.length}`);
    expect(await part.text()).toBe("ftyp");
    const tail = await fetch(url, { headers: { range: "bytes=-3" } });
    expect((await tail.arrayBuffer()).byteLength).toBe(3);
    const beyond = await fetch(url, { headers: { range: `bytes=${whole.length}-` } });
    expect(beyond.status).toBe(416);
  });
});

describe("a signed URL", () => {
  test("dies after an hour of simulated time, and a new poll gives a new one", async () => {
    for (const [name, read] of [["t2i", mainUrl] as const, ["t2v", videoUrl] as const]) {
      const record = await finish(blank, name);
      const url = read(record.item_list[0]);
      blank.advance(hourMs - 1000);
      await bytesOf(url);
      blank.advance(1000);
      expect((await fetch(url)).status).toBe(403);
      const { body } = await call(blank.url, historyPath, {
        history_ids: [record.history_record_id],
      });
      await bytesOf(read(body.data[record.history_record_id].item_list[0]));
    }
  });

  test("is refused when its signature, its end or its file was changed", async () => {
    const record = await finish(blank, "t2i");
    const url = new URL(mainUrl(record.item_list[0]));
    const other = new URL(mainUrl(record.item_list[1]));
    const later = new URL(url);
    later.searchParams.set("x-expires", "4000000000");
    const swapped = new URL(url);
    swapped.pathname = other.pathname;
    const bare = new URL(url.pathname, url);
    for (const bad of [later, swapped, bare]) expect((await fetch(bad)).status).toBe(403);
    expect((await fetch(`${blank.url}/tos-cn-i-x/nothing`)).status).toBe(404);
  });
});
