// Makes a picture larger: HD (超清, free where it was seen), then smart HD (智能超清) at 2k.
import assert from "node:assert/strict";
import { material, openAccount } from "./account.ts";

const jimeng = openAccount();
const image = await jimeng.uploads.create(material("garden.png"));

const hd = await jimeng.images.upscale({ image });
console.log(hd.images[0]?.url);
const smart = await jimeng.images.upscale({ image, mode: "smart", detailStrength: 0.8 });
console.log(smart.images[0]?.url);

assert.equal(hd.images[0]?.width, image.width * 2);
assert.equal(smart.request.resolution, "2k");
