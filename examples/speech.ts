// Speaks a text with the first voice of the site (朗读), and saves the mp3.
import assert from "node:assert/strict";
import { writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openAccount } from "./account.ts";

const { audio } = openAccount();
const [voice] = await audio.voices();
assert.ok(voice);

// One call without an id: if its answer is lost, look at the credit history before you ask again.
const { bytes } = await audio.speech({ prompt: "海浪轻轻拍打着沙滩。", voice: voice.id });
const path = join(tmpdir(), "speech.mp3");
await writeFile(path, bytes);
console.log(`${bytes.length} bytes by ${voice.title}: ${path}`);
