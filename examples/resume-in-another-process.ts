// Starts a video in one process and takes it up in another: an operation is plain JSON.
// Usage: this file alone plays both; `resume-in-another-process.ts <operation as JSON>` is the second one.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { randomUUID } from "node:crypto";
import type { Operation } from "@jimeng/sdk";
import { openAccount } from "./account.ts";

const jimeng = openAccount();
const handedOver = process.argv[2];

if (handedOver === undefined) {
  const submitId = randomUUID(); // write it down before the start: it finds a start whose answer was lost
  const request = { kind: "video", model: "jimeng-video-3.0", prompt: "云海日出" } as const;
  const operation = await jimeng.generations.start(request, { submitId });
  const words = [...process.execArgv, import.meta.filename, JSON.stringify(operation)];
  console.log(execFileSync(process.execPath, words, { encoding: "utf8" }).trim());
} else {
  const operation = JSON.parse(handedOver) as Operation;
  const generation = await jimeng.generations.wait(operation);
  if (generation.error !== null) throw generation.error;
  const found = await jimeng.generations.find([operation.submitId]);
  assert.equal(found.get(operation.submitId)?.operation.historyId, operation.historyId);
  for (const { url } of generation.outputs) console.log(url);
}
