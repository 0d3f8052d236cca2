// Tests the times of polls, the deadline, and what follows the lost answer of a start, on a clock that does not wait.

import { describe, expect, test } from "vitest";

import {
  failureOf,
  fixture,
  fixtureText,
  instantClock,
  scriptedFetch,
  testClient,
} from "../testing/client.ts";
import { JimengError } from "../errors.ts";
import { waitForGeneration } from "./wait.ts";

const ok = fixtureText("generate_ok_image");
const done = fixtureText("history_done_images");
const bySubmitId = fixtureText("history_done_images_by_submit_id");
const submitId = "00000000-0000-4000-8000-000000000001";
const missing = fixtureText("history_missing_id");

describe("waiting", () => {
  test("polls first at 0.6 of the forecast, then every second, through missing records and failed polls", async () => {
    const clock = instantClock();
    const odd = "<html>";
    const fetch = scriptedFetch(ok, missing, odd, odd, fixtureText("history_processing_45"), done);
    const progress: number[] = [];
    const { images } = await testClient(fetch, { clock }).images.generate(
      { model: "jimeng-4.0", prompt: "cat" },
      { submitId, onProgress: (generation) => progress.push(generation.upstreamStatus) },
    );
    expect(images).toHaveLength(4);
    expect(clock.slept).toEqual([20_400, 1000, 2500, 1000, 1000]);
    expect(progress).toEqual([45, 50]);
  });

  test("asks by submit id where history ids stay unknown", async () => {
    const fetch = scriptedFetch(ok, missing, missing, missing, bySubmitId);
    const { images } = await testClient(fetch, { clock: instantClock() }).images.generate(
      { model: "jimeng-4.0", prompt: "cat" },
      { submitId },
    );
    expect(images).toHaveLength(4);
  });

  test("polls every 30 s before a forecast of an hour, for it may be ready early", async () => {
    const clock = instantClock();
    const slow = ok.replaceAll(
      /"forecast_generate_cost":\s*\d+/g,
      '"forecast_generate_cost": 3600',
    );
    expect(slow).not.toBe(ok);
    const { images } = await testClient(scriptedFetch(slow, missing, done), {
      clock,
    }).images.generate({ model: "jimeng-4.0", prompt: "cat" }, { submitId });
    expect(images).toHaveLength(4);
    expect(clock.slept).toEqual([30_000, 30_000]);
  });

  test.each([
    ["waits for the others of a success that shows two of four", 9, 4],
    ["takes what ten polls show to be all of it", 10, 2],
  ])("%s", async (_what, polls, count) => {
    const body = JSON.parse(done) as { data: Record<string, { item_list: unknown[] }> };
    for (const record of Object.values(body.data)) record.item_list.splice(2);
    const fewer = Array.from({ length: polls }, () => JSON.stringify(body));
    const { images } = await testClient(scriptedFetch(ok, ...fewer, done)).images.generate(
      { model: "jimeng-4.0", prompt: "cat" },
      { submitId },
    );
    expect(images).toHaveLength(count);
  });

  test("throws the generation's own error", async () => {
    const { images } = testClient(scriptedFetch(ok, fixtureText("history_failed_2038_text")));
    expect(await failureOf(images.generate({ model: "jimeng-4.0", prompt: "cat" }))).toMatchObject({
      code: "content_rejected",
    });
  });

  test("gives up at the deadline, keeping the submit id in its advice", async () => {
    const { images } = testClient(scriptedFetch(ok, missing));
    const error = await failureOf(
      images.generate({ model: "jimeng-4.0", prompt: "cat" }, { submitId, deadlineMs: 60_000 }),
    );
    expect(error).toMatchObject({
      code: "generation_timeout",
      detail: { fix: expect.stringContaining(submitId) },
    });
  });

  test("ends when the session dies or the caller gives up", async () => {
    const dead = testClient(scriptedFetch(ok, fixtureText("history_login_error")));
    expect(
      await failureOf(dead.images.generate({ model: "jimeng-4.0", prompt: "cat" })),
    ).toMatchObject({
      code: "session_invalid",
      detail: { charged: "unknown", submitId: expect.any(String) },
    });
    const controller = new AbortController();
    const { generations } = testClient(scriptedFetch(ok, missing));
    const operation = await generations.start({
      kind: "image",
      model: "jimeng-4.0",
      prompt: "cat",
    });
    controller.abort();
    expect(
      await failureOf(generations.wait(operation, { signal: controller.signal })),
    ).toMatchObject({
      code: "cancelled",
      detail: { charged: "unknown", submitId: operation.submitId, operation },
    });
  });

  test("never says that a started generation is unpaid, also when the wait ends before a request is sent", async () => {
    const controller = new AbortController();
    const operation = await testClient(scriptedFetch(ok)).generations.start({
      kind: "image",
      model: "jimeng-4.0",
      prompt: "cat",
    });
    const checker = {
      check: () => {
        const detail = { acceptance: "refused", charged: "no" } as const;
        return Promise.reject(new JimengError("cancelled", "aborted in the queue", detail));
      },
      find: () => Promise.resolve(new Map()),
    };
    const logger = { debug() {}, info() {}, warn() {}, error() {} };
    const settings = { clock: instantClock(), logger };
    const error = await failureOf(
      waitForGeneration(checker, settings, operation, { signal: controller.signal }),
    );
    expect(error.detail).toMatchObject({ charged: "unknown", submitId: operation.submitId });
    expect(error.detail.acceptance).toBeUndefined();
  });

  test("gives the submit id of a start whose answer did not come before the caller gave up", async () => {
    const controller = new AbortController();
    const fetch = scriptedFetch(() => {
      controller.abort();
      return Promise.reject(new Error("aborted"));
    });
    const client = testClient(fetch);
    const detail = { charged: "unknown", submitId: expect.any(String) };
    const { signal } = controller;
    const request = { model: "jimeng-4.0", prompt: "cat" };
    const generated = client.images.generate(request, { signal });
    expect(await failureOf(generated)).toMatchObject({ code: "cancelled", detail });
    const lost = testClient(scriptedFetch(new Error("socket hang up"))).generations;
    expect(await failureOf(lost.start({ ...request, kind: "image" }))).toMatchObject({ detail });
  });

  test("looks a start up whose answer was lost, and does not start again", async () => {
    const fetch = scriptedFetch(new Error("socket hang up"), missing, bySubmitId, done);
    const result = await testClient(fetch).images.generate(
      { model: "jimeng-4.0", prompt: "cat" },
      { submitId },
    );
    expect(result.generation.operation.historyId).toBe("90000000000001");
    expect(fetch.seen.filter(({ url }) => url.pathname.endsWith("/generate"))).toHaveLength(1);
  });

  test("says outcome_unknown when a lost start stays invisible for a minute", async () => {
    const clock = instantClock();
    const fetch = scriptedFetch(new Error("socket hang up"), missing);
    const error = await failureOf(
      testClient(fetch, { clock }).images.generate(
        { model: "jimeng-4.0", prompt: "cat" },
        { submitId },
      ),
    );
    expect(error).toMatchObject({
      code: "outcome_unknown",
      detail: { charged: "unknown", fix: expect.stringContaining(submitId) },
    });
    expect(clock.slept.reduce((sum, slept) => sum + slept, 0)).toBe(60_000);
    expect(fetch.seen.filter(({ url }) => url.pathname.endsWith("/generate"))).toHaveLength(1);
  });

  test("makes a video", async () => {
    const { videos } = testClient(
      scriptedFetch(fixtureText("generate_ok_video"), fixtureText("history_done_video")),
    );
    const { video } = await videos.generate({ model: "jimeng-video-3.0", prompt: "sea" });
    expect(video).toMatchObject({ kind: "video", width: 704, durationMs: 5042 });
  });

  test("asks for the items of a finished record that shows none", async () => {
    const empty = structuredClone(fixture("history_done_video").body);
    Object.values<any>(empty.data)[0].item_list = [];
    const fetch = scriptedFetch(
      ({ url }) =>
        new Response(
          url.pathname.endsWith("/generate")
            ? fixtureText("generate_ok_video")
            : url.pathname.endsWith("get_local_item_list")
              ? fixtureText("local_item_list_hd")
              : JSON.stringify(empty),
        ),
    );
    const { video } = await testClient(fetch).videos.generate({
      model: "jimeng-video-3.0",
      prompt: "sea",
    });
    expect(video.url).toContain("dreamnia");
    expect(
      fetch.seen.filter(({ url }) => url.pathname.endsWith("get_history_by_ids")),
    ).toHaveLength(3);
  });
});

/** Makes items that differ from the given ones in their ids. */
function asOthers(items: { common_attr: { id: string }; image: unknown }[]): unknown[] {
  return items.map((item) => {
    const other = structuredClone(item);
    other.common_attr.id = `9${item.common_attr.id.slice(1)}`;
    return other;
  });
}

describe("a series", () => {
  const whole = structuredClone(fixture("history_multi_image_needs_continue").body);
  const [record] = Object.values<any>(whole.data);
  Object.assign(record, {
    status: 50,
    finished_image_count: 8,
    item_list: [...record.item_list, ...asOthers(record.item_list)],
  });
  const stalled = fixtureText("history_multi_image_needs_continue");
  const series = { model: "jimeng-4.0", prompt: "a story", sequence: 8 };
  const posts = (fetch: ReturnType<typeof scriptedFetch>) =>
    fetch.seen.filter(({ url }) => url.pathname.endsWith("/generate")).map(({ body }) => body);

  test("is continued once each time it stalls, under the same submit id, until all is there", async () => {
    const fetch = scriptedFetch(ok, stalled, ok, stalled, stalled, JSON.stringify(whole));
    const { images, warnings } = await testClient(fetch).images.generate(series, { submitId });
    expect(images).toHaveLength(8);
    expect(warnings).toMatchObject([{ code: "prompt_extended" }]);
    const [first, second, ...more] = posts(fetch);
    expect(more).toEqual([]);
    expect(second).toEqual({
      ...first,
      action: 2,
      history_id: "90000000000001",
      draft_content: expect.any(String),
    });
  });

  test("gives what was made when going on is refused", async () => {
    const fetch = scriptedFetch(ok, stalled, fixtureText("generate_error_1006_credits"));
    const { images, generation } = await testClient(fetch).images.generate(series);
    expect(images).toHaveLength(4);
    expect(generation).toMatchObject({ status: "completed", partial: true });
    expect(posts(fetch)).toHaveLength(2);
  });

  test("ends when a continued series does not move, and never asks twice for the same step", async () => {
    const fetch = scriptedFetch(ok, stalled, new Error("reset"), stalled);
    const { images } = await testClient(fetch).images.generate(series);
    expect(images).toHaveLength(4);
    expect(posts(fetch)).toHaveLength(2);
  });
});
