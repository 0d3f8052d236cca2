// Tests the blanks before the JSON of an answer that is waited for, over real connections.

import { afterEach, beforeEach, describe, expect, test } from "vitest";

import { buildFakeApp } from "../../testing/fake-app.ts";
import type { FakeApp } from "../../testing/fake-app.ts";
import { complete, failWith } from "../../testing/fake-jobs.ts";

let fake: FakeApp;
beforeEach(async () => {
  fake = await buildFakeApp({}, { heartbeatMs: 5 });
  fake.jobs.onCreate = () => ({ status: "in_progress" });
});
afterEach(() => fake.close());

const heartbeat = { prefer: "heartbeat" };

async function post(body: object, headers: Record<string, string> = heartbeat, path = "images") {
  const address = await fake.app.listen({ port: 0, host: "127.0.0.1" });
  const url = path === "images" ? "/v1/images/generations" : "/v1/chat/completions";
  return fetch(`${address}${url}`, {
    method: "POST",
    headers: { "content-type": "application/json", ...headers },
    body: JSON.stringify(body),
  });
}

/** Reads until the first bytes are there, lets the job end, and reads the rest. */
async function readAround(response: Response, end: () => void): Promise<string> {
  if (response.body === null) throw new Error("no body");
  const decoder = new TextDecoder();
  let text = "";
  for await (const piece of response.body) {
    if (text === "") end();
    text += decoder.decode(piece, { stream: true });
  }
  return text;
}

function finish(): void {
  const job = fake.jobs.rows.get("job_1");
  if (job === undefined) throw new Error("no job");
  fake.jobs.change("job_1", complete(job), "job.completed");
}

describe("blanks before the JSON", () => {
  test.each([
    ["pictures", { prompt: "a cat" }, "images"],
    ["a chat", { messages: [{ role: "user", content: "a cat" }] }, "chat"],
  ])("come while %s are made, and the whole is JSON", async (_what, body, path) => {
    const response = await post(body, heartbeat, path);
    expect(response.status).toBe(200);
    expect(response.headers.get("x-jimeng-job")).toBe("job_1");
    const text = await readAround(response, finish);
    expect(text).toMatch(/^ +\{/);
    expect(JSON.parse(text)).toMatchObject({ job_id: "job_1" });
    await expect.poll(() => fake.jobs.told).toEqual(["answered"]);
  });

  test("come before base64, too", async () => {
    const file = Buffer.alloc(300_000, 7);
    const response = await post({ prompt: "a cat", response_format: "b64_json" });
    const text = await readAround(response, () => {
      const job = fake.jobs.rows.get("job_1");
      if (job === undefined) throw new Error("no job");
      const done = complete(job);
      for (const asset of done.assets ?? []) fake.writeFile(asset, file);
      fake.jobs.change("job_1", done, "job.completed");
    });
    expect(Buffer.from(JSON.parse(text).data[0].b64_json, "base64")).toEqual(file);
  });

  test("end in a closed connection when the job fails", async () => {
    const response = await post({ prompt: "a cat" });
    const job = fake.jobs.rows.get("job_1");
    if (job === undefined) throw new Error("no job");
    const reading = readAround(response, () =>
      fake.jobs.change("job_1", failWith("generation_failed")(job), "job.failed"),
    );
    await expect(reading).rejects.toThrow();
    await expect.poll(() => fake.jobs.told).toEqual(["responseLost"]);
  });

  test("do not come for a request that may be answered 202", async () => {
    const response = await post({ prompt: "a cat" }, { prefer: "heartbeat, respond-async" });
    expect(response.status).toBe(202);
  });

  test("do not come unless they are asked for", async () => {
    fake.jobs.onCreate = complete;
    const response = await post({ prompt: "a cat" }, {});
    expect(await response.text()).toMatch(/^\{/);
  });
});
