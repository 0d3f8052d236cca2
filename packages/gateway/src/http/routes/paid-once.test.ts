// Tests over real HTTP that a request is paid once, whatever its client does: keys, lost connections, repetitions.

import { once } from "node:events";
import { connect } from "node:net";

import { JimengError } from "@jimeng/sdk";
import { afterEach, beforeEach, describe, expect, onTestFinished, test } from "vitest";

import { fakeSessions, openGatewayWithAccounts } from "../../testing/gateway-with-accounts.ts";
import type { GatewayWithAccounts } from "../../testing/gateway-with-accounts.ts";

let open: GatewayWithAccounts;
let url: string;
beforeEach(() => build());
afterEach(() => open.close());

async function build(environment: Record<string, string> = {}): Promise<void> {
  open = await openGatewayWithAccounts({
    JIMENG_SESSIONS: `one=${fakeSessions.one}`,
    PORT: "0",
    ...environment,
  });
  ({ url } = await open.gateway.listen());
}

type Headers = Record<string, string>;

function post(
  body: unknown,
  { headers = {}, path = "/v1/images/generations", signal }: PostOptions = {},
): Promise<Response> {
  return fetch(`${url}${path}`, {
    method: "POST",
    headers: { "content-type": "application/json", ...headers },
    body: JSON.stringify(body),
    signal,
  });
}

interface PostOptions {
  headers?: Headers;
  path?: string;
  signal?: AbortSignal;
}

/** Waits in real time until a condition of the gateway holds. */
async function until(condition: () => boolean | Promise<boolean>): Promise<void> {
  for (let tries = 0; tries < 500; tries++) {
    await open.clock.settle();
    if (await condition()) return;
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  throw new Error("it did not come to pass");
}

const starts = (count: number) => until(() => open.upstream.charged.length === count);

/** Posts and hangs up once the upstream has the start. */
async function lose(body: unknown, options: PostOptions = {}): Promise<void> {
  const already = open.upstream.charged.length;
  const controller = new AbortController();
  const answer = post(body, { ...options, signal: controller.signal }).catch(() => undefined);
  await starts(already + 1);
  controller.abort();
  await answer;
  await until(async () => {
    const rows = await open.responses();
    return rows.some(({ orphaned_at: at }) => at !== null);
  });
}

/** Ends what runs, so that the waiting answers come: a refusal needs no files. */
async function endAll(): Promise<void> {
  const error = new JimengError("content_rejected", "no", { stage: "output", charged: "no" });
  for (const submitId of open.upstream.charged) open.upstream.fail(submitId, error);
  await open.clock.advance(20_000);
}

const cat = { prompt: "a cat" };
const jobOf = (response: Response) => response.headers.get("x-jimeng-job");

describe("Idempotency-Key", () => {
  test("gives the first job's answer, waiting with it while it runs", async () => {
    const headers = { "idempotency-key": "k-1" };
    const first = post(cat, { headers });
    await starts(1);
    const second = post({ n: 1, model: "jimeng-4.0", prompt: "a cat" }, { headers });
    // The first asked twice: for the key, then for its own jobs.
    await until(async () => (await open.responses())[0]?.connection?.endsWith("/3") === true);
    await endAll();
    const answers = await Promise.all([first, second]);
    expect(answers.map(({ status }) => status)).toEqual([400, 400]);
    expect(jobOf(answers[1])).toBe(jobOf(answers[0]));
    expect(answers.map((answer) => answer.headers.get("idempotent-replayed"))).toEqual([
      null,
      "true",
    ]);
    const third = await post(cat, { headers });
    expect(jobOf(third)).toBe(jobOf(answers[0]));
    expect(open.upstream.posts).toHaveLength(1);
  });

  test("with another body is 422, on whatever route", async () => {
    const headers = { "idempotency-key": "k-1", prefer: "respond-async" };
    expect((await post(cat, { headers })).status).toBe(202);
    const others = [
      await post({ prompt: "a dog" }, { headers }),
      await post(cat, { headers, path: "/v1/videos" }),
      await post({ kind: "image", prompt: "a dog" }, { headers, path: "/v1/jobs" }),
    ];
    for (const answer of others) {
      expect(answer.status).toBe(422);
      expect(await answer.json()).toMatchObject({
        error: { code: "idempotency_key_reused", charged: "no", job_id: null },
      });
    }
    await starts(1);
  });

  test("works on every route that makes jobs", async () => {
    const ids: (string | null)[] = [];
    for (const _ of [1, 2]) {
      const video = { headers: { "idempotency-key": "v" }, path: "/v1/videos" };
      ids.push(jobOf(await post({ prompt: "waves" }, video)));
      const native = { headers: { "idempotency-key": "j" }, path: "/v1/jobs" };
      ids.push(jobOf(await post({ kind: "image", prompt: "a cat", count: 10 }, native)));
    }
    expect(ids.slice(2)).toEqual(ids.slice(0, 2));
    expect(ids[1]).toContain(", ");
  });

  test("remembers no failure that made no job", async () => {
    const headers = { "idempotency-key": "k-1", prefer: "respond-async" };
    expect((await post({ prompt: "" }, { headers })).status).toBe(400);
    expect((await post({ ...cat, account: "nobody" }, { headers })).status).toBe(404);
    expect((await post(cat, { headers })).status).toBe(202);
  });

  test.each(["", " ", "x".repeat(256), "schlüssel"])("%j is refused", async (key) => {
    const answer = await open.gateway.app.inject({
      method: "POST",
      url: "/v1/images/generations",
      headers: { "idempotency-key": key },
      payload: cat,
    });
    expect(answer.statusCode).toBe(400);
    expect(answer.json().error.param).toBe("Idempotency-Key");
  });
});

describe("a caller who hangs up", () => {
  test("and sends the same again joins its job: one start, one answer", async () => {
    await lose({ prompt: "a cat", size: "auto", seed: null });
    const again = post({ seed: null, model: "jimeng-4.0", prompt: "a cat" });
    await until(async () => (await open.responses())[0]?.orphaned_at === null);
    await endAll();
    const answer = await again;
    expect(answer.headers.get("x-jimeng-joined")).toBe(jobOf(answer));
    expect(open.upstream.posts).toHaveLength(1);
    await until(async () => (await open.responses())[0]?.answered_at !== null);
    const next = await post(cat, { headers: { prefer: "respond-async" } });
    expect(next.headers.get("x-jimeng-joined")).toBeNull();
    await starts(2);
  });

  test("with the answer unread, and sends the same again, joins its job", async () => {
    const headers = "host: 127.0.0.1\r\ncontent-type: application/json\r\nprefer: respond-async";
    const body = JSON.stringify(cat);
    const socket = connect(Number(new URL(url).port), "127.0.0.1");
    // Never read: closing the connection then throws the answer away, and TCP says so.
    socket.pause();
    await once(socket, "connect");
    socket.write(
      `POST /v1/images/generations HTTP/1.1\r\n${headers}\r\ncontent-length: ${body.length}\r\n\r\n${body}`,
    );
    await until(async () => (await open.responses())[0]?.answered_at != null);
    socket.resetAndDestroy();
    await until(async () => (await open.responses())[0]?.orphaned_at != null);
    const again = await post(cat, { headers: { prefer: "respond-async" } });
    expect(again.headers.get("x-jimeng-joined")).toBe(jobOf(again));
    expect(await open.responses()).toHaveLength(1);
  });

  test("after many requests on one connection, loses the last answer alone", async () => {
    const warnings: Error[] = [];
    const note = (warning: Error) => void warnings.push(warning);
    process.on("warning", note);
    onTestFinished(() => void process.off("warning", note));
    const socket = connect(Number(new URL(url).port), "127.0.0.1");
    await once(socket, "connect");
    const headers = "host: 127.0.0.1\r\ncontent-type: application/json\r\nprefer: respond-async";
    for (let index = 0; index < 12; index++) {
      const body = JSON.stringify({ prompt: `cat ${index}` });
      socket.write(
        `POST /v1/images/generations HTTP/1.1\r\n${headers}\r\ncontent-length: ${body.length}\r\n\r\n${body}`,
      );
      await once(socket, "data");
    }
    const discarded = async () =>
      (await open.responses()).filter((row) => row.orphaned_at != null).length;
    await until(async () => (await open.responses()).every((row) => row.answered_at != null));
    socket.resetAndDestroy();
    await until(async () => (await discarded()) > 0);
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect(await discarded()).toBe(1);
    expect(warnings).toEqual([]);
  });

  test("before the request was read makes no job: it may be answered elsewhere by now", async () => {
    const body = JSON.stringify(cat);
    const headers = "host: 127.0.0.1\r\ncontent-type: application/json\r\nconnection: close";
    for (let times = 0; times < 20; times++) {
      const socket = connect(Number(new URL(url).port), "127.0.0.1");
      await once(socket, "connect");
      const written = new Promise((resolve) =>
        socket.write(
          `POST /v1/images/generations HTTP/1.1\r\n${headers}\r\ncontent-length: ${body.length}\r\n\r\n${body}`,
          resolve,
        ),
      );
      socket.destroy();
      await written.catch(() => undefined);
    }
    await new Promise((resolve) => setTimeout(resolve, 200));
    expect(await open.responses()).toEqual([]);
  });

  test("with the answer read, and sends the same again, gets another", async () => {
    const answer = await post(cat, { headers: { prefer: "respond-async", connection: "close" } });
    await answer.text();
    const again = await post(cat, { headers: { prefer: "respond-async" } });
    expect(again.headers.get("x-jimeng-joined")).toBeNull();
    expect(await open.responses()).toHaveLength(2);
  });

  test("and asks for something else, or says join: false, gets new jobs", async () => {
    await lose(cat);
    const headers = { prefer: "respond-async" };
    for (const body of [{ prompt: "a dog" }, { ...cat, join: false }, { ...cat, seed: 5 }]) {
      const answer = await post(body, { headers });
      expect(answer.headers.get("x-jimeng-joined")).toBeNull();
    }
    await starts(4);
  });

  test("loses a submission of several jobs as one", async () => {
    const many = { prompt: "a cat", n: 10 };
    const controller = new AbortController();
    const gone = post(many, { signal: controller.signal }).catch(() => undefined);
    await starts(2);
    controller.abort();
    await gone;
    await until(async () => (await open.responses()).every((row) => row.orphaned_at !== null));
    const answer = await post(many, { headers: { prefer: "respond-async" } });
    expect(answer.headers.get("x-jimeng-joined")).toBeTruthy();
    expect((await answer.json()) as { data: unknown[] }).toMatchObject({ object: "list" });
    expect(open.upstream.charged).toHaveLength(2);
  });
});

describe("callers who wait", () => {
  test("two of them with the same request get two jobs", async () => {
    const answers = [post(cat), post(cat)];
    await starts(2);
    await endAll();
    const [one, two] = await Promise.all(answers);
    expect(jobOf(one!)).not.toBe(jobOf(two!));
  });

  test("who say that they repeat join the job that seems to be waited for", async () => {
    const first = post(cat);
    await starts(1);
    const second = post(cat, { headers: { "x-stainless-retry-count": "1" } });
    await until(async () => (await open.responses())[0]?.connection?.endsWith("+") === true);
    await endAll();
    const [one, two] = await Promise.all([first, second]);
    expect(jobOf(two)).toBe(jobOf(one));
    expect(two.headers.get("x-jimeng-joined")).toBe(jobOf(one));
    expect(open.upstream.posts).toHaveLength(1);
  });

  test("for a job only are answered by it: the same again is another", async () => {
    const headers = { prefer: "respond-async" };
    const first = await post(cat, { headers });
    await until(async () => (await open.responses())[0]?.answered_at !== null);
    const second = await post(cat, { headers });
    expect(jobOf(second)).not.toBe(jobOf(first));
  });
});

test("a full queue is answered 503 with Retry-After, and makes no row", async () => {
  await open.close();
  await build({ JIMENG_MAX_QUEUE: "1" });
  const answer = await post({ prompt: "a cat", n: 10 });
  expect(answer.status).toBe(503);
  expect(answer.headers.get("retry-after")).toBe("10");
  expect(answer.headers.get("x-should-retry")).toBe("true");
  expect(await answer.json()).toMatchObject({ error: { code: "overloaded", charged: "no" } });
  expect(await open.responses()).toEqual([]);
});
