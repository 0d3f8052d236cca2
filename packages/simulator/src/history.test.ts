// Tests how a record is found and what it looks like at every step of its life.

import { describe, expect, test } from "vitest";

import { createSimulator } from "./index.ts";
import {
  call,
  fakeSession,
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
  timing: { jitter: false, imageMs: 10_000, videoMs: 20_000, visibleAfterMs: 1000 },
});

const history = (body: unknown, options = {}) => call(simulator.url, historyPath, body, options);

async function start(name: string, edit?: (draft: any, body: any) => void) {
  const sent = generateBody(name, edit);
  const { body } = await call(simulator.url, generatePath, sent);
  expect(body.ret).toBe("0");
  return {
    id: body.data.aigc_data.history_record_id as string,
    submitId: sent.submit_id,
  };
}

async function poll(id: string) {
  const { body } = await history({ history_ids: [id] });
  return body.data[id];
}

function recordOf(name: string): any {
  return Object.values(fixture(name).body.data)[0];
}

describe("the answer's keys", () => {
  test("are history ids or submit ids, as asked, and the union of both lists", async () => {
    const one = await start("t2i");
    const two = await start("t2v");
    time.tick(2000);
    const byHistory = await history({ history_ids: [one.id, two.id] });
    expect(Object.keys(byHistory.body.data).toSorted()).toEqual([one.id, two.id].toSorted());
    const bySubmit = await history({ submit_ids: [one.submitId] });
    expect(bySubmit.body.data[one.submitId].history_record_id).toBe(one.id);
    const both = await history({ history_ids: [one.id], submit_ids: [two.submitId] });
    expect(Object.keys(both.body.data).toSorted()).toEqual([one.id, two.submitId].toSorted());
  });

  test("leave out ids that are unknown, not visible yet, or another account's", async () => {
    const one = await start("t2i");
    expect((await history({ history_ids: [one.id, "90000000009999"] })).body.data).toEqual({});
    time.tick(1000);
    expect(Object.keys((await history({ history_ids: [one.id] })).body.data)).toEqual([one.id]);
    const other = await history({ history_ids: [one.id] }, { session: "fake-stranger" });
    expect(other.body.data).toEqual({});
  });

  test.each([
    ["camelCase names", { historyIds: ["1"] }],
    ["empty lists", { history_ids: [], submit_ids: [] }],
    ["numbers for ids", { history_ids: [1] }],
    ["a wrong image_info", { history_ids: ["1"], image_info: { width: "2048" } }],
  ])("are refused with 1000 for %s", async (_what, body) => {
    const answer = await history(body);
    expect(shapeOf(answer.body)).toEqual(shapeOf(fixture("history_invalid_parameter").body));
    expect(answer.body.ret).toBe("1000");
  });

  test("are refused with 1015 for an expired session, in the middle of a job too", async () => {
    const one = await start("t2i");
    simulator.setAccount({ session: fakeSession, expired: true });
    const { body } = await history({ history_ids: [one.id] });
    expect(shapeOf(body)).toEqual(shapeOf(fixture("history_login_error").body));
    expect(body.ret).toBe("1015");
  });
});

describe("a Go client", () => {
  test("may send null for the list it leaves empty", async () => {
    const one = await start("t2i");
    time.tick(2000);
    const { body } = await history({ history_ids: null, submit_ids: [one.submitId] });
    expect(Object.keys(body.data)).toEqual([one.submitId]);
  });
});

describe("an image", () => {
  test("goes 20, 42, 45, 50 with the captured shapes and all items at the end", async () => {
    const { id } = await start("t2i");
    time.tick(1000);
    const steps: Array<[atMs: number, status: number, name: string]> = [
      [0, 20, "history_processing_20"],
      [4000, 42, "history_processing_42"],
      [4000, 45, "history_processing_45"],
      [2000, 50, "history_done_images"],
    ];
    for (const [afterMs, status, name] of steps) {
      time.tick(afterMs);
      const record = await poll(id);
      expect([record.status, record.task.status]).toEqual([status, status]);
      expect(shapeOf(record)).toEqual(shapeOf(recordOf(name)));
    }
    const done = await poll(id);
    expect(done.item_list).toHaveLength(4);
    expect([done.total_image_count, done.finished_image_count]).toEqual([4, 4]);
    expect(new Set(done.item_list.map((item: any) => item.common_attr.id)).size).toBe(4);
  });

  test("signs the variants that image_info names", async () => {
    const { id } = await start("t2i");
    time.tick(20_000);
    const scene = {
      scene: "smart_crop",
      width: 240,
      height: 320,
      uniq_key: "mine",
      format: "webp",
    };
    const { body } = await history({
      history_ids: [id],
      image_info: { image_scene_list: [scene] },
    });
    const attributes = body.data[id].item_list[0].common_attr;
    expect(Object.keys(attributes.cover_url_map)).toEqual(["mine"]);
    expect(attributes.cover_url_map.mine).toContain("aigc_smart_crop:240:320.webp");
  });

  test("fails at the first poll when its prompt is refused, and the charge comes back", async () => {
    const { id } = await start("t2i", (draft) => {
      draft.component_list[0].abilities.generate.core_param.prompt = "猫 simulate:2038";
    });
    time.tick(1000);
    const record = await poll(id);
    expect(shapeOf(record)).toEqual(shapeOf(recordOf("history_failed_2038_text")));
    expect([record.status, record.task.status, record.fail_code]).toEqual([30, 10, "2038"]);
    expect(record.fail_starling_key).toBe("web_text_violates_community_guidelines_toast");
    expect(simulator.acceptedStarts()).toMatchObject([{ charged: 8, refunded: 8 }]);
    expect(simulator.accounts()[0]!.credits).toEqual({ gift: 600, vip: 0, purchase: 1_000_000 });
  });
});

describe("a video", () => {
  test("stays 20 while its queue status goes 1, 2, and ends 50 with one item", async () => {
    const { id } = await start("t2v");
    time.tick(1000);
    const queued = await poll(id);
    expect([queued.status, queued.queue_info.queue_status]).toEqual([20, 1]);
    expect(shapeOf(queued)).toEqual(shapeOf(recordOf("history_processing_video")));
    time.tick(9000);
    expect((await poll(id)).queue_info.queue_status).toBe(2);
    time.tick(10_000);
    const done = await poll(id);
    expect(shapeOf(done)).toEqual(shapeOf(recordOf("history_done_video")));
    expect(done.item_list[0].video.duration).toBe(6);
    expect(done.item_list[0].video.duration_ms).toBe(5042);
  });
});

describe("the forecast", () => {
  test("is whole seconds, and the real length is 0.95 to 1.3 times it", async () => {
    const own = await createSimulator({ media: "blank", clock: new ManualTime() });
    for (let index = 0; index < 20; index += 1) {
      await call(own.url, generatePath, generateBody(index % 2 === 0 ? "t2i" : "t2v"));
    }
    own.advance(60_000);
    const { body } = await call(own.url, historyPath, {
      history_ids: own.records().map((record) => record.history_id),
    });
    for (const record of Object.values<any>(body.data)) {
      const took = record.finish_time - Math.floor(record.created_time);
      expect(took).toBeGreaterThanOrEqual(Math.floor(record.forecast_generate_cost * 0.95));
      expect(took).toBeLessThanOrEqual(Math.ceil(record.forecast_generate_cost * 1.3));
    }
    await own.close();
  });
});
