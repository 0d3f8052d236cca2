// Tests that events come out of a byte stream as they went in, however it is cut.

import fc from "fast-check";
import { describe, expect, it } from "vitest";

import { parseEventStream } from "../../api/client/event-stream.ts";
import { toEventText } from "./event-stream.ts";

function toStream(text: string, cuts: number[]): ReadableStream<Uint8Array> {
  const bytes = new TextEncoder().encode(text);
  const ends = [...new Set(cuts.map((cut) => cut % (bytes.length + 1)))].sort((a, b) => a - b);
  const chunks: Uint8Array[] = [];
  let start = 0;
  for (const end of [...ends, bytes.length]) {
    chunks.push(bytes.slice(start, end));
    start = end;
  }
  return new ReadableStream({
    start(controller) {
      for (const chunk of chunks) controller.enqueue(chunk);
      controller.close();
    },
  });
}

async function read(text: string, cuts: number[] = []) {
  const events = [];
  for await (const event of parseEventStream(toStream(text, cuts))) events.push(event);
  return events;
}

describe("an event stream", () => {
  it("gives back what the gateway wrote, wherever the bytes are cut", async () => {
    const event = fc.record({
      name: fc.constantFrom("job.queued", "job.progress"),
      id: fc.nat().map(String),
      data: fc.record({ prompt: fc.string({ unit: "binary" }), progress: fc.nat() }),
    });
    await fc.assert(
      fc.asyncProperty(
        fc.array(event, { maxLength: 4 }),
        fc.array(fc.nat(), { maxLength: 9 }),
        async (events, cuts) => {
          const text = events.map((item) => `: heartbeat\n\n${toEventText(item)}`).join("");
          const seen = await read(text, cuts);
          expect(
            seen.map((item) => ({ name: item.event, id: item.id, data: JSON.parse(item.data) })),
          ).toEqual(events);
        },
      ),
    );
  });

  it("understands every line end, several data lines and missing names", async () => {
    expect(
      await read("data: a\r\ndata:b\r\n\r\nevent: x\rdata: c\r\rid: 7\n\n: comment\n\ndata\n\n"),
    ).toEqual([
      { event: "message", data: "a\nb", id: null },
      { event: "x", data: "c", id: null },
      { event: "message", data: "", id: null },
    ]);
  });

  it("drops an event that was cut off", async () => {
    expect(await read("data: a\n\ndata: half")).toHaveLength(1);
  });
});
