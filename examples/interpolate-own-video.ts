// Brings a video that this account has made to 60 frames a second (补帧), without downloading or uploading it.
import assert from "node:assert/strict";
import { openAccount } from "./account.ts";

const jimeng = openAccount();
const made = await jimeng.videos.generate({
  model: "jimeng-video-3.0",
  prompt: "waves roll onto a beach at sunset",
});

const smooth = await jimeng.videos.interpolate({
  product: { itemId: made.video.itemId, historyId: made.generation.operation.historyId },
});
console.log(smooth.video.url);
assert.equal(smooth.video.fps, 60);
