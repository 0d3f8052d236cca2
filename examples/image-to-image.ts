// Makes a picture from another one and words (图生图).
import assert from "node:assert/strict";
import { material, openAccount } from "./account.ts";

const jimeng = openAccount();
const garden = await jimeng.uploads.create(material("garden.png"));
assert.deepEqual([garden.width, garden.height], [480, 360]);

const { images } = await jimeng.images.generate({
  model: "jimeng-4.0",
  prompt: "同一座花园，换成冬天的雪景",
  ratio: "4:3",
  references: [garden],
  referenceStrength: 0.6, // 0 to 1: how strongly the reference counts
});

for (const { url } of images) console.log(url);
assert.equal(images.length, 4); // the model's own number, since `count` was not given
