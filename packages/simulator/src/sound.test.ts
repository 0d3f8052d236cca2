// Tests music, speech and the list of voices.

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

describe("speech", () => {
  const path = "/mweb/v1/tts_generate";
  const voices = async (offset: number) =>
    (await post("/mweb/v1/feed", { ...fixture("voices_ok")._request, offset })).body;

  test("lists 142 voices in pages", async () => {
    const first = await voices(0);
    expect(shapeOf(first.data.item_list[0])).toEqual(
      shapeOf(fixture("voices_ok").body.data.item_list[0]),
    );
    expect(first.data).toMatchObject({ has_more: true, next_offset: 50 });
    const last = await voices(100);
    expect(last.data.item_list).toHaveLength(42);
    expect(last.data.has_more).toBe(false);
    expect((await post("/mweb/v1/feed", { panel: "other", count: 1 })).body.ret).toBe("1000");
  });

  test("speaks a text at once as an MP3 of 24 kHz, and starts nothing", async () => {
    const [voice] = (await voices(0)).data.item_list;
    const sent = structuredClone(fixture("requests/tts_generate").body);
    sent.text = "这条视频值得试一下。";
    sent.id_info.id = voice.common_attr.id;
    const { body } = await post(path, sent);
    expect(shapeOf(body)).toEqual(shapeOf(fixture("tts_generate_ok").body));
    const bytes = Buffer.from(body.data.data, "base64");
    expect(bytes.readUInt16BE(0)).toBe(0xfff3);
    expect(simulator.acceptedStarts()).toEqual([]);
    for (const change of [
      { text: "" },
      { id_info: { id: "7", item_platform: 1 } },
      { id_info: { ...sent.id_info, item_platform: 2 } },
      { audio_config: { ...sent.audio_config, format: "wav" } },
    ]) {
      expect((await post(path, { ...sent, ...change })).body.ret).toBe("1000");
    }
  });
});
