// Reading server-sent events out of a byte stream.

/** One server-sent event. */
export interface ServerSentEvent {
  /** The event's name; `message` where the server gave none. */
  event: string;
  data: string;
  id: string | null;
}

/**
 * Yields the events of a stream; comments (heartbeats) are skipped, an unfinished last event is dropped. `onId` is told
 * of every id, also of one that comes without an event and says how far the reader is.
 */
export async function* parseEventStream(
  body: ReadableStream<Uint8Array>,
  onId: (id: string) => void = () => undefined,
): AsyncGenerator<ServerSentEvent> {
  const reader = body.getReader();
  const decoder = new TextDecoder();
  let buffered = "";
  let fields = new Map<string, string>();
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      buffered += decoder.decode(value, { stream: true });
      const lines = buffered.split(/\r\n|\n|\r(?!$)/);
      buffered = lines.pop() ?? "";
      for (const line of lines) {
        if (line === "") {
          const id = fields.get("id");
          if (id !== undefined) onId(id);
          const event = toEvent(fields);
          fields = new Map();
          if (event !== undefined) yield event;
        } else {
          readField(line, fields);
        }
      }
    }
  } finally {
    await reader.cancel().catch(() => undefined);
  }
}

function readField(line: string, fields: Map<string, string>): void {
  const colon = line.indexOf(":");
  if (colon === 0) return;
  const name = colon === -1 ? line : line.slice(0, colon);
  const value = colon === -1 ? "" : line.slice(colon + 1).replace(/^ /, "");
  const earlier = fields.get(name);
  fields.set(name, name === "data" && earlier !== undefined ? `${earlier}\n${value}` : value);
}

function toEvent(fields: Map<string, string>): ServerSentEvent | undefined {
  const data = fields.get("data");
  if (data === undefined) return undefined;
  return { event: fields.get("event") ?? "message", data, id: fields.get("id") ?? null };
}
