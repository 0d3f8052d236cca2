// The proof that a session id and a gateway key are nowhere but in the requests to the upstream.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import {
  fakeSession,
  postJson,
  type Process,
  scratchFolder,
  startGateway,
  startSimulator,
} from "./processes.ts";

const callerSession = "caller0fake0session0caller0fake0";
const gatewayKey = "gateway-key-that-nobody-may-see";
const folders = [scratchFolder(), scratchFolder(), scratchFolder()];
const [ownData, callerData, upstreamData] = folders.map((folder) => folder.path) as [
  string,
  string,
  string,
];
let simulator: Process;
let own: Process;
let caller: Process;
const answers: string[] = [];

async function record(url: string, init: RequestInit = {}): Promise<void> {
  const response = await fetch(url, init);
  answers.push(`${JSON.stringify([...response.headers])}\n${await response.text()}`);
}

beforeAll(async () => {
  simulator = await startSimulator(upstreamData, ["--media", "blank"]);
  own = await startGateway(
    ownData,
    {
      JIMENG_SESSIONS: `mine=${fakeSession}`,
      JIMENG_API_KEYS: gatewayKey,
      JIMENG_BASE_URL: simulator.url,
      LOG_LEVEL: "trace",
    },
    { simulated: false },
  );
  caller = await startGateway(
    callerData,
    { JIMENG_PASSTHROUGH: "true", JIMENG_BASE_URL: simulator.url, LOG_LEVEL: "trace" },
    { simulated: false },
  );
  for (const [gateway, bearer] of [
    [own, gatewayKey],
    [caller, callerSession],
  ] as const) {
    const authorization = `Bearer ${bearer}`;
    const made = await postJson(
      `${gateway.url}/v1/images/generations`,
      { prompt: "a picture" },
      { authorization },
    );
    expect(made.status, JSON.stringify(made.body)).toBe(200);
    answers.push(JSON.stringify(made.body));
    const refused = await postJson(
      `${gateway.url}/v1/images/generations`,
      { prompt: "simulate:2038" },
      { authorization },
    );
    expect(refused.status).toBe(400);
    answers.push(JSON.stringify(refused.body));
    for (const path of [
      "/v1/jobs",
      "/v1/models",
      "/healthz",
      "/readyz",
      "/openapi.json",
      "/nowhere",
    ]) {
      await record(`${gateway.url}${path}`, { headers: { authorization } });
    }
    await record(`${gateway.url}/v1/images/generations`, {
      method: "POST",
      headers: { authorization, "content-type": "application/json" },
      body: "{ malformed",
    });
    await record(`${gateway.url}/v1/jobs`, {
      headers: { authorization: `Bearer wrong-${bearer}` },
    });
  }
}, 90_000);

afterAll(async () => {
  await own?.stop();
  await caller?.stop();
  await simulator?.stop();
  for (const folder of folders) folder.remove();
});

function everyFile(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
}

describe("a session id and a gateway key", () => {
  const secrets = [fakeSession, callerSession, gatewayKey];

  test("stand in no answer, header or error body", () => {
    expect(answers.length).toBeGreaterThan(15);
    for (const secret of secrets) {
      expect(answers.filter((text) => text.includes(secret))).toEqual([]);
    }
  });

  test("stand in no log line of gateway and simulator, at the most talkative level", () => {
    const logs = [own, caller, simulator].map((process) => process.output());
    expect(logs[0]!.length).toBeGreaterThan(100);
    for (const secret of secrets) {
      expect(logs.filter((text) => text.includes(secret))).toEqual([]);
    }
  });

  test("stand in no byte of any database or file on disk", () => {
    const files = [ownData, callerData, upstreamData].flatMap(everyFile);
    expect(files.some((file) => file.endsWith(".db") || file.endsWith(".sqlite"))).toBe(true);
    for (const file of files) {
      const bytes = readFileSync(file);
      for (const secret of secrets) expect(bytes.includes(secret), file).toBe(false);
    }
  });
});
