// Makes a video that keeps subjects (主体参考): the prompt names each by its number.
import assert from "node:assert/strict";
import { material, openAccount } from "./account.ts";

const jimeng = openAccount();
const subjects = await Promise.all(
  ["garden.png", "evening.png"].map((name) => jimeng.uploads.create(material(name))),
);

const { video } = await jimeng.videos.generate({
  model: "jimeng-video-3.0",
  prompt: "@图片1 的花园沐浴在 @图片2 的晚霞里",
  subjects,
  ratio: "16:9",
});

console.log(video.url);
assert.match(video.url, /^https?:/);
