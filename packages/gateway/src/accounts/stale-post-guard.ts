// Stops posts that could not be written in time: their process was frozen while it connected, and another node may
// have continued the job.

import type { Dispatcher } from "undici";

import { loadUndici } from "../storage/undici.ts";

// Undici's own limit for connecting. Its timer does not help after a freeze: the event of a connection that was made
// meanwhile comes before it.
const defaultLimitMs = 10_000;

/**
 * Returns a dispatcher whose requests fail when more than `limitMs` milliseconds (default 10000) pass before their
 * first byte could be written. The error is that of a slow connection (`UND_ERR_CONNECT_TIMEOUT`): surely not sent.
 */
export function rejectStalePosts(dispatcher: Dispatcher, limitMs = defaultLimitMs): Dispatcher {
  const toDeadlineHandler = deadlineHandlers();
  return dispatcher.compose((dispatch) => (options, handler) => {
    const writableUntil = performance.now() + limitMs;
    return dispatch(options, toDeadlineHandler(handler, writableUntil));
  });
}

type ToDeadlineHandler = (
  handler: Dispatcher.DispatchHandler,
  writableUntil: number,
) => Dispatcher.DispatchHandler;

/** Makes the class of the handlers, which extends one of undici's. */
function deadlineHandlers(): ToDeadlineHandler {
  const { DecoratorHandler, errors } = loadUndici();

  class DeadlineHandler extends DecoratorHandler {
    readonly #handler: Dispatcher.DispatchHandler;
    readonly #writableUntil: number;

    constructor(handler: Dispatcher.DispatchHandler, writableUntil: number) {
      super(handler);
      this.#handler = handler;
      this.#writableUntil = writableUntil;
    }

    /** Runs when the connection is made, before anything is written. */
    onRequestStart(controller: Dispatcher.DispatchController, context: unknown): void {
      this.#handler.onRequestStart?.(controller, context);
      if (performance.now() > this.#writableUntil) {
        const message = "It took too long until it could be sent.";
        controller.abort(new errors.ConnectTimeoutError(message));
      }
    }
  }

  return (handler, writableUntil) => new DeadlineHandler(handler, writableUntil);
}
