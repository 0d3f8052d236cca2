// Calls back when an answer has ended, with one listener on the response: many parts wait for that, and Node warns of a
// leak beyond ten listeners.

/** A response, as far as it can be waited for. */
export interface Closable {
  once(event: "close", listener: () => void): unknown;
}

const waiting = new WeakMap<Closable, (() => void)[]>();

/** Calls back once the response is closed, whether it was sent or not; in the order of the calls. */
export function whenClosed(response: Closable, listener: () => void): void {
  const known = waiting.get(response);
  if (known !== undefined) {
    known.push(listener);
    return;
  }
  const listeners = [listener];
  waiting.set(response, listeners);
  response.once("close", () => {
    for (const each of listeners) each();
  });
}
