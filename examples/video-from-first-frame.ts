// Makes a video that begins with a picture (首帧); the picture decides the aspect ratio.
import assert from "node:assert/strict";
import { material, openAccount } from "./account.ts";

const jimeng = openAccount();
const firstFrame = await jimeng.uploads.create(material("garden.png"));

const { video } = await jimeng.videos.generate({
  model: "jimeng-video-3.0",
  prompt: "the camera moves slowly over the hills",
  firstFrame,
  durationSeconds: 5,
});

console.log(video.url);
assert.match(video.url, /^https?:/);
