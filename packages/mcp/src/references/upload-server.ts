// Serves the one-time upload pages of a process that has no gateway of its own to serve them: on loopback, from the first
// page on.

import { createServer } from "node:http";
import type { IncomingMessage, Server } from "node:http";
import type { AddressInfo } from "node:net";

import { showPage, takeFile } from "./upload-page.ts";
import type { PageAnswer } from "./upload-page.ts";
import { UploadPages } from "./upload-pages.ts";

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
  if (request.method !== "POST") return showPage(pages, "");
  const name = String(request.headers["x-file-name"] ?? "upload");
  return await takeFile(pages, id, { body: request, name });
}
