// Splits a body into the texts of its requests while it comes in: lines of JSONL, or the elements of a JSON array.

import { JimengError } from "@jimeng/sdk";

/** The text of one request. */
export interface RawLine {
  /** The number of the line, or of the array's element, from 1. */
  number: number;
  /** Null for a text that is longer than a request may be. */
  bytes: Buffer | null;
}

/** The longest request, in bytes: files are uploaded, but a short picture may stand in it. */
export const maxLineBytes = 8 * 1024 * 1024;

const byte = {
  newline: 0x0a,
  quote: 0x22,
  comma: 0x2c,
  openArray: 0x5b,
  backslash: 0x5c,
  closeArray: 0x5d,
  openObject: 0x7b,
  closeObject: 0x7d,
} as const;
const byteOrderMark = Buffer.from([0xef, 0xbb, 0xbf]);
// Space, tab, newline and carriage return.
const blanks: ReadonlySet<number> = new Set([0x20, 0x09, 0x0a, 0x0d]);

/** Yields the requests of a body; blank lines are counted and left out. Throws `invalid_request` for a broken array. */
export async function* splitLines(source: AsyncIterable<Uint8Array>): AsyncGenerator<RawLine> {
  let splitter: Splitter | undefined;
  let head: Buffer = Buffer.alloc(0);
  for await (const chunk of source) {
    // Fetching the next chunk may free this one's memory: what is kept of it is copied.
    const bytes = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength);
    if (splitter !== undefined) {
      yield* splitter.add(bytes);
      continue;
    }
    head = withoutMark(Buffer.concat([head, bytes]));
    const first = head.find((each) => !blanks.has(each));
    if (first === undefined || isPartOfMark(head)) continue;
    splitter = first === byte.openArray ? new ElementSplitter() : new LineSplitter();
    yield* splitter.add(head);
  }
  if (splitter !== undefined) yield* splitter.end();
}

function isPartOfMark(head: Buffer): boolean {
  return head.length < byteOrderMark.length && head.equals(byteOrderMark.subarray(0, head.length));
}

function withoutMark(head: Buffer): Buffer {
  return head.subarray(0, byteOrderMark.length).equals(byteOrderMark)
    ? head.subarray(byteOrderMark.length)
    : head;
}

interface Splitter {
  add(chunk: Buffer): Iterable<RawLine>;
  end(): Iterable<RawLine>;
}

/** Collects the pieces of one text, up to the longest that is allowed. */
class Piece {
  #parts: Buffer[] = [];
  #length = 0;

  add(part: Buffer): void {
    this.#length += part.length;
    if (this.#length > maxLineBytes) this.#parts = [];
    else if (part.length > 0) this.#parts.push(Buffer.from(part));
  }

  /** Returns the text without the blanks around it, null for one that was too long; the next one begins. */
  take(): Buffer | null {
    const isTooLong = this.#length > maxLineBytes;
    const whole = Buffer.concat(this.#parts);
    this.#parts = [];
    this.#length = 0;
    if (isTooLong) return null;
    let start = 0;
    let end = whole.length;
    while (start < end && blanks.has(whole[start] ?? 0)) start++;
    while (end > start && blanks.has(whole[end - 1] ?? 0)) end--;
    return whole.subarray(start, end);
  }
}

class LineSplitter implements Splitter {
  readonly #piece = new Piece();
  #number = 0;

  *add(chunk: Buffer): Generator<RawLine> {
    let start = 0;
    for (let at = chunk.indexOf(byte.newline); at !== -1; at = chunk.indexOf(byte.newline, start)) {
      this.#piece.add(chunk.subarray(start, at));
      start = at + 1;
      yield* this.#take();
    }
    this.#piece.add(chunk.subarray(start));
  }

  end(): Iterable<RawLine> {
    return this.#take();
  }

  *#take(): Generator<RawLine> {
    this.#number++;
    const bytes = this.#piece.take();
    if (bytes === null || bytes.length > 0) yield { number: this.#number, bytes };
  }
}

/** Follows quotes and brackets only; whether an element is valid JSON is seen when it is read. */
class ElementSplitter implements Splitter {
  readonly #piece = new Piece();
  #number = 0;
  #depth = 0;
  #isInText = false;
  #isEscaped = false;
  #isClosed = false;

  *add(chunk: Buffer): Generator<RawLine> {
    let start = 0;
    for (const [at, each] of chunk.entries()) {
      if (this.#isClosed) {
        if (!blanks.has(each)) throw brokenArray("Something follows the array.");
        continue;
      }
      if (this.#isInText) {
        this.#followText(each);
        continue;
      }
      switch (each) {
        case byte.quote:
          this.#isInText = true;
          break;
        case byte.openArray:
        case byte.openObject:
          this.#depth++;
          if (this.#depth === 1) start = at + 1;
          break;
        case byte.closeArray:
        case byte.closeObject:
          this.#depth--;
          if (this.#depth > 0) break;
          this.#piece.add(chunk.subarray(start, at));
          this.#isClosed = true;
          yield* this.#take();
          break;
        case byte.comma:
          if (this.#depth !== 1) break;
          this.#piece.add(chunk.subarray(start, at));
          start = at + 1;
          yield* this.#take();
      }
    }
    if (!this.#isClosed) this.#piece.add(chunk.subarray(start));
  }

  end(): Iterable<RawLine> {
    if (!this.#isClosed) throw brokenArray("The array is not closed.");
    return [];
  }

  #followText(each: number): void {
    if (this.#isEscaped) this.#isEscaped = false;
    else if (each === byte.backslash) this.#isEscaped = true;
    else if (each === byte.quote) this.#isInText = false;
  }

  *#take(): Generator<RawLine> {
    const bytes = this.#piece.take();
    // The empty array, and what stands behind a last comma.
    if (bytes !== null && bytes.length === 0 && this.#isClosed) return;
    this.#number++;
    yield { number: this.#number, bytes };
  }
}

function brokenArray(message: string): JimengError {
  return new JimengError("invalid_request", message, {
    param: "body",
    charged: "no",
    fix: "Send one JSON array of requests, or JSONL: one request on each line.",
  });
}
