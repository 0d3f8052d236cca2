// Repairs the details (细节修复) of a picture that this account has made; the site takes no other one.
import assert from "node:assert/strict";
import { openAccount } from "./account.ts";

const jimeng = openAccount();
const made = await jimeng.images.generate({
  model: "jimeng-4.0",
  prompt: "a crowd on a market place, seen from above",
  count: 1,
});
const [picture] = made.images;
assert.ok(picture);

const { images } = await jimeng.images.refine({
  product: { itemId: picture.itemId, historyId: made.generation.operation.historyId },
});
console.log(images[0]?.url);
assert.equal(images[0]?.width, picture.width);
