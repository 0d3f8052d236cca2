// Makes a picture from words (文生图).
import assert from "node:assert/strict";
import { openAccount } from "./account.ts";

const { images, warnings } = await openAccount().images.generate({
  model: "jimeng-4.0",
  prompt: "一只可爱的猫咪在花园里玩耍",
  ratio: "16:9",
  resolution: "2k",
  count: 1,
});

for (const { url, width, height } of images) console.log(`${width}x${height}`, url);
for (const { code, message } of warnings) console.log(code, message);
assert.equal(images.length, 1);
assert.deepEqual([images[0]?.width, images[0]?.height], [2560, 1440]);
