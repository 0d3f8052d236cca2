// Serves the one-time upload pages of a process that has no gateway of its own to serve them: on loopback, from the first
// page on.

import { createServer } from "node:http";
import type { IncomingMessage, Server } from "node:http";
import type { AddressInfo } from "node:net";

import { showPage, takeFile } from "./upload-page.ts";
import type { PageAnswer } from "./upload-page.ts";
import { UploadPages } from "./upload-pages.ts";

const maxUploadBytes = 512 * 1024 * 1024;

/** The pages of this process, and their server. */
export interface ServedPages {
  pages: UploadPages;
  close(): void;
}

/** Makes the pages; their server starts with the first one. */
export function servePages(): ServedPages {
  let server: Promise<Server> | undefined;
  const pages: UploadPages = new UploadPages(async (id) => {
    const { port } = (await (server ??= listen(pages))).address() as AddressInfo;
    return `http://127.0.0.1:${port}/${id}`;
  });
  return {
    pages,
    close() {
      void server?.then((open) => {
        open.close();
        open.closeAllConnections();
      });
    },
  };
}

function listen(pages: UploadPages): Promise<Server> {
  const server = createServer((request, response) => {
    answer(pages, request)
      .catch((): PageAnswer => ({ status: 400, headers: {}, body: "" }))
      .then(({ status, headers, body }) => response.writeHead(status, headers).end(body))
      .catch(() => undefined);
  });
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(0, "127.0.0.1", () => resolve(server.unref()));
  });
}

async function answer(pages: UploadPages, request: IncomingMessage): Promise<PageAnswer> {
  const { host = "", origin } = request.headers;
  // A page of another site could have the name of its own host resolve to this machine.
  const isOwn = /^(127\.0\.0\.1|localhost):\d+$/.test(host);
  const isSameOrigin = origin === undefined || origin === `http://${host}`;
  if (!isOwn || !isSameOrigin) return { status: 403, headers: {}, body: "" };
  const id = (request.url ?? "").slice(1);
  if (request.method === "GET") return showPage(pages, id);
  if (request.method !== "POST" || !pages.isOpen(id)) return showPage(pages, "");
  return await takeFile(pages, id, {
    blob: await readBlob(request),
    name: decodeURIComponent(String(request.headers["x-file-name"] ?? "upload")),
  });
}

async function readBlob(request: IncomingMessage): Promise<Blob> {
  const pieces: Uint8Array<ArrayBuffer>[] = [];
  let bytes = 0;
  for await (const piece of request as AsyncIterable<Uint8Array<ArrayBuffer>>) {
    bytes += piece.byteLength;
    if (bytes > maxUploadBytes) throw new Error("The file is too large.");
    pieces.push(piece);
  }
  return new Blob(pieces);
}
