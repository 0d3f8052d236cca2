// Frees the memory of a body's chunks as soon as each was used, not when the garbage collector next runs.

import { http } from "../../storage/node-http.ts";

/**
 * Yields the chunks of a request's body (or of a part of it) and frees each when the next one is requested. Node's
 * HTTP parser allocates every chunk separately, and the garbage collector frees them late: measured with a body of
 * 49 MB, the process grew by 28 to 43 MB without this, by 1 to 7 MB with it. Bodies that came from no socket are passed
 * on unchanged.
 */
export async function* releaseChunks(
  body: AsyncIterable<Uint8Array>,
  request: unknown,
): AsyncGenerator<Uint8Array> {
  const isFromSocket = request instanceof http.IncomingMessage;
  for await (const chunk of body) {
    yield chunk;
    const { buffer, byteLength } = chunk;
    // The memory of a slice is still used by the other slices.
    const isWhole = buffer instanceof ArrayBuffer && buffer.byteLength === byteLength;
    if (isFromSocket && isWhole) buffer.transfer(0);
  }
}
