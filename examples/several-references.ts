// Blends several pictures into one (多图参考): the prompt speaks of them in their order.
import assert from "node:assert/strict";
import { material, openAccount } from "./account.ts";

const jimeng = openAccount();
// Three uploads run at a time. One that fails rejects here, before anything is paid.
const references = await Promise.all(
  ["garden.png", "evening.png"].map((name) => jimeng.uploads.create(material(name))),
);

const { images } = await jimeng.images.generate({
  model: "jimeng-4.0",
  prompt: "把第一张图的花园放到第二张图的晚霞里",
  references,
  count: 2,
});

for (const { url } of images) console.log(url);
assert.equal(images.length, 2);
