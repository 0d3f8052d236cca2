// Makes several pictures of one prompt in one start; exactly so many are paid for (4.0 and later).
import assert from "node:assert/strict";
import { openAccount } from "./account.ts";

const { images, request } = await openAccount().images.generate({
  model: "jimeng-4.0",
  prompt: "a lighthouse in fog, watercolor",
  ratio: "3:2",
  count: 3,
  seed: 42, // together with the same model and prompt: pictures that are alike
});

for (const { url } of images) console.log(url);
assert.equal(images.length, 3);
assert.equal(request.upstreamCount, 3);
