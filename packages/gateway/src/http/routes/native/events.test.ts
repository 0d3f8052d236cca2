// Tests GET /v1/events: who hears what, filters, coming back, events that are gone, and readers that stop reading.

import { once } from "node:events";
import { connect } from "node:net";

import { afterEach, describe, expect, test } from "vitest";

import { GatewayClient } from "../../../api/client/client.ts";
import type { EventMessage } from "../../../api/client/resources/events.ts";
import { writeCursor } from "../../../events/cursors.ts";
import { toKeyId } from "../../auth.ts";
import { openDatabase } from "../../../database/database.ts";
import { buildFakeApp } from "../../../testing/fake-app.ts";
import type { FakeApp } from "../../../testing/fake-app.ts";
import { toQueuedJob } from "../../../testing/fake-jobs.ts";

const alice = "obviously-fake-key-alice";
const bob = "obviously-fake-key-bob";
const aliceId = toKeyId("key", alice);

let fake: FakeApp | undefined;
afterEach(async () => {
  await fake?.close();
  fake = undefined;
});

async function serve(
  settings: Record<string, string> = {},
): Promise<{ fake: FakeApp; url: string; of(key: string): GatewayClient }> {
  fake = await buildFakeApp({ JIMENG_API_KEYS: `${alice},${bob}`, ...settings });
  const url = await fake.app.listen({ port: 0, host: "127.0.0.1" });
  return { fake, url, of: (key) => new GatewayClient({ baseUrl: url, key, fetch: noteOpening }) };
}

function addJob({ jobs }: FakeApp, id: string, keyId: string | null): void {
  const request = { kind: "image", model: "jimeng-4.0", prompt: "a lighthouse" };
  jobs.rows.set(id, toQueuedJob(id, { request: request as never, warnings: [], keyId }));
}

let onOpening: () => void = () => undefined;
/** Fetches; a stream answers with its first bytes, when it follows the events. */
async function noteOpening(url: string, init: RequestInit): Promise<Response> {
  const response = await fetch(url, init);
  onOpening();
  return response;
}

/** Reads messages until so many have come; `act` runs once the stream is open. */
async function read(
  stream: AsyncGenerator<EventMessage>,
  count: number,
  act: () => Promise<void> = () => Promise.resolve(),
): Promise<EventMessage[]> {
  const messages: EventMessage[] = [];
  const opened = new Promise<void>((resolve) => (onOpening = resolve));
  const reading = (async () => {
    for await (const message of stream) if (messages.push(message) === count) return;
  })();
  await opened;
  await act();
  await reading;
  return messages;
}

const typesOf = (messages: EventMessage[]): unknown[] => messages.map(({ event }) => event?.type);

describe("GET /v1/events", () => {
  test("tells a key of its own jobs, with the job, and the owner of everything", async () => {
    const { fake: app, of } = await serve();
    addJob(app, "job_a", aliceId);
    const append = () =>
      app.events.append([
        { type: "account.health", subject: "main", account: "main", data: { state: "blocked" } },
        { type: "job.queued", subject: "job_b", keyId: toKeyId("key", bob) },
        { type: "job.queued", subject: "job_a", keyId: aliceId, account: "main" },
        { type: "model.changed", subject: "jimeng-9", data: { change: "appeared" } },
      ]);
    const own = await read(of(alice).events.stream(), 2, append);
    expect(typesOf(own)).toEqual(["job.queued", "model.changed"]);
    expect(own[0]?.event).toMatchObject({
      id: expect.stringMatching(/^evt_\d+$/),
      object: "event",
      account: "main",
      data: { id: "job_a", object: "job", status: "queued" },
    });
    const all = await read(of(app.adminKey).events.stream({ after: "0" }), 4);
    expect(typesOf(all)).toEqual(["account.health", "job.queued", "job.queued", "model.changed"]);
    expect(all[0]?.event?.data).toEqual({ id: "main", state: "blocked" });
    // A job that is gone is named, no more.
    expect(all[1]?.event?.data).toEqual({ id: "job_b", object: "job", deleted: true });
  });

  test("narrows to types and families, and refuses a type that does not exist", async () => {
    const { fake: app, of, url } = await serve();
    await app.events.append([
      { type: "job.queued", subject: "job_a" },
      { type: "key.budget", subject: aliceId, keyId: aliceId, data: { percent: 80 } },
      { type: "job.failed", subject: "job_a" },
      { type: "model.changed", subject: "jimeng-9" },
    ]);
    const types = ["job.*", "model.changed"];
    const some = await read(of(app.adminKey).events.stream({ after: "0", types }), 3);
    expect(typesOf(some)).toEqual(["job.queued", "job.failed", "model.changed"]);
    const headers = { authorization: `Bearer ${alice}` };
    const refused = await fetch(`${url}/v1/events?types=job.done`, { headers });
    expect(refused.status).toBe(400);
    expect(await refused.json()).toMatchObject({ error: { param: "types" } });
  });

  test("goes on after the last event, also for a reader that had none yet", async () => {
    const { fake: app, of, url } = await serve();
    await app.events.append([{ type: "model.changed", subject: "before" }]);
    const headers = { authorization: `Bearer ${alice}` };
    const first = await fetch(`${url}/v1/events`, { headers });
    const text = new TextDecoder().decode((await first.body!.getReader().read()).value);
    const position = /^id: (\d+)$/m.exec(text)?.[1];
    expect(position).toBeDefined();
    await app.events.append([{ type: "model.changed", subject: "missed" }]);
    const [message] = await read(of(alice).events.stream({ after: position }), 1);
    expect(message?.event?.data).toEqual({ id: "missed" });
  });

  test("tells a reader to begin anew when what it missed is no longer kept, or was never sent", async () => {
    const { fake: app, of } = await serve();
    for (const subject of ["a", "b"]) await app.events.append([{ type: "model.changed", subject }]);
    const { tables, close } = await openDatabase({ dataDir: app.dataDir });
    await tables.transaction().execute((transaction) => writeCursor(transaction, "pruned", 1));
    await close();
    for (const after of ["0", "999", "nonsense"]) {
      const append = () => app.events.append([{ type: "model.changed", subject: after }]);
      const [reset, next] = await read(of(alice).events.stream({ after }), 2, append);
      expect(reset).toMatchObject({ name: "reset", event: null });
      expect(next?.event?.data).toEqual({ id: after });
    }
    const [kept] = await read(of(alice).events.stream({ after: "1" }), 1);
    expect(kept?.event?.data).toEqual({ id: "b" });
  });

  test("holds little for a reader that stops reading, and ends when the gateway closes", async () => {
    const { fake: app, url } = await serve();
    const address = new URL(url);
    const socket = connect(Number(address.port), address.hostname);
    await once(socket, "connect");
    socket.write(
      `GET /v1/events HTTP/1.1\r\nhost: ${address.host}\r\nauthorization: Bearer ${alice}\r\n\r\n`,
    );
    await once(socket, "data");
    socket.pause();
    const data = { text: "x".repeat(100_000) };
    for (let index = 0; index < 20; index += 1) {
      const event = { type: "model.changed", subject: `${index}`, data } as const;
      await app.events.append(Array.from({ length: 10 }, () => event));
    }
    await new Promise((resolve) => setTimeout(resolve, 100));
    const before = socket.bytesRead;
    const ended = once(socket, "close");
    await app.app.close();
    socket.resume();
    await ended;
    // Of 20 MB only what fitted into the buffers of the connection was sent.
    expect(socket.bytesRead - before).toBeLessThan(10_000_000);
  });

  test("ends, with the streams of jobs, when the browser signs out, and for a key with a new text", async () => {
    const { fake: app, url } = await serve();
    const { key, text } = await app.keys.create({ name: "phone" });
    addJob(app, "job_a", key.id);
    const signedIn = await fetch(`${url}/v1/sign-in`, {
      method: "POST",
      headers: { "content-type": "application/json", origin: url },
      body: JSON.stringify({ key: alice }),
    });
    const browser = {
      cookie: signedIn.headers.getSetCookie()[0]?.split(";")[0] ?? "",
      origin: url,
    };
    const rotated = { authorization: `Bearer ${text}` };
    const opened = await Promise.all([
      fetch(`${url}/v1/events`, { headers: browser }),
      fetch(`${url}/v1/events`, { headers: rotated }),
      fetch(`${url}/v1/jobs/job_a/events`, { headers: rotated }),
    ]);
    expect(opened.map(({ status }) => status)).toEqual([200, 200, 200]);
    await fetch(`${url}/v1/sign-in`, { method: "DELETE", headers: browser });
    await app.keys.rotate(key.id, 0);
    // Nothing happens that the streams would tell.
    for (const response of opened) expect(await response.text()).not.toContain("job.completed");
  });

  test("is refused with Retry-After to a key that holds as many as it may", async () => {
    const { url } = await serve({ JIMENG_MAX_STREAMS_PER_KEY: "1" });
    const headers = { authorization: `Bearer ${alice}` };
    const first = await fetch(`${url}/v1/events`, { headers });
    const refused = await fetch(`${url}/v1/events`, { headers });
    expect([first.status, refused.status]).toEqual([200, 429]);
    expect(refused.headers.get("retry-after")).toBe("5");
    expect(await refused.json()).toMatchObject({
      error: {
        code: "rate_limited",
        message: "This key holds 1 event streams open, as many as it may.",
        fix: expect.stringContaining("JIMENG_MAX_STREAMS_PER_KEY"),
      },
    });
    const other = await fetch(`${url}/v1/events`, { headers: { authorization: `Bearer ${bob}` } });
    expect(other.status).toBe(200);
    for (const response of [first, other]) await response.body?.cancel();
    await expect
      .poll(async () => {
        const again = await fetch(`${url}/v1/events`, { headers });
        await again.body?.cancel();
        return again.status;
      })
      .toBe(200);
  });

  test("ends for a key that was revoked", async () => {
    const { fake: app, of } = await serve();
    const made = await app.keys.create({ name: "phone" });
    const stream = of(made.text).events.stream({ reconnectLimit: 0, reconnectDelayMs: 0 });
    const reading = read(stream, 1, async () => {
      await app.keys.revoke(made.key.id);
      await app.events.append([{ type: "model.changed", subject: "secret" }]);
    });
    await expect(reading).rejects.toMatchObject({ code: "unauthorized" });
  });
});
