// Brings a video to 60 frames a second (补帧).
import assert from "node:assert/strict";
import { material, openAccount } from "./account.ts";

const jimeng = openAccount();
const video = await jimeng.uploads.create(material("waves.mp4"), { kind: "video" });

const smooth = await jimeng.videos.interpolate({ video });
console.log(smooth.video.url);
assert.equal(smooth.video.fps, 60);
