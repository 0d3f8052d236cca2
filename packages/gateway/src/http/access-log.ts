// The access log: one line for every answered request, made of fixed fields only, and the logger of a single request.

import type { FastifyBaseLogger, FastifyInstance } from "fastify";
import type { Bindings, ChildLoggerOptions, LogLevel } from "fastify/types/logger.js";

import type { Observer } from "../observer.ts";

/** All that a line says of a request: no header, no query and no body can get into it. */
interface AccessRecord {
  reqId: string;
  method: string;
  path: string;
  status: number;
  duration_ms: number;
  key_id: string | null;
}

/** Adds the line of each answered request, and tells the observer of it. */
export function reportAnswers(
  app: FastifyInstance,
  logger: FastifyBaseLogger,
  observer: Observer,
): void {
  // Searching every line for the names of secret fields costs as much as the rest of a small answer, and the type of
  // the record leaves nothing to find.
  const accessLog = logger.child({}, { redact: [] });
  app.addHook("onResponse", (request, reply, done) => {
    const record: AccessRecord = {
      reqId: request.id,
      method: request.method,
      path: toPath(request.url),
      status: reply.statusCode,
      duration_ms: Math.round(reply.elapsedTime),
      key_id: request.caller.keyId,
    };
    accessLog.info(record, "request completed");
    observer.httpAnswered({
      method: request.method,
      route: request.routeOptions.url ?? "unknown",
      status: reply.statusCode,
      durationMs: reply.elapsedTime,
    });
    done();
  });
}

/** Returns the path alone: a signature in the query gives access to a file, and a proxy's URL may hold a password. */
function toPath(url: string): string {
  const end = url.indexOf("?");
  const path = end === -1 ? url : url.slice(0, end);
  if (path.startsWith("/") || path === "*") return path;
  return URL.canParse(path) ? new URL(path).pathname : "";
}

type LogWords = readonly unknown[];

/**
 * Returns the logger of one request, whose lines carry the request's id. Most requests log nothing but their access
 * line: what a line needs is made at the first one.
 */
export function toRequestLogger(
  logger: FastifyBaseLogger,
  bindings: Bindings,
  options: ChildLoggerOptions,
): FastifyBaseLogger {
  return new RequestLogger(() => logger.child(bindings, options));
}

class RequestLogger implements FastifyBaseLogger {
  readonly #make: () => FastifyBaseLogger;
  #logger: FastifyBaseLogger | undefined;

  constructor(make: () => FastifyBaseLogger) {
    this.#make = make;
  }

  get #made(): FastifyBaseLogger {
    return (this.#logger ??= this.#make());
  }

  get level(): string {
    return this.#made.level;
  }

  set level(level: string) {
    this.#made.level = level;
  }

  child(bindings: Bindings, options?: ChildLoggerOptions): FastifyBaseLogger {
    return this.#made.child(bindings, options);
  }

  fatal(...words: LogWords): void {
    this.#log("fatal", words);
  }

  error(...words: LogWords): void {
    this.#log("error", words);
  }

  warn(...words: LogWords): void {
    this.#log("warn", words);
  }

  info(...words: LogWords): void {
    this.#log("info", words);
  }

  debug(...words: LogWords): void {
    this.#log("debug", words);
  }

  trace(...words: LogWords): void {
    this.#log("trace", words);
  }

  silent(...words: LogWords): void {
    this.#log("silent", words);
  }

  #log(level: LogLevel, words: LogWords): void {
    Reflect.apply(this.#made[level], this.#made, words);
  }
}
