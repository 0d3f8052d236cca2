// Asks one path again and again over many kept connections, with as little work of its own as can be: raw sockets that
// look for the length of an answer, so that the server is what is measured.
import { once } from "node:events";
import { type Socket, connect } from "node:net";

const headEnd = "\r\n\r\n";

/** Asks a path over so many connections for a time; gives the answers a second. */
export async function requestsPerSecond(
  url: string,
  path: string,
  { connections, forMs }: { connections: number; forMs: number },
): Promise<number> {
  const { hostname, port, host } = new URL(url);
  const request = Buffer.from(`GET ${path} HTTP/1.1\r\nhost: ${host}\r\n\r\n`);
  const sockets = await Promise.all(
    Array.from({ length: connections }, async () => {
      const socket = connect(Number(port), hostname);
      await once(socket, "connect");
      return socket.setNoDelay(true);
    }),
  );
  let answers = 0;
  let isOver = false;
  const done = sockets.map((socket) =>
    askOn(socket, request, () => {
      answers += 1;
      return !isOver;
    }),
  );
  const begunAt = performance.now();
  setTimeout(() => (isOver = true), forMs);
  await Promise.all(done);
  const seconds = (performance.now() - begunAt) / 1000;
  for (const socket of sockets) socket.destroy();
  return answers / seconds;
}

/** Asks on one connection as long as `onAnswer` wants more. */
function askOn(socket: Socket, request: Buffer, onAnswer: () => boolean): Promise<void> {
  return new Promise((resolve, reject) => {
    let missing = 0;
    let head = "";
    socket.on("error", reject);
    socket.on("data", (chunk: Buffer) => {
      if (missing > 0) missing -= chunk.length;
      else {
        head += chunk.toString("latin1");
        const at = head.indexOf(headEnd);
        if (at === -1) return;
        if (!head.startsWith("HTTP/1.1 200")) reject(new Error(head.slice(0, 200)));
        const length = /content-length: (\d+)/i.exec(head)?.[1];
        missing = Number(length ?? Number.NaN) - (head.length - at - headEnd.length);
        head = "";
      }
      if (missing > 0) return;
      if (onAnswer()) socket.write(request);
      else resolve();
    });
    socket.write(request);
  });
}
