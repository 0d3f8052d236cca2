// Starts a video with the AI SDK, dies by SIGKILL, and finishes it in another process from the stored operation.
// Usage: this file alone plays both; `ai-sdk-video-in-another-process.ts <file>` is the process that dies.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { createJimeng } from "@jimeng/ai-sdk-provider";
import { experimental_getVideoStatus, experimental_startVideo, type JSONValue } from "ai";

const baseURL = process.env.GATEWAY_URL ?? "http://127.0.0.1:5100";
const model = createJimeng({ baseURL, apiKey: process.env.JIMENG_API_KEY }).video(
  "jimeng-video-3.0",
);
const file = process.argv[2];

if (file !== undefined) {
  // Your own key, such as an order's number: repeated after a crash before the next line, it starts nothing twice.
  const headers = { "idempotency-key": file };
  const { operation } = await experimental_startVideo({ model, prompt: "夕阳下的海滩", headers });
  writeFileSync(file, JSON.stringify(operation));
  process.kill(process.pid, "SIGKILL");
}

const stored = join(mkdtempSync(join(tmpdir(), "jimeng-")), "operation.json");
const { signal } = spawnSync(process.execPath, [...process.execArgv, import.meta.filename, stored]);
assert.equal(signal, "SIGKILL");
const operation = JSON.parse(readFileSync(stored, "utf8")) as JSONValue;
let status = await experimental_getVideoStatus(model, { operation });
for (
  ;
  status.status === "pending";
  status = await experimental_getVideoStatus(model, { operation })
)
  await sleep(200);
assert.equal(status.status, "completed");
const { videos } = status.providerMetadata?.jimeng ?? {};
console.log((videos as { url: string }[])[0]?.url);
