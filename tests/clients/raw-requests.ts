// Requests as the sources of clients write them: header by header, in their order and spelling, and forms as
// the client's own library writes them.
import { once } from "node:events";
import { request, type IncomingMessage } from "node:http";

/** A request as it is sent. */
export interface RawRequest {
  method?: string;
  path: string;
  /** Names and values, one after the other; `host` and the length or chunking are added as the client does. */
  headers: readonly string[];
  body: Buffer;
  /** Whether the body comes in chunks of no told length. */
  chunked?: boolean;
}

/** Sends a request to a gateway and gives its answer. */
export async function sendRaw(
  base: string,
  { method = "POST", path, headers, body, chunked = false }: RawRequest,
): Promise<{ status: number; headers: IncomingMessage["headers"]; text: string }> {
  const { hostname, port, host } = new URL(base);
  const framing = chunked
    ? ["Transfer-Encoding", "chunked"]
    : ["Content-Length", `${body.byteLength}`];
  const sent = request({
    hostname,
    port,
    method,
    path,
    headers: ["Host", host, ...headers, ...framing],
  });
  if (chunked) for (const half of halves(body)) sent.write(half);
  sent.end(chunked ? undefined : body);
  const [answer] = (await once(sent, "response")) as [IncomingMessage];
  const parts: Buffer[] = [];
  for await (const part of answer) parts.push(part as Buffer);
  return {
    status: answer.statusCode ?? 0,
    headers: answer.headers,
    text: Buffer.concat(parts).toString(),
  };
}

function halves(body: Buffer): [Buffer, Buffer] {
  const middle = body.byteLength >> 1;
  return [body.subarray(0, middle), body.subarray(middle)];
}

/** One part of a form. */
export interface RawPart {
  /** The lines before the empty one, as the client writes them. */
  head: string;
  content: Uint8Array | string;
}

/** Puts the parts of a form together. */
export function toRawForm(boundary: string, parts: readonly RawPart[]): Buffer {
  return Buffer.concat([
    ...parts.flatMap(({ head, content }) => [
      Buffer.from(`--${boundary}\r\n${head}\r\n\r\n`),
      Buffer.from(content),
      Buffer.from("\r\n"),
    ]),
    Buffer.from(`--${boundary}--\r\n`),
  ]);
}
