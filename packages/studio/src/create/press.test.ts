// Tests that one press makes its jobs once, whatever comes in between.

import { GatewayError } from "@jimeng/gateway/api/client";
import type { JobBodyInput } from "@jimeng/gateway/api";
import { expect, it } from "vitest";

import { presses, readPresses, runPress } from "./press.ts";
import type { Press } from "./press.ts";

function toStorage() {
  const kept = new Map<string, string>();
  return {
    kept,
    get length() {
      return kept.size;
    },
    key: (at: number) => [...kept.keys()][at] ?? null,
    getItem: (key: string) => kept.get(key) ?? null,
    setItem: (key: string, value: string) => void kept.set(key, value),
    removeItem: (key: string) => void kept.delete(key),
  };
}

const body = (prompt: string): JobBodyInput => ({ kind: "image", prompt });
const begun: Press = { id: "p", bodies: [body("a"), body("b")], answered: 0, isDraft: true };
const away = () => new GatewayError("connection_failed", "away", { retryable: true });
const wait = () => Promise.resolve();

it("sends each body with a key of its own, and forgets the press when all were answered", async () => {
  const storage = toStorage();
  const keys: string[] = [];
  const create = (_body: JobBodyInput, { idempotencyKey }: { idempotencyKey: string }) => {
    expect(readPresses(storage)[0]?.answered).toBe(keys.length);
    expect(presses.get()).toEqual(readPresses(storage));
    keys.push(idempotencyKey);
    return Promise.resolve();
  };
  await runPress(begun, { create, storage, wait });
  expect(keys).toEqual(["p-0", "p-1"]);
  expect(storage.kept.size).toBe(0);
  expect(presses.get()).toEqual([]);
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
  storage.setItem("jimeng.press.p", JSON.stringify({ ...begun, answered: 1 }));
  const keys: string[] = [];
  const create = (_body: JobBodyInput, { idempotencyKey }: { idempotencyKey: string }) => {
    keys.push(idempotencyKey);
    return Promise.resolve([]);
  };
  const [left] = readPresses(storage);
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

it("runs several at once, each kept by itself", async () => {
  const storage = toStorage();
  storage.setItem("jimeng.draft", "{}");
  const { promise, resolve } = Promise.withResolvers<void>();
  const runs = ["p", "q"].map((id) =>
    runPress({ ...begun, id, answered: 1 }, { create: () => promise, storage, wait }),
  );
  expect(readPresses(storage).map(({ id }) => id)).toEqual(["p", "q"]);
  resolve();
  await Promise.all(runs);
  expect([...storage.kept.keys()]).toEqual(["jimeng.draft"]);
  expect(presses.get()).toEqual([]);
});

it.each([null, "", "{", "[]", '{"id": 1}', '{"id": "x"}'])("reads no press out of %j", (text) => {
  const storage = toStorage();
  if (text !== null) storage.setItem("jimeng.press.p", text);
  expect(readPresses(storage)).toEqual([]);
});
