// Makes an instrumental piece, and a song with lyrics. Recorded on the international site; elsewhere a warning says so.
import assert from "node:assert/strict";
import { openAccount } from "./account.ts";

const { audio: jimengAudio } = openAccount();

const piece = await jimengAudio.music({ prompt: "slow piano, rain outside", durationSeconds: 45 });
console.log(piece.audio.url);

const song = await jimengAudio.music({
  prompt: "folk, guitar, a warm voice",
  title: "The lighthouse",
  lyrics: "The lamp goes round\nThe boats come home",
});
console.log(song.audio.url);

assert.equal(piece.audio.durationMs, 45_000);
assert.equal(song.request.vocals, true);
