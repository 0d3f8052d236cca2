import { setImmediate as turn, setTimeout as sleep } from "node:timers/promises";

import type { Fetch } from "@jimeng/sdk";
import { expect, test } from "vitest";

import { limitResponses } from "./response-limiter.ts";

/** Makes a fetch whose bodies end only when the test says so, and records which ones are being read. */
function controlled() {
  const begun: string[] = [];
  const ends = new Map<string, (error?: Error) => void>();
  const fetch: Fetch = (url) => {
    const body = new ReadableStream<Uint8Array>(
      {
        pull(controller) {
          begun.push(url);
          return new Promise<void>((resolve) => {
            ends.set(url, (error) => {
              if (error !== undefined) controller.error(error);
              else {
                controller.enqueue(new TextEncoder().encode(`body of ${url}`));
                controller.close();
              }
              resolve();
            });
          });
        },
      },
      { highWaterMark: 0 },
    );
    return Promise.resolve(new Response(body, { status: 207, headers: { "x-of": url } }));
  };
  return { fetch: limitResponses(fetch), begun, ends };
}

async function start(fetch: Fetch, names: string[]): Promise<Promise<string>[]> {
  const responses = await Promise.all(names.map((name) => fetch(name, {})));
  const texts = responses.map((response) => response.text());
  await turn();
  return texts;
}

test("four bodies are read at the same time, the fifth when one has ended", async () => {
  const { fetch, begun, ends } = controlled();
  const texts = await start(fetch, ["a", "b", "c", "d", "e"]);
  expect(begun).toEqual(["a", "b", "c", "d"]);
  ends.get("b")?.();
  expect(await texts[1]).toBe("body of b");
  await turn();
  await turn();
  expect(begun).toEqual(["a", "b", "c", "d", "e"]);
  for (const name of ["a", "c", "d", "e"]) ends.get(name)?.();
  expect(await Promise.all(texts)).toEqual(["a", "b", "c", "d", "e"].map((n) => `body of ${n}`));
});

test("a body that breaks off lets the next one start, and its reader gets the error", async () => {
  const { fetch, begun, ends } = controlled();
  const texts = await start(fetch, ["a", "b", "c", "d", "e"]);
  const broken = expect(texts[0]).rejects.toThrow("the line went dead");
  ends.get("a")?.(new Error("the line went dead"));
  await broken;
  await turn();
  await turn();
  expect(begun).toContain("e");
  for (const name of ["b", "c", "d", "e"]) ends.get(name)?.();
  await Promise.all(texts.slice(1));
});

test("slow bodies delay the others by 50 ms at most, and are read to their ends", async () => {
  const { fetch, begun, ends } = controlled();
  const texts = await start(fetch, ["a", "b", "c", "d", "e"]);
  // The limiter uses real time: a slow body counts for 50 ms.
  await sleep(200);
  expect(begun).toContain("e");
  for (const name of ["a", "b", "c", "d", "e"]) ends.get(name)?.();
  expect(await texts[0]).toBe("body of a");
  await Promise.all(texts);
});

test("status and headers are unchanged, and a body that is cancelled lets the next one start", async () => {
  const { fetch, begun, ends } = controlled();
  const dropped = await fetch("a", {});
  expect(dropped.status).toBe(207);
  expect(dropped.headers.get("x-of")).toBe("a");
  const texts = await start(fetch, ["b", "c", "d"]);
  const reader = dropped.body?.getReader();
  void reader?.read();
  await turn();
  const last = await start(fetch, ["e"]);
  expect(begun).not.toContain("e");
  ends.get("a")?.();
  await reader?.cancel();
  await turn();
  await turn();
  expect(begun).toContain("e");
  for (const name of ["b", "c", "d", "e"]) ends.get(name)?.();
  await Promise.all([...texts, ...last]);
});
