// Takes the long data URLs out of a JSON body while it comes and puts a mark in the place of each.

/** The receiver of one long data URL, piece by piece; `end` returns the mark that stands for it. */
export interface DataUrlSink {
  write(text: string): Promise<void>;
  end(): Promise<string>;
  /** Called instead of `end` when the body breaks off. */
  abandon(): Promise<void>;
}

/** What a body is read with. */
export interface ExtractorOptions {
  /** Begins a long data URL; `head` is what stands before its bytes, such as `data:image/png;base64,`. */
  open(head: string): DataUrlSink;
  /** Called when more than `limitBytes` came in all, or more than `plainLimitBytes` besides long data URLs. */
  tooLarge(): Error;
  limitBytes: number;
  plainLimitBytes: number;
}

const quote = 0x22;
const backslash = 0x5c;
/** The length from which a string is examined: shorter pictures may stay where they are. */
export const longStringBytes = 64 * 1024;
const headPattern = /^\s*data:[^,"\\]{0,200};\s*base64\s*,/i;
const maxHeadLength = 256;
// The longest JSON escape: \u002B.
const escapeLength = 6;

/** Reads a body and returns the bytes of its JSON text, with a mark in place of every long data URL. */
export async function extractDataUrls(
  body: AsyncIterable<Uint8Array>,
  options: ExtractorOptions,
): Promise<Buffer> {
  const extractor = new DataUrlExtractor(options);
  try {
    for await (const chunk of body) {
      await extractor.take(Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength));
    }
    return extractor.bytes();
  } finally {
    await extractor.close();
  }
}

class DataUrlExtractor {
  readonly #options: ExtractorOptions;
  readonly #kept: Buffer[] = [];
  #keptBytes = 0;
  #bytes = 0;
  /** True while the next byte is inside a string; `#escaped` when a backslash stands before it. */
  #inString = false;
  #escaped = false;
  /** The beginning of a string until it is clear what it is; null once that is clear. */
  #beginning: Buffer[] | null = null;
  #beginningBytes = 0;
  #sink: DataUrlSink | undefined;
  #unread = "";

  constructor(options: ExtractorOptions) {
    this.#options = options;
  }

  async take(chunk: Buffer): Promise<void> {
    this.#bytes += chunk.length;
    if (this.#bytes > this.#options.limitBytes) throw this.#options.tooLarge();
    for (let at = 0; at < chunk.length;) {
      const end = this.#inString ? this.#endOfString(chunk, at) : chunk.indexOf(quote, at);
      const stop = end === -1 ? chunk.length : end;
      if (this.#inString) await this.#takeString(chunk.subarray(at, stop));
      else this.#keep(chunk.subarray(at, stop));
      if (end !== -1) await this.#takeQuote();
      at = stop + 1;
    }
  }

  /** Abandons a data URL that has no end. */
  async close(): Promise<void> {
    await this.#sink?.abandon();
    this.#sink = undefined;
  }

  bytes(): Buffer {
    return Buffer.concat(this.#kept);
  }

  #endOfString(chunk: Buffer, from: number): number {
    for (let at = from; at < chunk.length;) {
      if (this.#escaped) {
        this.#escaped = false;
        at += 1;
        continue;
      }
      const end = chunk.indexOf(quote, at);
      const stop = end === -1 ? chunk.length : end;
      const escape = chunk.subarray(at, stop).indexOf(backslash);
      if (escape === -1) return end;
      this.#escaped = true;
      at += escape + 1;
    }
    return -1;
  }

  async #takeString(piece: Buffer): Promise<void> {
    if (this.#sink !== undefined) {
      await this.#write(this.#sink, piece.toString("latin1"));
    } else if (this.#beginning === null) {
      this.#keep(piece);
    } else {
      // A copy: the chunk's memory is freed once the next one is requested.
      this.#beginning.push(Buffer.from(piece));
      this.#beginningBytes += piece.length;
      if (this.#beginningBytes >= longStringBytes) await this.#examine(this.#beginning);
    }
  }

  async #examine(pieces: Buffer[]): Promise<void> {
    const beginning = Buffer.concat(pieces);
    this.#beginning = null;
    // PHP and others write every slash as \/; a line break before the head is an escape too.
    const start = beginning
      .toString("latin1", 0, maxHeadLength)
      .replaceAll("\\/", "/")
      .replaceAll(/\\[nrt]/g, " ");
    const head = headPattern.exec(start)?.[0];
    if (head === undefined) {
      this.#keep(beginning);
      return;
    }
    this.#sink = this.#options.open(head);
    const comma = beginning.indexOf(",");
    await this.#write(this.#sink, beginning.toString("latin1", comma + 1));
  }

  async #takeQuote(): Promise<void> {
    if (!this.#inString) {
      this.#inString = true;
      this.#beginning = [];
      this.#beginningBytes = 0;
      this.#keep(quoteBytes);
      return;
    }
    this.#inString = false;
    if (this.#sink !== undefined) {
      await this.#sink.write(toPlain(this.#unread));
      this.#keep(Buffer.from(await this.#sink.end()));
      this.#sink = undefined;
      this.#unread = "";
    }
    for (const piece of this.#beginning ?? []) this.#keep(piece);
    this.#beginning = null;
    this.#keep(quoteBytes);
  }

  async #write(sink: DataUrlSink, text: string): Promise<void> {
    const whole = this.#unread + text;
    const escape = whole.lastIndexOf("\\");
    // An escape may be split between two pieces.
    const cut = escape > whole.length - escapeLength && escape !== -1 ? escape : whole.length;
    this.#unread = whole.slice(cut);
    await sink.write(toPlain(whole.slice(0, cut)));
  }

  #keep(piece: Buffer): void {
    this.#keptBytes += piece.length;
    if (this.#keptBytes > this.#options.plainLimitBytes) throw this.#options.tooLarge();
    this.#kept.push(Buffer.from(piece));
  }
}

const quoteBytes = Buffer.from('"');

/** Reads JSON's escapes (\/ and .NET's \u002B are common in base64); unreadable text is returned as it is. */
function toPlain(text: string): string {
  if (!text.includes("\\")) return text;
  try {
    return JSON.parse(`"${text}"`) as string;
  } catch {
    return text;
  }
}
