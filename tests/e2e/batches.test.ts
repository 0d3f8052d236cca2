// The promise that a batch is taken once and each of its lines is paid for once, whenever the gateway dies: real
// gateways over real HTTP, ended by SIGKILL, on both databases.
import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, expect, test } from "vitest";
import type { BatchObject, BatchResultObject, JobObject } from "@jimeng/gateway/api";
import { engineHere } from "../chaos/engine-here.ts";
import { openScene, type Scene } from "../death-table/scene.ts";

let scene: Scene | undefined;
afterEach(() => scene?.remove());

const toLines = (count: number): string =>
  Array.from({ length: count }, (_, line) =>
    JSON.stringify({
      custom_id: `line-${line}`,
      kind: "image",
      prompt: `picture ${line}`,
      count: 1,
    }),
  ).join("\n");

async function open(): Promise<Scene> {
  const { engine, postgresUrl } = engineHere();
  scene = await openScene(engine, postgresUrl);
  return scene;
}

const send = (url: string, lines: string, key: string) =>
  fetch(`${url}/v1/jobs/batch?confirm=true`, {
    method: "POST",
    headers: { "content-type": "application/x-ndjson", "idempotency-key": key },
    body: lines,
    signal: AbortSignal.timeout(30_000),
  });

async function read<Answer>(url: string): Promise<Answer> {
  const response = await fetch(url, { signal: AbortSignal.timeout(30_000) });
  expect(response.status).toBe(200);
  return (await response.json()) as Answer;
}

async function untilEnd(url: string, id: string): Promise<BatchObject> {
  for (;;) {
    const batch = await read<BatchObject>(`${url}/v1/batches/${id}`);
    if (batch.status === "completed" || batch.status === "cancelled") return batch;
    await sleep(100);
  }
}

test("a death between making a line's job and writing that down makes no second job", async () => {
  const { gateway, simulator } = await open();
  const dying = await gateway("row_stored", 2);
  const sent = await send(dying.url, toLines(3), "k");
  const { id } = (await sent.json()) as BatchObject;
  await dying.ended;
  const next = await gateway();
  expect(await untilEnd(next.url, id)).toMatchObject({
    status: "completed",
    counts: { total: 3, completed: 3 },
  });
  const { data } = await read<{ data: JobObject[] }>(`${next.url}/v1/jobs`);
  expect(data.map(({ request }) => request.prompt).toSorted()).toEqual(
    [0, 1, 2].map((line) => `picture ${line}`),
  );
  expect(simulator.acceptedStarts()).toHaveLength(3);
  const results = await (await fetch(`${next.url}/v1/batches/${id}/results`)).text();
  const lines = results.trim().split("\n");
  expect(lines.map((line) => (JSON.parse(line) as BatchResultObject).custom_id)).toEqual([
    "line-0",
    "line-1",
    "line-2",
  ]);
});

test("a death in the middle of an upload is made good by the same call, which doubles nothing", async () => {
  const { gateway, simulator } = await open();
  const dying = await gateway("batch_lines_stored");
  await expect(send(dying.url, toLines(150), "k")).rejects.toThrow();
  await dying.ended;
  const next = await gateway();
  const [broken] = (await read<{ data: BatchObject[] }>(`${next.url}/v1/batches`)).data;
  expect(broken).toMatchObject({ status: "validating", counts: { total: 100 } });
  expect(simulator.acceptedStarts()).toEqual([]);
  const sent = await send(next.url, toLines(150), "k");
  expect(await sent.json()).toMatchObject({ id: broken?.id, counts: { total: 150 } });
  const { id = "" } = broken ?? {};
  await fetch(`${next.url}/v1/batches/${id}/cancel`, { method: "POST" });
  expect(await untilEnd(next.url, id)).toMatchObject({ status: "cancelled" });
  expect((await read<{ data: unknown[] }>(`${next.url}/v1/batches`)).data).toHaveLength(1);
});
