// A fetch that is cut at one moment of one request: every await of the provider ends in one of these.

/** The moments of a request: before it is sent, while it is answered, when the answer has come, while its body is read. */
export const moments = ["before", "sent", "answered", "reading"] as const;

/** Where to cut. */
export interface Cut {
  /** The number of the request, from 0. */
  request: number;
  moment: (typeof moments)[number];
}

type Fetch = (url: string, init: RequestInit) => Promise<Response>;

// Long enough for a request to have reached the gateway, and shorter than any generation here.
const onItsWayMs = 200;

/**
 * Returns a fetch that calls `cut` at the moment and goes on as a broken connection does. Counts its requests in
 * `count`.
 */
export function cutFetch(
  { request, moment }: Cut,
  cut: () => void,
): { fetch: Fetch; count(): number; wasCut(): boolean } {
  let count = 0;
  let wasCut = false;
  const breakOff = (): never => {
    wasCut = true;
    cut();
    throw new TypeError("fetch failed", { cause: new Error("other side closed") });
  };
  return {
    count: () => count,
    wasCut: () => wasCut,
    async fetch(url, init) {
      const number = count;
      count += 1;
      if (number !== request) return fetch(url, init);
      if (moment === "before") return breakOff();
      // The caller's own signal must not reach this one: the gateway has it.
      const answer = fetch(url, moment === "sent" ? { ...init, signal: undefined } : init);
      if (moment === "sent") {
        answer.then((late) => late.body?.cancel()).catch(() => undefined);
        await new Promise((resolve) => setTimeout(resolve, onItsWayMs));
        return breakOff();
      }
      const response = await answer;
      if (moment === "answered") {
        await response.body?.cancel();
        return breakOff();
      }
      return brokenWhileRead(response, breakOff);
    },
  };
}

/** Returns a response whose body breaks off before its end. */
function brokenWhileRead(response: Response, breakOff: () => never): Response {
  const body = new ReadableStream<Uint8Array>({
    async pull(controller) {
      try {
        await response.body?.cancel();
        breakOff();
      } catch (error) {
        controller.error(error);
      }
    },
  });
  return new Response(body, { status: response.status, headers: response.headers });
}
