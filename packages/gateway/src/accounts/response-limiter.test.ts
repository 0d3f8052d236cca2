import { setImmediate as turn, setTimeout as sleep } from "node:timers/promises";

import type { Fetch } from "@jimeng/sdk";
import { expect, test } from "vitest";

import { readInTurns } from "./response-limiter.ts";

/** Answers with bodies that end only when told to, and notes which were begun to be read. */
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
  return { fetch: readInTurns(fetch), begun, ends };
}

async function start(fetch: Fetch, names: string[]): Promise<Promise<string>[]> {
  const responses = await Promise.all(names.map((name) => fetch(name, {})));
  const texts = responses.map((response) => response.text());
  await turn();
  return texts;
}

test("four bodies are read at a moment, the fifth when one has ended", async () => {
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

test("a body that breaks off gives its place away, and its reader hears why", async () => {
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

test("bodies that dawdle hold up nobody for long, and are read to their ends", async () => {
  const { fetch, begun, ends } = controlled();
  const texts = await start(fetch, ["a", "b", "c", "d", "e"]);
  // Real time is the point: a place is held for 50 ms.
  await sleep(200);
  expect(begun).toContain("e");
  for (const name of ["a", "b", "c", "d", "e"]) ends.get(name)?.();
  expect(await texts[0]).toBe("body of a");
  await Promise.all(texts);
});

test("status and headers pass as they are, and a body that is dropped gives its place away", async () => {
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
