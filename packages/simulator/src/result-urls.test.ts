// Tests that existing clients, which know a result by its host, find the results of the simulator.

import { request as httpRequest } from "node:http";

import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { createSimulator } from "./index.ts";
import type { Simulator } from "./index.ts";
import { call, generateBody, generatePath, historyPath } from "./testing/simulator.ts";
import type { CallOptions } from "./testing/simulator.ts";

const itemListPath = "/mweb/v1/get_local_item_list";
const international = 513641;

let plain: Simulator;
let blank: Simulator;
beforeAll(async () => {
  // What a user gets who sets nothing.
  plain = await createSimulator();
  blank = await createSimulator({ media: "blank" });
});
afterAll(async () => {
  await plain.close();
  await blank.close();
});

/** Starts a generation as a client does and gives the history's answers before and after its end as text. */
async function generate(
  simulator: Simulator,
  name: "t2i" | "t2v",
  options: CallOptions = {},
): Promise<{ early: string; done: string; itemId: string }> {
  const sent = generateBody(name, (_draft, body) => {
    if (options.aid !== undefined) body.http_common_info = { aid: options.aid };
  });
  const started = await call(simulator.url, generatePath, sent, options);
  expect(started.body.ret).toBe("0");
  const id = started.body.data.aigc_data.history_record_id as string;
  const ask = async () =>
    (await call(simulator.url, historyPath, { history_ids: [id] }, options)).body;
  const early = JSON.stringify(await ask());
  simulator.advance(60_000);
  const answer = await ask();
  const itemId = answer.data[id].item_list[0].common_attr.id as string;
  return { early, done: JSON.stringify(answer), itemId };
}

async function typeOf(url: string | undefined): Promise<string | null> {
  const response = await fetch(url ?? "", { method: "HEAD" });
  expect(response.status).toBe(200);
  return response.headers.get("content-type");
}

describe("a client that searches the history's text for its video", () => {
  test.each([
    ["any URL that contains vod", /https?:\/\/[^"\s\\]*vod[^"\s\\]*/],
    ["the host of video previews", /https?:\/\/[^"\s\\]*v[0-9]+-artist\.vlabvod\.com\/[^"\s\\]+/],
  ])("finds and loads it by %s, and finds none before it is done", async (_what, pattern) => {
    const { early, done } = await generate(plain, "t2v");
    expect(pattern.exec(early)).toBeNull();
    expect(await typeOf(pattern.exec(done)?.[0])).toBe("video/mp4");
  });

  test("finds the real file by the host of downloads", async () => {
    const { itemId } = await generate(plain, "t2v");
    const wanted = { item_id_list: [itemId], is_for_video_download: true };
    const { body } = await call(plain.url, itemListPath, wanted);
    const found = /https?:\/\/[^"\s\\]*v[0-9]+-dreamnia\.jimeng\.com\/[^"\s\\]+/.exec(
      JSON.stringify(body),
    );
    expect(await typeOf(found?.[0])).toBe("video/mp4");
  });
});

describe("results", () => {
  test.each([
    ["cn", 513695, /\/p[0-9]+-dreamina-sign\.byteimg\.com\/tos-cn-i-tb4s082cfz\//],
    [
      "us",
      international,
      /\/p[0-9]+-dreamina-sign-useast5\.capcutcdn-us\.com\/tos-alisg-i-wopfjsm1ax-sg\//,
    ],
    ["sg", international, /\/p[0-9]+-dreamina-sign-sg\.ibyteimg\.com\/tos-alisg-i-wopfjsm1ax-sg\//],
  ])("of %s have the site's host of pictures", async (region, aid, pattern) => {
    const session = `fake-pictures-${region}`;
    const { done } = await generate(blank, "t2i", { region, aid, session });
    const urls: string[] = done.match(/https?:\/\/[^"\s\\]*~tplv[^"\s\\]*/g) ?? [];
    expect(urls.length).toBeGreaterThan(4);
    expect(urls.filter((url) => !pattern.test(url))).toEqual([]);
    expect(await typeOf(urls[0])).toMatch(/^image\//);
  });

  test.each([
    ["cn", 513695, "v3-artist.vlabvod.com", "cn/tos-cn-v-148450", "4066"],
    [
      "us",
      international,
      "v19-dreamina.capcutcdn-us.com",
      "useast5/tos-useast5-ve-14178-tx",
      "513641",
    ],
    ["jp", international, "v16-cc.capcut.com", "alisg/tos-alisg-ve-14178-sg", "513641"],
  ])("of %s have the site's host and path of videos", async (region, aid, host, folder, app) => {
    const session = `fake-videos-${region}`;
    const { done } = await generate(blank, "t2v", { region, aid, session });
    const form = `${blank.url}/${host}/[0-9a-f]{32}/[0-9a-f]{8}/video/tos/${folder}/[^"]*`;
    const url = new RegExp(form).exec(done)?.[0];
    expect(new URL(url ?? "").searchParams.get("a")).toBe(app);
    expect(await typeOf(url)).toBe("video/mp4");
  });

  test("carry the site's own hosts when that is asked for, and are served under them", async () => {
    const real = await createSimulator({ media: "blank", resultHosts: "real" });
    const { done } = await generate(real, "t2v");
    const found = /https:\/\/v[0-9]+-artist\.vlabvod\.com(\/[^"\s\\]+)/.exec(done);
    const status = await new Promise((resolve, reject) => {
      // What a hosts file or a proxy makes of the URL: the same path and Host, at this server's address.
      const headers = { host: "v3-artist.vlabvod.com" };
      const sending = httpRequest(`${real.url}${found?.[1]}`, { method: "HEAD", headers });
      sending.once("response", (answer) => resolve(answer.statusCode));
      sending.once("error", reject);
      sending.end();
    });
    expect(status).toBe(200);
    expect(done).toMatch(/"https:\/\/p3-dreamina-sign\.byteimg\.com\/tos-cn-i-/);
    expect(done).not.toContain("127.0.0.1");
    await real.close();
  });
});
