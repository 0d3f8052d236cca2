// Tests how the account's live model list lies over the built-in one.

import { describe, expect, test } from "vitest";

import { models } from "../models/models.ts";
import { prepareRequest } from "../prepare/prepare.ts";
import {
  fixture,
  fixtureText,
  instantClock,
  scriptedFetch,
  testClient,
} from "../testing/client.ts";
import type { SeenRequest } from "../testing/client.ts";

const newKey = "high_aes_general_v60";

function liveUpstream() {
  const images = structuredClone(fixture("common_config_image").body);
  const [known] = images.data.model_list;
  images.data.model_list.push(
    {
      ...known,
      model_req_key: newKey,
      model_name: "图片 6.0",
      generate_count_options: [1, 2],
      default_generate_count: 2,
    },
    { model_req_key: "dreamina_image_lib_1", model_name: "Nano" },
    { model_name: "no key" },
    "garbage",
  );
  const videos = {
    ret: "0",
    data: {
      model_list: [
        {
          model_req_key: "dreamina_seedance_50_pro",
          model_name: "Seedance 3",
          commercial_config: { commerce_info_map: { basic: { benefit_type: "seedance_30" } } },
        },
      ],
    },
  };
  return scriptedFetch(({ url, body }: SeenRequest) => {
    if (url.pathname.endsWith("/video_generate/get_common_config")) {
      expect(body).toEqual({ scene: "generate_video", params: { needCache: true } });
      return new Response(JSON.stringify(videos));
    }
    if (url.pathname.endsWith("/get_common_config")) return new Response(JSON.stringify(images));
    return new Response(fixtureText("generate_ok_image"));
  });
}

describe("models.list", () => {
  test("lays the live list over the built-in one and forgets no model", async () => {
    const list = await testClient(liveUpstream()).models.list();
    expect(list.filter(({ notes }) => notes.includes("live list only"))).toHaveLength(2);
    const four = list.find((model) => model.id === "jimeng-4.0")!;
    expect(four).toMatchObject({
      name: "图片 4.0",
      resolutions: ["2k"],
      maxReferences: 10,
      status: "live",
      live: { resolutions: { region: "cn" }, counts: { region: "cn" } },
    });
    expect(four.sizes["2k"]!["21:9"]).toEqual({ width: 3024, height: 1296 });
    expect(list.find((model) => model.id === `jimeng:key/${newKey}`)).toMatchObject({
      kind: "image",
      name: "图片 6.0",
      modelKeys: { cn: newKey },
      counts: { default: 2, options: [1, 2] },
    });
    expect(list.find((model) => model.id === "jimeng:key/dreamina_seedance_50_pro")).toMatchObject({
      kind: "video",
      benefitType: { default: "seedance_30" },
      status: "experimental",
    });
    expect(list.find((model) => model.id === "nanobananapro")!.modelKeys.cn).toBe(
      "dreamina_image_lib_1",
    );
  });

  test("lets a new model work on the day it appears, by its live rules", async () => {
    const fetch = liveUpstream();
    const { models: live, generations } = testClient(fetch);
    const list = await live.list();
    await live.list();
    expect(fetch.seen).toHaveLength(2);
    const wanted = { kind: "image", model: `jimeng:key/${newKey}`, prompt: "cat" } as const;
    expect(prepareRequest(wanted, { region: "cn", models: list }).request).toMatchObject({
      count: 2,
      resolution: "2k",
    });
    expect(() => prepareRequest({ ...wanted, count: 3 }, { models: list })).toThrow(
      expect.objectContaining({ code: "invalid_request" }),
    );
    await generations.start(wanted);
    expect(fetch.seen.at(-1)!.body.extend.root_model).toBe(newKey);
  });

  test("is remembered for starts however old it is, and read again when asked for", async () => {
    const clock = instantClock();
    const fetch = liveUpstream();
    const { models: live } = testClient(fetch, { clock });
    expect(live.peek()).toEqual(models);
    const list = await live.list();
    await clock.sleep(24 * 3_600_000);
    expect(live.peek()).toBe(list);
    await live.list();
    expect(fetch.seen).toHaveLength(4);
  });

  test("keeps the built-in list where the live one says nothing", async () => {
    const list = await testClient(scriptedFetch('{"ret":"0","data":{}}')).models.list();
    expect(list).toEqual(models);
  });
});
