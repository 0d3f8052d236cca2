// Tests every kind of image draft and the drafts that no page knows: references, sequences, models, any value.

import { randomUUID } from "node:crypto";

import fc from "fast-check";
import { describe, expect, test } from "vitest";

import { imageModels } from "./models/image-models.ts";
import { legacySizes1k, liveSizes2k, liveSizes4k, smallSizes1k } from "./models/sizes.ts";
import { regions } from "./regions.ts";
import { withUploads } from "./testing/drafts.ts";
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
const simulator = await startForTests({
  clock: time,
  timing: { jitter: false, imageMs: 10_000, visibleAfterMs: 0 },
});

const generate = (body: unknown, options = {}) => call(simulator.url, generatePath, body, options);

describe("references", () => {
  test.each([
    ["blend_1_image", 12, 1],
    ["blend_3_images", 12, 3],
    ["first_frame_video", 10, 1],
    ["first_last_frame_video", 10, 2],
    ["subject_reference_video", 10, 2],
    ["multi_frame_video", 10, 2],
    ["omni_reference_video", 10, 1],
  ])("of %s are accepted when this account committed them", async (name, type, images) => {
    const { body } = await generate(await withUploads(simulator, name));
    expect(body.ret).toBe("0");
    expect(body.data.aigc_data.generate_type).toBe(type);
    expect(body.data.aigc_data.resources).toHaveLength(images);
    if (type === 12) {
      expect(shapeOf(body)).toEqual(shapeOf(fixture("generate_ok_blend").body));
      expect(body.data.aigc_data.resources[0].image_info.width).toBe(768);
    }
  });

  test.each(["blend_1_image", "first_frame_video", "omni_reference_video"])(
    "of %s are refused with 1000 when never uploaded, or another account's",
    async (name) => {
      expect((await generate(generateBody(name))).body.ret).toBe("1000");
      const others = await withUploads(simulator, name);
      expect((await generate(others, { session: "fake-other" })).body.ret).toBe("1000");
    },
  );

  test("decide the size of a video instead of its ratio", async () => {
    const { body } = await generate(await withUploads(simulator, "first_frame_video"));
    const { width, height } = body.data.aigc_data.forecast_resolution;
    expect(width / height).toBeCloseTo(3 / 4, 1);
  });

  test("of a blend need no ##, as one client whose blends work on the site sends none", async () => {
    const unmarked = await withUploads(simulator, "blend_1_image", (draft) => {
      draft.component_list[0].abilities.blend.core_param.prompt = "no mark";
    });
    expect((await generate(unmarked)).body.ret).toBe("0");
  });

  test("of a blend number ten at most, and agree between the lists", async () => {
    const blend = (draft: any) => draft.component_list[0].abilities.blend;
    const eleven = await withUploads(simulator, "blend_1_image", (draft) => {
      const [ability] = blend(draft).ability_list;
      blend(draft).ability_list = Array.from({ length: 11 }, () => ability);
    });
    expect((await generate(eleven)).body.ret).toBe("1000");
    const other = await withUploads(simulator, "blend_1_image", (draft) => {
      blend(draft).ability_list[0].image_uri_list = ["tos-cn-i-tb4s082cfz/other"];
    });
    expect((await generate(other)).body.ret).toBe("1000");
    const dangling = await withUploads(simulator, "blend_1_image", (draft) => {
      blend(draft).prompt_placeholder_info_list[0].ability_index = 1;
    });
    expect((await generate(dangling)).body.ret).toBe("1000");
  });

  test("may be an earlier result of the account", async () => {
    const first = generateBody("t2i");
    await generate(first);
    simulator.advance(60_000);
    const { body } = await call(simulator.url, historyPath, { submit_ids: [first.submit_id] });
    const uri = body.data[first.submit_id].item_list[0].image.large_images[0].image_uri;
    const again = generateBody("blend_1_image", (draft) => {
      const [ability] = draft.component_list[0].abilities.blend.ability_list;
      ability.image_uri_list = [uri];
      ability.image_list[0].image_uri = uri;
    });
    expect((await generate(again)).body.ret).toBe("0");
  });
});

describe("a sequence", () => {
  const asking = (draft: any) => {
    draft.component_list[0].abilities.generate.core_param.prompt = "同一只猫的8张分镜";
  };
  const poll = async (id: string) =>
    (await call(simulator.url, historyPath, { history_ids: [id] })).body.data[id];

  test("shows four images at 45, waits for action 2, and then has them all in the same record", async () => {
    const sent = generateBody("continue_generation", (draft, body) => {
      asking(draft);
      delete body.action;
      delete body.history_id;
    });
    const { body } = await generate(sent);
    const id = body.data.aigc_data.history_record_id;
    time.tick(10_000);
    const waiting = await poll(id);
    const expected: any = Object.values(fixture("history_multi_image_needs_continue").body.data)[0];
    expect(shapeOf(waiting)).toEqual(shapeOf(expected));
    expect([waiting.status, waiting.total_image_count, waiting.finished_image_count]).toEqual([
      45, 8, 4,
    ]);
    expect(waiting.item_list).toHaveLength(4);
    const more = { ...sent, action: 2, history_id: id };
    const again = await generate(more);
    expect(again.body.data.aigc_data.history_record_id).toBe(id);
    await generate(more);
    time.tick(10_000);
    const done = await poll(id);
    expect([done.status, done.total_image_count, done.finished_image_count]).toEqual([50, 8, 8]);
    expect(done.item_list).toHaveLength(8);
    expect(simulator.acceptedStarts().map((entry) => entry.charged)).toEqual([8, 8]);
    const last = done.item_list[7].image.large_images[0].image_url;
    expect((await fetch(last)).status).toBe(200);
  });

  test("is not begun when gen_count says how many", async () => {
    const sent = generateBody("t2i", (draft) => {
      asking(draft);
      draft.component_list[0].abilities.gen_option = { gen_count: 2 };
    });
    const { body } = await generate(sent);
    time.tick(10_000);
    expect((await poll(body.data.aigc_data.history_record_id)).item_list).toHaveLength(2);
  });

  test("cannot be continued by a stranger", async () => {
    const { body } = await generate(generateBody("t2i"));
    const id = body.data.aigc_data.history_record_id;
    const more = { ...generateBody("t2i"), action: 2, history_id: id };
    expect((await generate(more, { session: "fake-stranger" })).body.ret).toBe("1000");
  });
});

describe("every model", () => {
  test("is accepted in each of its regions, with every size of its tables", async () => {
    const tables: Record<string, Array<typeof smallSizes1k>> = {
      "1k": [smallSizes1k, legacySizes1k],
      "2k": [liveSizes2k],
      "4k": [liveSizes4k],
    };
    for (const model of imageModels) {
      for (const region of model.regions) {
        const aid = regions[region].aid;
        const options = { session: `fake-${region}`, region: region.toUpperCase(), aid };
        for (const resolution of model.resolutions) {
          for (const table of tables[resolution] ?? []) {
            const [code, [width, height]] = Object.entries(table)[0]!;
            const sent = generateBody("t2i", (draft, body) => {
              body.extend.root_model = model.key;
              body.http_common_info.aid = aid;
              Object.assign(draft.component_list[0].abilities.generate.core_param, {
                model: model.key,
                image_ratio: Number(code),
                large_image_info: { width, height, resolution_type: resolution },
              });
            });
            expect((await generate(sent, options)).body.ret).toBe("0");
          }
        }
      }
    }
  });
});

describe("any draft at all", () => {
  test("is answered with a ret and HTTP 200, never with a crash", async () => {
    await fc.assert(
      fc.asyncProperty(fc.jsonValue({ maxDepth: 4 }), async (value) => {
        const { status, body } = await generate({
          extend: { root_model: "high_aes_general_v40" },
          submit_id: randomUUID(),
          draft_content: JSON.stringify(value),
        });
        expect(status).toBe(200);
        expect(body.ret).toMatch(/^(1000|1002)$/);
      }),
      { numRuns: 60 },
    );
  });

  test("with one field replaced by something else is refused or taken, never a crash", async () => {
    const { _draft: draft } = fixture("requests/t2v");
    const paths: Array<Array<string | number>> = [];
    const walk = (value: any, path: Array<string | number>) => {
      if (path.length > 0) paths.push(path);
      if (typeof value !== "object" || value === null) return;
      for (const [key, child] of Object.entries(value)) {
        walk(child, [...path, Array.isArray(value) ? Number(key) : key]);
      }
    };
    walk(draft, []);
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...paths),
        fc.constantFrom<unknown>(null, 0, -1, 1.5, "", "x", true, [], {}, [null]),
        async (path, value) => {
          const sent = generateBody("t2v", (copy) => {
            const parent = path.slice(0, -1).reduce((at: any, key) => at[key], copy);
            parent[path.at(-1)!] = value;
          });
          const { status, body } = await generate(sent);
          expect(status).toBe(200);
          expect(body.ret).toMatch(/^(0|1000)$/);
        },
      ),
      { numRuns: 150 },
    );
  });
});
