// The shortest proof that the built sdk works on a runtime: an upload, a picture from it, and its bytes. Plain
// JavaScript for every runtime. Usage: smoke.mjs <upstream's base URL> <picture file>
import { Jimeng, JimengError } from "@jimeng/sdk";

const [baseUrl, picture] = process.argv.slice(2);
const hosts = ["mweb", "commerce", "passport", "imagex", "vod"];
const jimeng = new Jimeng({
  session: "fake0smoke0session0fake0smoke000",
  baseUrls: Object.fromEntries(hosts.map((host) => [host, baseUrl])),
});

const reference = await jimeng.uploads.create(picture);
const { images } = await jimeng.images.generate({
  model: "jimeng-4.0",
  prompt: "一只猫",
  references: [reference],
  count: 2,
});
const response = await fetch(images[0].url);
const bytes = new Uint8Array(await response.arrayBuffer());
const { total } = await jimeng.credits.retrieve();

let refusal;
try {
  await jimeng.images.generate({ model: "jimeng-4.0", prompt: "" });
} catch (error) {
  refusal = JimengError.isInstance(error) ? error.code : String(error);
}

console.log(
  JSON.stringify({
    reference: [reference.width, reference.height],
    images: images.length,
    isPicture: bytes.length > 100 && response.headers.get("content-type")?.startsWith("image/"),
    credits: total > 0,
    refusal,
  }),
);
