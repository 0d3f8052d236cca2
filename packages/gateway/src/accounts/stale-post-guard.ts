// A post which could not be written in time is not written at all: its process was frozen while it connected, and
// others may have gone on with its job.

import { DecoratorHandler, errors } from "undici";
import type { Dispatcher } from "undici";

// Is undici's own limit for connecting. Its timer does not help after a freeze: a connection that was made
// meanwhile is served before it.
const standardLimitMs = 10_000;

/**
 * Makes requests fail as connections that took too long do (`UND_ERR_CONNECT_TIMEOUT`, hence surely not sent) when
 * more than `limitMs` milliseconds passed before their first byte could be written; default 10000.
 */
export function refuseLatePosts(dispatcher: Dispatcher, limitMs = standardLimitMs): Dispatcher {
  return dispatcher.compose((dispatch) => (options, handler) => {
    const writableUntil = performance.now() + limitMs;
    return dispatch(options, new InTime(handler, writableUntil));
  });
}

class InTime extends DecoratorHandler {
  readonly #handler: Dispatcher.DispatchHandler;
  readonly #writableUntil: number;

  constructor(handler: Dispatcher.DispatchHandler, writableUntil: number) {
    super(handler);
    this.#handler = handler;
    this.#writableUntil = writableUntil;
  }

  /** Called when the connection stands, before anything is written. */
  onRequestStart(controller: Dispatcher.DispatchController, context: unknown): void {
    this.#handler.onRequestStart?.(controller, context);
    if (performance.now() > this.#writableUntil)
      controller.abort(new errors.ConnectTimeoutError("It took too long until it could be sent."));
  }
}
