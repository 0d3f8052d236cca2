// Makes one series of pictures that belong together (组图), e.g. the pages of a picture book.
import assert from "node:assert/strict";
import { openAccount } from "./account.ts";

const { images, warnings } = await openAccount().images.generate({
  model: "jimeng-4.0",
  prompt: "小狐狸找月亮的故事绘本",
  ratio: "1:1",
  sequence: 5, // asked for explicitly; nothing is read out of the prompt's words
});

for (const { url } of images) console.log(url);
// The upstream reads the number from the prompt, so words were added to it, and we are told.
assert.ok(warnings.some(({ code }) => code === "prompt_extended"));
assert.ok(images.length >= 5, `${images.length} pictures came`);
