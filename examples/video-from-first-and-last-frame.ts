// Makes a video that leads from one picture to another (首尾帧).
import assert from "node:assert/strict";
import { material, openAccount } from "./account.ts";

const jimeng = openAccount();
const [firstFrame, lastFrame] = await Promise.all([
  jimeng.uploads.create(material("garden.png")),
  jimeng.uploads.create(material("evening.png")),
]);

const { video, warnings } = await jimeng.videos.generate({
  model: "jimeng-video-3.0",
  prompt: "the day ends",
  firstFrame,
  lastFrame,
});

console.log(video.url);
assert.deepEqual(warnings, []);
assert.match(video.url, /^https?:/);
