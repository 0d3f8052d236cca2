// Makes a video from words (文生视频). On the real site this takes minutes to hours.
import assert from "node:assert/strict";
import { openAccount } from "./account.ts";

const { video } = await openAccount().videos.generate(
  {
    model: "jimeng-video-3.0",
    prompt: "夕阳下的海滩，海浪轻柔地拍打着沙滩",
    ratio: "16:9",
    resolution: "720p",
    durationSeconds: 5,
  },
  { onProgress: ({ status, queue }) => console.error(status, queue?.position ?? "") },
);

console.log(video.url);
assert.equal(video.kind, "video");
assert.ok((video.width ?? 0) > (video.height ?? 0));
