// Makes media files in a worker thread and keeps the latest in a bounded cache.

import { Worker } from "node:worker_threads";

import type { MediaSpec } from "./media-spec.ts";
import type { MediaAnswer, MediaJob } from "./media-worker.ts";

/** Bytes of made files that are kept at most. */
const cacheLimitBytes = 256 * 1024 * 1024;

interface Pending {
  resolve(bytes: Buffer): void;
  reject(error: Error): void;
}

/** A maker of media files: one worker thread, each file once, the latest kept. */
export class MediaMaker {
  readonly #cache = new Map<string, Buffer>();
  readonly #making = new Map<string, Promise<Buffer>>();
  readonly #pending = new Map<number, Pending>();
  #cachedBytes = 0;
  #lastId = 0;
  #worker: Worker | undefined;
  #isClosed = false;

  /** Returns the file of a spec, from the cache where it is there. */
  async make(spec: MediaSpec): Promise<Buffer> {
    const key = JSON.stringify(spec);
    const known = this.#cache.get(key);
    if (known !== undefined) {
      this.#cache.delete(key);
      this.#cache.set(key, known);
      return known;
    }
    const running = this.#making.get(key);
    if (running !== undefined) return running;
    const making = this.#request(spec).finally(() => this.#making.delete(key));
    this.#making.set(key, making);
    const bytes = await making;
    this.#remember(key, bytes);
    return bytes;
  }

  /** Stops the worker; files being made are given up. */
  async close(): Promise<void> {
    this.#isClosed = true;
    this.#failAll(new Error("the simulator was closed"));
    await this.#worker?.terminate();
  }

  #remember(key: string, bytes: Buffer): void {
    if (this.#cache.has(key) || bytes.length > cacheLimitBytes) return;
    this.#cache.set(key, bytes);
    this.#cachedBytes += bytes.length;
    for (const [oldest, old] of this.#cache) {
      if (this.#cachedBytes <= cacheLimitBytes) break;
      this.#cache.delete(oldest);
      this.#cachedBytes -= old.length;
    }
  }

  #request(spec: MediaSpec): Promise<Buffer> {
    if (this.#isClosed) return Promise.reject(new Error("the simulator was closed"));
    const worker = (this.#worker ??= this.#start());
    const job: MediaJob = { id: (this.#lastId += 1), spec };
    return new Promise((resolve, reject) => {
      this.#pending.set(job.id, { resolve, reject });
      worker.postMessage(job);
    });
  }

  #start(): Worker {
    const extension = import.meta.url.endsWith(".ts") ? "ts" : "js";
    // The parent's flags (such as --input-type) must not reach the worker.
    const file = new URL(`./media-worker.${extension}`, import.meta.url);
    const worker = new Worker(file, { execArgv: [] });
    worker.unref();
    worker.on("message", (answer: MediaAnswer) => {
      const pending = this.#pending.get(answer.id);
      this.#pending.delete(answer.id);
      if (answer.bytes !== undefined) pending?.resolve(Buffer.from(answer.bytes));
      else pending?.reject(new Error(answer.error ?? "drawing failed"));
    });
    worker.on("error", (error: Error) => {
      this.#worker = undefined;
      this.#failAll(error);
    });
    return worker;
  }

  #failAll(error: Error): void {
    for (const pending of this.#pending.values()) pending.reject(error);
    this.#pending.clear();
  }
}
