// An HTTP proxy that notes what it is asked for and connects every tunnel to one local server. Imported by tests only.

import { once } from "node:events";
import { createServer } from "node:http";
import { connect } from "node:net";
import type { AddressInfo, Socket } from "node:net";

/** A running proxy. */
export interface ProxyServer {
  url: string;
  /** What tunnels and plain requests were asked for, in their order. */
  asked: string[];
  /** The credentials of each request, as sent. */
  credentials: (string | undefined)[];
  close(): Promise<void>;
}

/** Starts a proxy on a free port whose tunnels all lead to this port of 127.0.0.1. */
export async function startProxy(targetPort: number): Promise<ProxyServer> {
  const asked: string[] = [];
  const credentials: (string | undefined)[] = [];
  const sockets = new Set<Socket>();
  const server = createServer((request, response) => {
    asked.push(request.url ?? "");
    response.end("plain");
  });
  server.on("connect", (request, socket: Socket) => {
    asked.push(request.url ?? "");
    credentials.push(request.headers["proxy-authorization"]);
    const target = connect(targetPort, "127.0.0.1", () => {
      socket.write("HTTP/1.1 200 Connection established\r\n\r\n");
      target.pipe(socket).pipe(target);
    });
    for (const each of [socket, target]) {
      sockets.add(each);
      each.on("error", () => undefined);
    }
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    asked,
    credentials,
    async close() {
      for (const socket of sockets) socket.destroy();
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
}
