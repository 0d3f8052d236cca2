// A proxy between clients and a gateway that may die and come back elsewhere: it cuts whatever stays silent, as real
// ones do after a minute.
import { type AddressInfo, connect, createServer, type Socket } from "node:net";
import { setImmediate } from "node:timers/promises";

/** A listening proxy. */
export interface CuttingProxy {
  /** The address that clients use all the time. */
  url: string;
  /** Counts the connections it cut because no answer came. */
  readonly cuts: number;
  close(): Promise<void>;
}

/** Tells how the proxy behaves. */
export interface ProxyOptions {
  /** Gives where the gateway is now; undefined while there is none: connections are then refused. */
  target: () => string | undefined;
  /** How long a request may stay without a byte of an answer, in milliseconds. */
  silenceMs: number;
}

/** Starts a proxy on a free port. */
export async function startProxy({ target, silenceMs }: ProxyOptions): Promise<CuttingProxy> {
  const open = new Set<Socket>();
  let cuts = 0;

  function join(client: Socket, gateway: Socket): void {
    let timer: NodeJS.Timeout | undefined;
    let answers = 0;
    const cutIfStillSilent = async (since: number): Promise<void> => {
      // An answer that arrived meanwhile is passed on: a proxy that has it does not throw it away.
      await setImmediate();
      await setImmediate();
      if (answers !== since || client.destroyed) return;
      cuts += 1;
      client.destroy();
      gateway.destroy();
    };
    client.on("data", (chunk) => {
      clearTimeout(timer);
      const since = answers;
      timer = setTimeout(() => void cutIfStillSilent(since), silenceMs);
      gateway.write(chunk);
    });
    gateway.on("data", (chunk) => {
      answers += 1;
      clearTimeout(timer);
      client.write(chunk);
    });
    client.on("end", () => gateway.end());
    gateway.on("end", () => client.end());
    for (const [one, other] of [
      [client, gateway],
      [gateway, client],
    ] as const) {
      one.on("error", () => other.destroy());
      one.on("close", () => {
        clearTimeout(timer);
        other.end();
        open.delete(one);
      });
      open.add(one);
    }
  }

  const server = createServer((client) => {
    const url = target();
    if (url === undefined) {
      client.destroy();
      return;
    }
    const { hostname, port } = new URL(url);
    join(client, connect({ host: hostname, port: Number(port) }));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    get cuts() {
      return cuts;
    },
    async close() {
      for (const socket of open) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
