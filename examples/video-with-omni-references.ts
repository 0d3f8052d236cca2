// Makes a video from pictures, videos and sounds at once (全能参考); the prompt says what each is for.
import assert from "node:assert/strict";
import { material, openAccount } from "./account.ts";

const jimeng = openAccount();
const picture = await jimeng.uploads.create(material("garden.png"));
const movement = await jimeng.uploads.create(material("waves.mp4"), { kind: "video" });
const sound = await jimeng.uploads.create(material("tone.wav"), { kind: "audio" });
assert.equal(Math.round(movement.durationMs / 1000), 2);

const { video } = await jimeng.videos.generate({
  model: "jimeng-video-seedance-2.0",
  prompt: "@图片1 的花园，镜头像 @视频1 那样移动，配上 @音频1",
  references: [picture, movement, sound],
  durationSeconds: 5,
});

console.log(video.url);
assert.match(video.url, /^https?:/);
