// Tests the other calls about generations: full quality, queue, cancel, list, retrieve.

import { describe, expect, test } from "vitest";

import type { Operation } from "../operation.ts";
import type { Generation } from "../requests.ts";
import {
  failureOf,
  fixture,
  fixtureText,
  instantClock,
  scriptedFetch,
  testClient,
} from "../testing/client.ts";

const operation: Operation = {
  version: 1,
  region: "cn",
  kind: "video",
  model: "jimeng-video-3.0",
  submitId: "00000000-0000-4000-8000-000000000001",
  historyId: "90000000000001",
  startedAt: 0,
  forecast: null,
  logid: null,
};
const submitId = operation.submitId;

async function generationOf(name: string): Promise<Generation> {
  return (await testClient(scriptedFetch(fixtureText(name))).generations.check([operation])).get(
    submitId,
  )!;
}

describe("fullQuality", () => {
  test("replaces the preview by the full file", async () => {
    const fetch = scriptedFetch(fixtureText("local_item_list_hd"));
    const [video] = await testClient(fetch).generations.fullQuality(
      await generationOf("history_done_video"),
    );
    expect(new URL(video!.url).host).toMatch(/^v\d+-dreamnia\.jimeng\.com$/);
    expect(fetch.seen[0]!.body).toEqual({
      item_id_list: ["7500000000000000101"],
      pack_item_opt: { scene: 1, need_data_integrity: true },
      is_for_video_download: true,
    });
  });

  test("finds results by their reserved ids where the record shows none", async () => {
    const generation = await generationOf("history_processing_video");
    expect(generation).toMatchObject({ outputs: [], reservedItemIds: ["7500000000000000101"] });
    const outputs = await testClient(
      scriptedFetch(fixtureText("local_item_list_hd")),
    ).generations.fullQuality(generation);
    expect(outputs).toMatchObject([{ kind: "video", itemId: "7500000000000000101" }]);
  });

  test("keeps what the record shows when the items are not stored", async () => {
    const generation = await generationOf("history_done_video");
    const { generations } = testClient(scriptedFetch(fixtureText("local_item_list_not_found")));
    expect(await generations.fullQuality(generation)).toEqual(generation.outputs);
    expect(
      await generations.fullQuality({ ...generation, outputs: [], reservedItemIds: [] }),
    ).toEqual([]);
  });
});

describe("queue, cancel and list", () => {
  test("reads a place in the queue with the forecast", async () => {
    const places = await testClient(
      scriptedFetch(fixtureText("history_queue_info")),
    ).generations.queue([operation]);
    expect(places.get(submitId)).toEqual({
      queue: { state: "generating", position: 0, length: 0 },
      forecast: { generateSeconds: 33, queueSeconds: 1 },
    });
  });

  test("asks to cancel by history id", async () => {
    const fetch = scriptedFetch(
      fixtureText("cancel_generate_ok"),
      '{"ret":"1000","errmsg":"invalid parameter"}',
    );
    const { generations } = testClient(fetch);
    await generations.cancel(operation);
    expect(fetch.seen[0]!.body).toEqual({ history_id: "90000000000001" });
    expect(await failureOf(generations.cancel(operation))).toMatchObject({
      code: "invalid_request",
    });
  });

  test.each(["records_list", "history_list"])(
    "lists the account's history from %s",
    async (field) => {
      const records = Object.values(fixture("history_done_images").body.data);
      const data = {
        [field]: [...records, { status: 50 }, "garbage"],
        has_more: true,
        next_offset: 20,
      };
      const fetch = scriptedFetch(JSON.stringify({ ret: "0", data }));
      const page = await testClient(fetch).generations.list({ limit: 2 });
      expect(page.cursor).toBe("20");
      expect(page.unreadable).toBe(2);
      expect(page.generations).toMatchObject([
        {
          status: "completed",
          operation: { submitId, historyId: "90000000000001", kind: "image" },
          prompt: "<prompt>",
        },
      ]);
      expect(fetch.seen[0]!.body).toEqual({ count: 2, cursor: "" });
    },
  );
});

describe("retrieve", () => {
  test("remembers an ended generation as long as its URLs live, a pending one not at all", async () => {
    const clock = instantClock(1_760_000_000_000);
    const fetch = scriptedFetch(
      fixtureText("history_processing_20"),
      fixtureText("history_done_images"),
    );
    const { generations } = testClient(fetch, { clock });
    const image: Operation = { ...operation, kind: "image" };
    expect(await generations.retrieve(image)).toMatchObject({ status: "pending" });
    expect(await generations.retrieve(image)).toMatchObject({ status: "completed" });
    await generations.retrieve(image);
    expect(fetch.seen).toHaveLength(2);
    await generations.retrieve(image, { fresh: true });
    expect(fetch.seen).toHaveLength(3);
    await clock.sleep(30 * 60_000);
    await generations.retrieve(image);
    expect(fetch.seen).toHaveLength(4);
  });
});
