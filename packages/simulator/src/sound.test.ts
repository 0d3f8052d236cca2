// Tests music: instrumental pieces, songs and the list of models.

import { describe, expect, test } from "vitest";

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

const post = (path: string, body: unknown, options = {}) =>
  call(simulator.url, path, body, options);
const abroad = { session: "fake-sg", region: "SG", aid: 513641 };

describe("music", () => {
  test.each(["music_instrumental", "music_song"])(
    "of %s ends with a playable MP3",
    async (name) => {
      const sent = generateBody(name);
      const { body } = await post(generatePath, sent, abroad);
      expect(body.data.aigc_data).toMatchObject({ status: 20, item_list: [] });
      time.tick(60_000);
      const ids = { submit_ids: [sent.submit_id] };
      const record = (await post(historyPath, ids, abroad)).body.data[sent.submit_id];
      const [expected] =
        fixture("history_done_music").body.data["00000000-0000-4000-8000-000000000001"].item_list;
      expect(record).toMatchObject({ status: 50, fail_code: "0" });
      const [item] = record.item_list;
      expect(shapeOf(item.audio)).toEqual(shapeOf(expected.audio));
      expect(item.common_attr.item_urls).toEqual([item.audio.origin_audio.url]);
      expect(item.audio.origin_audio.duration_ms).toBe(120_000);
      const file = await fetch(item.audio.origin_audio.url);
      expect(file.headers.get("content-type")).toBe("audio/mpeg");
      const bytes = Buffer.from(await file.arrayBuffer());
      // 24 ms a frame of 96 bytes.
      expect(bytes.length).toBe((120_000 / 24) * 96);
      expect(bytes.readUInt16BE(0)).toBe(0xfffb);
      expect(simulator.acceptedStarts()).toMatchObject([{ kind: "audio", charged: 10 }]);
      expect(simulator.records()).toMatchObject([{ kind: "audio", status: 50 }]);
    },
  );

  const ability = (draft: any) => Object.values<any>(draft.component_list[0].abilities).at(-1);

  test.each<[string, string, (draft: any) => void]>([
    ["29 s", "music_instrumental", (draft) => (ability(draft).duration = 29)],
    ["milliseconds", "music_instrumental", (draft) => (ability(draft).duration = 120_000)],
    ["no prompt", "music_instrumental", (draft) => (ability(draft).prompt = " ")],
    ["an old draft", "music_instrumental", (draft) => (draft.min_version = "3.0.5")],
    ["no tags", "music_song", (draft) => delete ability(draft).tags],
    ["an unknown model", "music_song", (draft) => (ability(draft).model_req_key = "x")],
    ["lyrics as a text", "music_song", (draft) => (ability(draft).lyrics = "la la")],
    [
      "another type than its ability",
      "music_song",
      (draft) => (draft.component_list[0].generate_type = "generate_instrumental"),
    ],
  ])("is refused with 1000 for %s", async (_what, name, edit) => {
    const { body } = await post(generatePath, generateBody(name, edit), abroad);
    expect(body.ret).toBe("1000");
    expect(simulator.acceptedStarts()).toEqual([]);
  });

  test("needs no extend, which a picture does need", async () => {
    const { extend: _extend, ...picture } = generateBody("t2i") as { extend?: unknown };
    expect((await post(generatePath, picture)).body.ret).toBe("1000");
  });

  test("has its models in a list of its own", async () => {
    const path = "/mweb/v1/audio_generate/get_common_config";
    const { body } = await post(path, { scene_list: ["song"] }, { session: null });
    expect(body.data.song.model_list).toMatchObject([
      { model_req_key: "seed_music_1.0", model_status: 0 },
    ]);
    expect((await post(path, { scene_list: ["other"] })).body.data).toEqual({});
    expect((await post(path, {})).body.ret).toBe("1000");
  });
});
