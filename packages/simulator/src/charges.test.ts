// Tests what starts cost, and when and how the credit history tells it.

import { describe, expect, test } from "vitest";

import { createSimulator } from "./index.ts";
import type { Simulator } from "./index.ts";
import { videoModels } from "./models/video-models.ts";
import { inputOf, startOf } from "./testing/drafts.ts";
import {
  call,
  generateBody,
  generatePath,
  ManualTime,
  startForTests,
} from "./testing/simulator.ts";

const time = new ManualTime();
const simulator = await startForTests({ clock: time, timing: { jitter: false } });

const start = (body: unknown, target = simulator) => call(target.url, generatePath, body);
const rows = async (target: Simulator = simulator, type?: number): Promise<any[]> => {
  const sent = { count: 20, cursor: "0", ...(type === undefined ? {} : { history_type: type }) };
  const { body } = await call(target.url, "/commerce/v1/benefits/user_credit_history", sent);
  return body.data.records;
};
const picture = (key: string, resolution: string, count = 1) =>
  generateBody("t2i", (draft, body) => {
    const { core_param: core } = draft.component_list[0].abilities.generate;
    body.extend.root_model = core.model = key;
    core.large_image_info.resolution_type = resolution;
    draft.component_list[0].abilities.gen_option = { gen_count: count };
  });

describe("a measured price", () => {
  test.each([
    ["high_aes_general_v50", "2k", 4, 0],
    ["high_aes_general_v50p_large", "2k", 2, 16],
    ["high_aes_general_v50_flash", "2k", 1, 3],
    ["jm_image_model_yc_mj82", "1k", 4, 20],
    ["jm_image_model_yc_mj82", "2k", 4, 28],
  ])("of %s at %s is charged for %i pictures: %i", async (key, resolution, count, charged) => {
    await start(picture(key, resolution, count));
    expect(simulator.acceptedStarts()).toMatchObject([{ charged }]);
  });

  test.each([
    ["dreamina_seedance_40_mini", "720p", 24],
    ["dreamina_seedance_40_vision", "720p", 30],
    ["dreamina_seedance_40_pro_vision", "720p", 70],
    ["dreamina_seedance_45_pro", "720p", 60],
    ["dreamina_seedance_45_pro_draft", "480p", 45],
  ])("of 5 s of %s at %s is charged: %i", async (key, resolution, charged) => {
    simulator.setAccount({ session: "fake-session-for-tests", credits: { vip: 1000 } });
    const model = videoModels.find((one) => one.key === key)!;
    await start(startOf(model, resolution, (draft) => (inputOf(draft).duration_ms = 5000)));
    expect(simulator.acceptedStarts()).toMatchObject([{ charged }]);
  });

  test("of nothing leaves no row in the credit history", async () => {
    await start(picture("high_aes_general_v50", "2k"));
    expect(await rows()).toEqual([]);
  });
});

describe("a charge", () => {
  test("is another one than usual where a fault says so, and refunded as such", async () => {
    simulator.addFault({ endpoint: "generate", kind: "charge", credits: 55 });
    const { body } = await start(generateBody("t2v"));
    const id = body.data.aigc_data.history_record_id;
    await call(simulator.url, "/mweb/v1/aigc_draft/cancel_generate", { history_id: id });
    expect(simulator.acceptedStarts()).toMatchObject([{ charged: 55, refunded: 55 }]);
    expect((await rows()).map(({ amount }) => amount)).toEqual([55, -55]);
  });

  test("has its row late where a fault says so, and others have theirs at once", async () => {
    simulator.addFault({ endpoint: "generate", kind: "settles", after_ms: 300_000 });
    const late = generateBody("t2i");
    const usual = generateBody("t2i");
    await start(late);
    await start(usual);
    const ids = async () => (await rows()).map((row) => row.submit_id);
    expect(await ids()).toEqual([usual.submit_id]);
    time.tick(300_000);
    expect(await ids()).toEqual([usual.submit_id, late.submit_id]);
  });

  test("is positive where the option says so, a refund then negative, and the filter finds charges", async () => {
    const other = await createSimulator({ media: "blank", chargeSign: "positive" });
    const { body } = await start(generateBody("t2v"), other);
    const id = body.data.aigc_data.history_record_id;
    await call(other.url, "/mweb/v1/aigc_draft/cancel_generate", { history_id: id });
    expect((await rows(other)).map(({ amount }) => amount)).toEqual([-10, 10]);
    expect((await rows(other, 2)).map(({ amount }) => amount)).toEqual([10]);
    await other.close();
  });
});
