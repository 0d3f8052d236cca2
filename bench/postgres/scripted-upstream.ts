// An upstream that every node can be asked about: an operation carries all there is to know of a generation.
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import type { GatewayOptions } from "@jimeng/gateway";

type Connect = NonNullable<GatewayOptions["connect"]>;
type Upstream = ReturnType<Connect>["upstream"];
type Operation = Awaited<ReturnType<Upstream["generations"]["start"]>>;
type Look = Awaited<ReturnType<Upstream["generations"]["check"]>>;

/** Counts what reached the upstream from this process. */
export interface Counts {
  starts: number;
  looks: number;
}

/** How long every picture takes. */
const generateMs = 1000;
const onePixel = Buffer.from(
  "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==",
  "base64",
);

/** Serves one small picture under any path; gives its base URL. */
export function servePicture(): Promise<{ url: string; close(): void }> {
  const server = createServer((_request, response) => {
    response.writeHead(200, { "content-type": "image/png", "content-length": onePixel.length });
    response.end(onePixel);
  });
  return new Promise((resolve) => {
    server.listen(0, "127.0.0.1", () => {
      const { port } = server.address() as AddressInfo;
      resolve({
        url: `http://127.0.0.1:${port}`,
        close: () => {
          server.closeAllConnections();
          server.close();
        },
      });
    });
  });
}

/** Makes the way to the scripted upstream; `onStart` is called with the time of every start. */
export function connectScripted(
  pictures: string,
  counts: Counts,
  onStart: (at: number) => void = () => undefined,
): Connect {
  const generations: Partial<Upstream["generations"]> = {
    start: (request, { submitId }) => {
      counts.starts++;
      onStart(performance.now());
      const operation: Operation = {
        version: 1,
        region: "cn",
        kind: request.kind,
        model: request.model,
        submitId,
        historyId: `history-${submitId}`,
        startedAt: Date.now(),
        forecast: { queueSeconds: 0, generateSeconds: generateMs / 1000 },
        logid: null,
      };
      return Promise.resolve(operation);
    },
    check: (operations) => {
      counts.looks++;
      return Promise.resolve(new Map(operations.map((one) => [one.submitId, lookAt(one)])) as Look);
    },
    find: () => {
      counts.looks++;
      return Promise.resolve(new Map());
    },
  };

  function lookAt(operation: Operation): unknown {
    const isDone = Date.now() - (operation.startedAt ?? 0) >= generateMs;
    const output = {
      kind: "image",
      itemId: `item-${operation.submitId}`,
      url: `${pictures}/${operation.submitId}.png`,
      expiresAt: null,
      width: 1,
      height: 1,
      format: "png",
    };
    return {
      operation,
      status: isDone ? "completed" : "pending",
      outputs: isDone ? [output] : [],
      expectedCount: 1,
      queue: null,
      forecast: operation.forecast,
      error: null,
      logid: null,
      createdAt: operation.startedAt,
      reservedItemIds: [],
    };
  }

  return () => ({
    upstream: { region: "cn", generations } as unknown as Upstream,
    // Only credits and accounts routes ask it, and nobody asks them here.
    client: { models: { peek: () => undefined } } as unknown as ReturnType<Connect>["client"],
    allowLoopbackDownloads: true,
  });
}
