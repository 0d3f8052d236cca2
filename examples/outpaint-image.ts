// Extends a picture at its sides (扩图): two pictures, with more room on the left and on the right.
import assert from "node:assert/strict";
import { material, openAccount } from "./account.ts";

const jimeng = openAccount();
const image = await jimeng.uploads.create(material("garden.png"));

const { images } = await jimeng.images.outpaint({
  image,
  left: 0.5,
  right: 0.5,
  ratio: "16:9",
  count: 2,
});
for (const { url } of images) console.log(url);
assert.equal(images.length, 2);
