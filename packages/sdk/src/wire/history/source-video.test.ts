// Tests how the finished video that a tool works on is read from its record.

import { describe, expect, test } from "vitest";

import {
  failureOf,
  fixture,
  fixtureText,
  scriptedFetch,
  testClient,
} from "../../testing/client.ts";
import type { Answer, Loose } from "../../testing/client.ts";

const product = { itemId: "7500000000000000101", historyId: "90000000000001" };
const [parent] = fixture("requests/frame_interpolation_product")._draft.component_list;

/** Writes the answer of a history request whose record was started with the components given. */
function historyOf(components: unknown, edit: (record: Loose) => void = () => undefined): string {
  const body = structuredClone(fixture("history_done_video").body);
  const record = body.data[product.historyId];
  record.draft_content = JSON.stringify({ component_list: components });
  edit(record);
  return JSON.stringify(body);
}

function interpolate(...answers: Answer[]) {
  const fetch = scriptedFetch(...answers);
  const client = testClient(fetch, { region: "cn", maxRetryCount: 0 });
  const request = { kind: "video", tool: "frame_interpolation", product } as const;
  return { fetch, started: client.generations.start(request) };
}

describe("an interpolation of an own video", () => {
  test("reads its record, then starts with the component that made it", async () => {
    const { fetch, started } = interpolate(historyOf([parent]), fixtureText("generate_ok_video"));
    await expect(started).resolves.toMatchObject({
      kind: "video",
      model: "jimeng-frame-interpolation",
    });
    const [read, start] = fetch.seen;
    expect(read?.body.history_ids).toEqual([product.historyId]);
    const draft = JSON.parse(start?.body.draft_content);
    expect(draft.component_list[0]).toEqual(parent);
    expect(draft.component_list[1]).toMatchObject({
      id: draft.main_component_id,
      parent_id: parent.id,
    });
  });

  const unusable: Array<[what: string, answer: string, param: string]> = [
    ["is not in the account", fixtureText("history_missing_id"), "product.historyId"],
    ["runs still", historyOf([parent], (r) => (r.item_list = [])), "product.itemId"],
    [
      "names another item",
      historyOf([parent], (r) => (r.item_list[0].common_attr.id = "1")),
      "product.itemId",
    ],
    [
      "shows no file",
      historyOf([parent], (r) => (r.item_list[0].video.video_id = "")),
      "product.itemId",
    ],
    ["was made from two components", historyOf([parent, parent]), "product.historyId"],
    ["shows no component", historyOf([]), "product.historyId"],
    ["shows odd components", historyOf([{ ...parent, abilities: 7 }]), "product.historyId"],
    [
      "shows a broken draft",
      historyOf([], (r) => (r.draft_content = '{"a":12345678901234567890')),
      "product.historyId",
    ],
    ["shows no draft", historyOf([], (r) => delete r.draft_content), "product.historyId"],
  ];

  test.each(unusable)(
    "whose record %s is refused before anything is sent",
    async (_what, answer, param) => {
      const { fetch, started } = interpolate(answer);
      expect(await failureOf(started)).toMatchObject({
        code: "invalid_request",
        detail: { param, acceptance: "refused", charged: "no", fix: expect.any(String) },
      });
      expect(fetch.seen).toHaveLength(1);
    },
  );

  test.each<[string, Answer, string]>([
    ["is cut", new Error("socket hang up"), "connection_failed"],
    ["answers 503", new Response("", { status: 503 }), "upstream_unavailable"],
    ["says that the session ended", fixtureText("history_login_error"), "session_invalid"],
  ])("whose look-up %s has surely not started", async (_what, answer, code) => {
    const { fetch, started } = interpolate(answer);
    expect(await failureOf(started)).toMatchObject({
      code,
      detail: { acceptance: "refused", charged: "no" },
    });
    expect(fetch.seen).toHaveLength(1);
  });
});
