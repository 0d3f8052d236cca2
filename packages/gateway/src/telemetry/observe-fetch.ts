// Tells the observer of every HTTP exchange with the upstream: which call it was, how it was answered, how long it took.

import { AsyncResource } from "node:async_hooks";

import type { Fetch, Region } from "@jimeng/sdk";

import type { Observer } from "../observer.ts";

// An envelope's ret stands before its data; a later one could belong to the data.
const searchedBytes = 1024;
const retPattern = /"ret"\s*:\s*"?(-?\d{1,9})/;
const logidPattern = /"log_?id"\s*:\s*"([\w-]{1,64})"/;
const passportPattern = /"message"\s*:\s*"(success|error)"/;
const apiPath = /\/(?:mweb|commerce|passport)\/[a-z0-9_/]+$/;
const uploadPath = /\/upload\/v\d+\//;

/** Makes a fetch that tells of its exchanges once their bodies are read; it costs nothing while nobody listens. */
export function observeFetch(fetch: Fetch, region: Region, observer: Observer): Fetch {
  return async (url, init) => {
    if (!observer.isActive) return await fetch(url, init);
    const startedAt = performance.now();
    const method = init.method ?? "GET";
    const { hostname: host } = new URL(url);
    // A body may be read to its end by whoever; the exchange belongs to the one who called.
    const tell = AsyncResource.bind((status: number | null, start: string): void => {
      const durationMs = performance.now() - startedAt;
      const read = { ret: retOf(start), logid: logidPattern.exec(start)?.[1] ?? null };
      const call = { endpoint: endpointOf(url), region, method, host };
      observer.upstreamAnswered({ ...call, ...read, status, durationMs });
    });
    let response: Response;
    try {
      response = await fetch(url, init);
    } catch (error) {
      tell(null, "");
      throw error;
    }
    const { body, status, headers } = response;
    if (body === null) {
      tell(status, "");
      return response;
    }
    return new Response(
      watch(body, (start) => tell(status, start)),
      { status, headers },
    );
  };
}

/** Returns the name of a call: the path of an API, the name of an upload's action; never anything with an id. */
export function endpointOf(url: string): string {
  const { pathname, searchParams } = new URL(url);
  const path = apiPath.exec(pathname)?.[0];
  if (path !== undefined) return path;
  const action = searchParams.get("Action");
  if (action !== null && /^[A-Za-z]{1,40}$/.test(action)) return action;
  return uploadPath.test(pathname) ? "upload" : "other";
}

function retOf(start: string): string | null {
  const ret = retPattern.exec(start)?.[1];
  if (ret !== undefined) return ret;
  const message = passportPattern.exec(start)?.[1];
  if (message === undefined) return null;
  return message === "success" ? "0" : "error";
}

/** Passes a body on as it is read, and calls back once with its first bytes when it has ended. */
function watch(
  body: ReadableStream<Uint8Array>,
  onEnd: (start: string) => void,
): ReadableStream<Uint8Array> {
  const reader = body.getReader();
  let start = "";
  let hasEnded = false;
  const end = (): void => {
    if (hasEnded) return;
    hasEnded = true;
    onEnd(start);
  };
  return new ReadableStream(
    {
      async pull(controller) {
        try {
          const { done, value } = await reader.read();
          if (!done) {
            if (start.length < searchedBytes)
              start += Buffer.from(value.subarray(0, searchedBytes)).toString("latin1");
            controller.enqueue(value);
            return;
          }
          controller.close();
        } catch (error) {
          controller.error(error);
        }
        end();
      },
      async cancel(reason) {
        end();
        await reader.cancel(reason);
      },
    },
    { highWaterMark: 0 },
  );
}
