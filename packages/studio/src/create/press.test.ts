// Tests that one press makes its jobs once, whatever comes in between.

import { GatewayError } from "@jimeng/gateway/api/client";
import type { JobBodyInput } from "@jimeng/gateway/api";
import { expect, it } from "vitest";

import { press, readPress, runPress } from "./press.ts";
import type { Press } from "./press.ts";

function toStorage() {
  const kept = new Map<string, string>();
  return {
    kept,
    getItem: (key: string) => kept.get(key) ?? null,
    setItem: (key: string, value: string) => void kept.set(key, value),
    removeItem: (key: string) => void kept.delete(key),
  };
}

const body = (prompt: string): JobBodyInput => ({ kind: "image", prompt });
const begun: Press = { id: "p", bodies: [body("a"), body("b")], answered: 0 };
const away = () => new GatewayError("connection_failed", "away", { retryable: true });
const wait = () => Promise.resolve();

it("sends each body with a key of its own, and forgets the press when all were answered", async () => {
  const storage = toStorage();
  const keys: string[] = [];
  const create = (_body: JobBodyInput, { idempotencyKey }: { idempotencyKey: string }) => {
    expect(readPress(storage)?.answered).toBe(keys.length);
    keys.push(idempotencyKey);
    return Promise.resolve();
  };
  await runPress(begun, { create, storage, wait });
  expect(keys).toEqual(["p-0", "p-1"]);
  expect(storage.kept.size).toBe(0);
  expect(press.get()).toBeNull();
});

it("repeats with the same key while nothing answers", async () => {
  const keys: string[] = [];
  const create = (_body: JobBodyInput, { idempotencyKey }: { idempotencyKey: string }) => {
    keys.push(idempotencyKey);
    return keys.length < 4 ? Promise.reject(away()) : Promise.resolve([]);
  };
  const one = { ...begun, bodies: [body("a")] };
  await runPress(one, { create, storage: toStorage(), wait });
  expect(keys).toEqual(["p-0", "p-0", "p-0", "p-0"]);
});

it("goes on where an earlier page stopped", async () => {
  const storage = toStorage();
  storage.setItem("jimeng.press", JSON.stringify({ ...begun, answered: 1 }));
  const keys: string[] = [];
  const create = (_body: JobBodyInput, { idempotencyKey }: { idempotencyKey: string }) => {
    keys.push(idempotencyKey);
    return Promise.resolve([]);
  };
  const left = readPress(storage);
  await runPress(left!, { create, storage, wait });
  expect(keys).toEqual(["p-1"]);
});

it("ends with the gateway's refusal, which is no reason to repeat", async () => {
  const storage = toStorage();
  const refused = new GatewayError("budget_exceeded", "no", { charged: "no" });
  const create = () => Promise.reject(refused);
  const run = runPress(begun, { create, storage, wait });
  await expect(run).rejects.toBe(refused);
  expect(storage.kept.size).toBe(0);
});

it.each([null, "", "{", "[]", '{"id": 1}', '{"id": "x"}'])("reads no press out of %j", (text) => {
  const storage = toStorage();
  if (text !== null) storage.setItem("jimeng.press", text);
  expect(readPress(storage)).toBeNull();
});
