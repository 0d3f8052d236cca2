// Makes random ids of spans, but for the one that is known before its span is written.

import { RandomIdGenerator } from "@opentelemetry/sdk-trace-node";
import type { IdGenerator } from "@opentelemetry/sdk-trace-node";

/** Makes ids; the next span gets the id that was asked for. */
export class SpanIds implements IdGenerator {
  readonly #random = new RandomIdGenerator();
  #next: string | undefined;

  generateTraceId(): string {
    return this.#random.generateTraceId();
  }

  generateSpanId(): string {
    const id = this.#next ?? this.#random.generateSpanId();
    this.#next = undefined;
    return id;
  }

  /** Runs `start`, whose span gets this id. */
  with<T>(id: string, start: () => T): T {
    this.#next = id;
    try {
      return start();
    } finally {
      this.#next = undefined;
    }
  }
}
