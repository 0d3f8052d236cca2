// Makes a video through several pictures (智能多帧), each with its own way to the next.
import assert from "node:assert/strict";
import { material, openAccount } from "./account.ts";

const jimeng = openAccount();
const garden = await jimeng.uploads.create(material("garden.png"));
const evening = await jimeng.uploads.create(material("evening.png"));

const { video, request } = await jimeng.videos.generate({
  model: "jimeng-video-3.0",
  prompt: "a day in the garden",
  frames: [
    { image: garden, durationSeconds: 3, prompt: "the sun sinks" },
    { image: evening, durationSeconds: 2, prompt: "the sun rises again" },
    { image: garden },
  ],
});

console.log(video.url);
assert.equal(request.kind, "video");
assert.match(video.url, /^https?:/);
