// Tests what a start needs to be accepted, what it answers and what it charges.

import { describe, expect, test } from "vitest";

import { createSimulator } from "./index.ts";
import { computeSign } from "./sign.ts";
import {
  call,
  fixture,
  generateBody,
  generatePath,
  historyPath,
  ManualTime,
  shapeOf,
  startForTests,
} from "./testing/simulator.ts";

const time = new ManualTime();
const simulator = await startForTests({ clock: time, timing: { jitter: false } });

const generate = (body: unknown, options = {}) => call(simulator.url, generatePath, body, options);

describe("an accepted start", () => {
  test("answers a text-to-image draft with the captured record, key for key", async () => {
    const { status, body } = await generate(generateBody("t2i"));
    expect(status).toBe(200);
    expect(shapeOf(body)).toEqual(shapeOf(fixture("generate_ok_image").body));
    expect(body.data.aigc_data.status).toBe(20);
    expect(body.data.aigc_data.history_record_id).toMatch(/^\d{14}$/);
  });

  test("answers a text-to-video draft with the captured record, key for key", async () => {
    const { body } = await generate(generateBody("t2v"));
    expect(shapeOf(body)).toEqual(shapeOf(fixture("generate_ok_video").body));
    expect(body.data.aigc_data.forecast_resolution).toEqual({ width: 1280, height: 720 });
  });

  test("echoes the draft with gen_type added and version set to the floor", async () => {
    const { body } = await generate(generateBody("t2i"));
    const echo = JSON.parse(body.data.aigc_data.draft_content);
    expect(echo.version).toBe("3.0.2");
    expect(echo.component_list[0].gen_type).toBe(1);
  });

  test("writes one accepted start with the charge and without the session", async () => {
    const sent = generateBody("t2i");
    await generate(sent);
    const [entry, ...others] = simulator.acceptedStarts();
    expect(others).toEqual([]);
    expect(entry).toMatchObject({ submit_id: sent.submit_id, kind: "image", charged: 8 });
    expect(JSON.stringify(simulator.acceptedStarts())).not.toContain("fake-session");
  });

  test("gives the same record to a second post of one submit id and charges once", async () => {
    const sent = generateBody("t2i");
    const first = await generate(sent);
    const second = await generate(sent);
    expect(second.body.data.aigc_data.history_record_id).toBe(
      first.body.data.aigc_data.history_record_id,
    );
    expect(simulator.acceptedStarts()).toHaveLength(1);
  });

  test("makes a second record of the same submit id when set so", async () => {
    const other = await createSimulator({ media: "blank", duplicateSubmit: "second-record" });
    const sent = generateBody("t2i");
    await call(other.url, generatePath, sent);
    await call(other.url, generatePath, sent);
    expect(other.acceptedStarts()).toHaveLength(2);
    await other.close();
  });

  test.each([
    ["beside the ability", (draft: any) => draft.component_list[0].abilities, 1],
    ["inside the ability", (draft: any) => draft.component_list[0].abilities.generate, 4],
    ["at the component", (draft: any) => draft.component_list[0], 4],
  ])("honours gen_count only where the upstream does: %s", async (_where, place, charged) => {
    await generate(
      generateBody("t2i", (draft) => {
        place(draft).gen_option = { type: "", id: "g", generate_all: false, gen_count: 1 };
      }),
    );
    expect(simulator.acceptedStarts()[0]!.charged).toBe(charged * 2);
  });

  test("always makes four with a model that offers nothing else", async () => {
    await generate(
      generateBody("t2i", (draft, body) => {
        const abilities = draft.component_list[0].abilities;
        body.extend.root_model = "high_aes_general_v30l:general_v3.0_18b";
        abilities.generate.core_param.model = body.extend.root_model;
        abilities.gen_option = { gen_count: 1 };
      }),
    );
    expect(simulator.acceptedStarts()[0]!.charged).toBe(8);
  });

  test.each([1, 8, 101, 108])("takes ratio code %i, as 4k clients send", async (ratio) => {
    const { body } = await generate(
      generateBody("t2i", (draft) => {
        const core = draft.component_list[0].abilities.generate.core_param;
        core.image_ratio = ratio;
        core.large_image_info = { width: 4096, height: 4096, resolution_type: "4k" };
      }),
    );
    expect(body.ret).toBe("0");
  });
});

describe("the size of a picture", () => {
  const poll = (id: string, options: object) =>
    call(simulator.url, historyPath, { history_ids: [id] }, options);
  const sizeAndCharge = async (
    sent: { width: number; height: number; resolution_type?: string },
    { model = "high_aes_general_v40", options = {}, aid = 513695 } = {},
  ): Promise<number[]> => {
    const { body } = await generate(
      generateBody("t2i", (draft, request) => {
        const { core_param: core } = draft.component_list[0].abilities.generate;
        core.model = request.extend.root_model = model;
        core.large_image_info = sent;
        request.http_common_info.aid = aid;
      }),
      options,
    );
    time.tick(60_000);
    const id = body.data.aigc_data.history_record_id;
    const [item] = (await poll(id, options)).body.data[id].item_list;
    const { width, height } = item.image.large_images[0];
    return [width, height, simulator.acceptedStarts().at(-1)!.charged];
  };

  test.each([
    ["1024x1024 with 2k", { width: 1024, height: 1024, resolution_type: "2k" }, [2048, 2048, 8]],
    ["2048x2048 with 1k", { width: 2048, height: 2048, resolution_type: "1k" }, [1024, 1024, 4]],
    ["576x1024 with 4k", { width: 576, height: 1024, resolution_type: "4k" }, [3040, 5404, 16]],
    ["1500x2000 with 2k", { width: 1500, height: 2000, resolution_type: "2k" }, [1500, 2000, 8]],
    ["1300x1300 with none", { width: 1300, height: 1300 }, [1300, 1300, 4]],
  ])("is that of its resolution type: %s", async (_what, sent, expected) => {
    expect(await sizeAndCharge(sent)).toEqual(expected);
  });

  test("stays as sent with nanobanana alone, which takes 2k for 1024x1024 in the US", async () => {
    const model = "external_model_gemini_flash_image_v25";
    const aid = 513641;
    const options = { session: "fake-us", region: "US", aid };
    const sent = { width: 1024, height: 1024, resolution_type: "2k" };
    const [width, height] = await sizeAndCharge(sent, { model, options, aid });
    expect([width, height]).toEqual([1024, 1024]);
  });
});

describe("a start in the US", () => {
  const us = { session: "fake-us", region: "US", aid: 513641 };
  const abroad = (_draft: any, body: any) => (body.http_common_info.aid = 513641);

  test("makes two pictures when nothing says how many, and as many as gen_count says", async () => {
    await generate(generateBody("t2i", abroad), us);
    await generate(
      generateBody("t2i", (draft, body) => {
        abroad(draft, body);
        draft.component_list[0].abilities.gen_option = { gen_count: 3 };
      }),
      us,
    );
    expect(simulator.acceptedStarts().map(({ charged }) => charged)).toEqual([4, 6]);
  });

  test("of a video is not paid by gifts, as one live account was told with 1006", async () => {
    simulator.setAccount({ session: "fake-us", region: "us", credits: { gift: 500 } });
    const { body } = await generate(generateBody("t2v", abroad), us);
    expect(body.ret).toBe("1006");
    expect((await generate(generateBody("t2i", abroad), us)).body.ret).toBe("0");
    simulator.setAccount({ session: "fake-us", credits: { gift: 500, purchase: 10 } });
    expect((await generate(generateBody("t2v", abroad), us)).body.ret).toBe("0");
    expect(simulator.accounts()[0]?.credits).toMatchObject({ gift: 500, purchase: 0 });
  });

  test("from a program is answered -6 where that is set, and one from a page is taken", async () => {
    const guarded = await createSimulator({ media: "blank", refusesProgramsIn: ["us"] });
    const start = (options: object) =>
      call(guarded.url, generatePath, generateBody("t2i", abroad), { ...us, ...options });
    const refused = await start({});
    expect(refused.body).toMatchObject({ ret: "-6", errmsg: "shark not pass reject" });
    expect(guarded.acceptedStarts()).toEqual([]);
    const query = { msToken: "fake", "X-Bogus": "fake" };
    const page = await start({ query, headers: { "x-gnarly": "fake" } });
    expect(page.body.ret).toBe("0");
    const read = await call(guarded.url, historyPath, { history_ids: ["1"] }, us);
    expect(read.body.ret).toBe("0");
    const sg = { session: "fake-sg", region: "SG", aid: 513641 };
    const elsewhere = await call(guarded.url, generatePath, generateBody("t2i", abroad), sg);
    expect(elsewhere.body.ret).toBe("0");
    await guarded.close();
  });
});

describe("a tolerated start", () => {
  test("has a submit id that is no UUID, no aid in its body, or no metrics, as some clients send it", async () => {
    const sent = generateBody("t2i", (_draft, body) => {
      body.http_common_info.aid = 0;
      body.metrics_extra = null;
    });
    const { body } = await generate({ ...sent, submit_id: "submit_id_string" });
    expect(body.ret).toBe("0");
    expect(body.data.aigc_data.submit_id).toBe("submit_id_string");
  });

  test("names no resolution type, as older clients do, and is priced by its pixels", async () => {
    await generate(
      generateBody("t2i", (draft) => {
        const core = draft.component_list[0].abilities.generate.core_param;
        core.large_image_info = { width: 1024, height: 1024 };
      }),
    );
    expect(simulator.acceptedStarts()[0]!.charged).toBe(4);
  });

  test("comes through a relay with a path prefix", async () => {
    const relay = `${simulator.url}/dreamina/us`;
    const { body } = await call(relay, generatePath, generateBody("t2i"));
    expect(body.ret).toBe("0");
  });
});

describe("a refused start", () => {
  const core = (draft: any) => draft.component_list[0].abilities.generate.core_param;
  const wrong: Array<[what: string, edit: (draft: any, body: any) => void]> = [
    ["prompt as a number", (draft) => (core(draft).prompt = 7)],
    ["empty prompt", (draft) => (core(draft).prompt = "  ")],
    ["seed as a text", (draft) => (core(draft).seed = "1")],
    ["width as a text", (draft) => (core(draft).large_image_info.width = "2048")],
    ["no large_image_info", (draft) => delete core(draft).large_image_info],
    ["no image_ratio", (draft) => delete core(draft).image_ratio],
    ["unknown resolution type", (draft) => (core(draft).large_image_info.resolution_type = "3k")],
    ["unknown model", (draft) => (core(draft).model = "no_such_model")],
    ["video model in an image draft", (draft) => (core(draft).model = "dreamina_seedance_40")],
    ["unknown root model", (_draft, body) => (body.extend.root_model = "no_such_model")],
    ["no root model", (_draft, body) => (body.extend = {})],
    ["empty submit id", (_draft, body) => (body.submit_id = "")],
    ["metrics_extra as an object", (_draft, body) => (body.metrics_extra = {})],
    ["aid of another region", (_draft, body) => (body.http_common_info.aid = 513641)],
    ["main component that is not there", (draft) => (draft.main_component_id = "x")],
    ["draft of another type", (draft) => (draft.type = "template")],
    ["no components", (draft) => (draft.component_list = [])],
    ["unknown component type", (draft) => (draft.component_list[0].type = "x_base_component")],
    ["unknown generate type", (draft) => (draft.component_list[0].generate_type = "dream")],
    [
      "gen_count beyond the model",
      (draft) => (draft.component_list[0].abilities.gen_option = { gen_count: 9 }),
    ],
  ];

  test.each(wrong)("answers 1000 to %s and charges nothing", async (_what, edit) => {
    const { status, body } = await generate(generateBody("t2i", edit));
    expect(status).toBe(200);
    const expected = fixture("generate_error_1000_invalid_parameter").body;
    expect(shapeOf(body)).toEqual(shapeOf(expected));
    expect(body.ret).toBe("1000");
    expect(simulator.acceptedStarts()).toEqual([]);
  });

  test("answers 1002 when draft_content is an object or no JSON", async () => {
    const { _draft: draft } = fixture("requests/t2i");
    const asObject = { ...generateBody("t2i"), draft_content: draft as unknown };
    expect((await generate(asObject)).body.ret).toBe("1002");
    const broken = { ...generateBody("t2i"), draft_content: "{" };
    expect((await generate(broken)).body.ret).toBe("1002");
  });

  test("answers 1014 without a Sign or with a wrong one, and takes both in lax mode", async () => {
    expect((await generate(generateBody("t2i"), { sign: null })).body.ret).toBe("1014");
    expect((await generate(generateBody("t2i"), { sign: "0".repeat(32) })).body.ret).toBe("1014");
    const lax = await createSimulator({ strict: false, media: "blank" });
    const { body } = await call(lax.url, generatePath, generateBody("t2i"), { sign: null });
    expect(body.ret).toBe("0");
    expect(lax.requests()[0]).toMatchObject({ endpoint: "generate", sign: "missing" });
    await lax.close();
  });

  test("answers 1015 without a session, with the captured body", async () => {
    const { body } = await generate(generateBody("t2i"), { session: null });
    expect(shapeOf(body)).toEqual(shapeOf(fixture("generate_error_1015_login").body));
    expect(body.ret).toBe("1015");
  });

  test("answers 1000 when aid and region do not belong together", async () => {
    const { body } = await generate(generateBody("t2i"), { region: "US", aid: 513695 });
    expect(body.ret).toBe("1000");
  });

  test("answers 3018 to a model the region does not offer", async () => {
    const abroad = (draft: any, body: any) => {
      body.http_common_info.aid = 513641;
      core(draft).model = body.extend.root_model = "high_aes_general_v21_L:general_v2.1_L";
    };
    const { body } = await generate(generateBody("t2i", abroad), { region: "US", aid: 513641 });
    expect(shapeOf(body)).toEqual(shapeOf(fixture("generate_error_3018_permission").body));
    expect(body.ret).toBe("3018");
  });

  test("answers 3018 to an outdated version in Asia only", async () => {
    const abroad = (_draft: any, body: any) => (body.http_common_info.aid = 513641);
    const path = { region: "SG", aid: 513641, headers: { appvr: "5.8.0" }, sign: "" };
    const sign = computeSign({
      path: generatePath,
      platform: "7",
      versionCode: "5.8.0",
      deviceTime: "1700000000",
      deviceId: "",
    });
    const asia = await generate(generateBody("t2i", abroad), { ...path, sign });
    expect(asia.body.ret).toBe("3018");
    const cn = await generate(generateBody("t2i"), {
      headers: { appvr: "5.8.0" },
      sign,
      session: "fake-b",
    });
    expect(cn.body.ret).toBe("0");
  });

  test("answers 1006 in the site's language when the credits do not suffice", async () => {
    simulator.setAccount({ session: "fake-poor", credits: { gift: 3 } });
    const { body } = await generate(generateBody("t2i"), { session: "fake-poor" });
    const expected = fixture("generate_error_1006_credits").body;
    expect(body).toEqual({ ...expected, systime: body.systime, logid: body.logid });
    expect(simulator.acceptedStarts()).toEqual([]);
  });

  test("answers 1000 to a body that is no JSON object", async () => {
    expect((await generate(null, { raw: "" })).body.ret).toBe("1000");
    expect((await generate(null, { raw: "[]" })).body.ret).toBe("1000");
    expect((await generate(null, { raw: "{" })).body.ret).toBe("1000");
  });
});
