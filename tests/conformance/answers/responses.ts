// Reads answers whole, so that they can be compared, and hands the sdk an equal response.
import { JimengError } from "@jimeng/sdk";

/** An answer that was read, and a response that holds it. */
export interface ReadAnswer {
  status: number;
  /** The answer as JSON; undefined when it was none. */
  body: unknown;
  bytes: number;
  response: Response;
}

// The largest answer that the sdk itself reads.
const maxAnswerBytes = 32 * 1024 * 1024;

/** Reads an answer. Throws `unexpected_response` for one that is too large. */
export async function readAnswer(answer: Response): Promise<ReadAnswer> {
  const text = await readText(answer);
  const { status, headers } = answer;
  return {
    status,
    body: parseJson(text),
    bytes: Buffer.byteLength(text),
    response: new Response(mayHaveBody(status) ? text : null, {
      status,
      headers: withoutEncoding(headers),
    }),
  };
}

/** Parses a body; undefined for what is no JSON text, such as a page of a proxy, a file, or nothing. */
export function parseJson(text: unknown): unknown {
  if (typeof text !== "string") return undefined;
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

async function readText(response: Response): Promise<string> {
  if (response.body === null) return "";
  const parts: Uint8Array[] = [];
  let size = 0;
  for await (const part of response.body) {
    size += part.byteLength;
    if (size > maxAnswerBytes) {
      throw new JimengError("unexpected_response", "The site's answer is too large.");
    }
    parts.push(part);
  }
  return Buffer.concat(parts).toString("utf8");
}

// A response is made anew from its text: these statuses may have none.
function mayHaveBody(status: number): boolean {
  return status !== 204 && status !== 205 && status !== 304;
}

/** Copies headers without those that described the bytes on the way. */
function withoutEncoding(headers: Headers): Headers {
  const copy = new Headers(headers);
  copy.delete("content-encoding");
  copy.delete("content-length");
  return copy;
}
