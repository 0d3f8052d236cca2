// Bounds how many connections one client holds open.

import type { Server } from "node:http";
import type { Socket } from "node:net";

import ipaddr from "ipaddr.js";

import { networkOf } from "../../network-address.ts";

/** What bounds connections. */
export interface ConnectionLimit {
  /** The connections that one client may hold; null for no bound. */
  perAddress: number | null;
  /** Returns whether an address is a proxy of the owner's, behind which all clients are. */
  isProxy: (address: string) => boolean;
}

/** Closes every connection of a client that holds as many as it may. This machine's own programs are not counted. */
export function limitConnections(server: Server, { perAddress, isProxy }: ConnectionLimit): void {
  if (perAddress === null) return;
  const open = new Map<string, number>();
  server.on("connection", (socket: Socket) => {
    const { remoteAddress } = socket;
    if (remoteAddress === undefined || isThisMachine(remoteAddress) || isProxy(remoteAddress))
      return;
    const client = networkOf(remoteAddress);
    const count = open.get(client) ?? 0;
    if (count >= perAddress) {
      socket.destroy();
      return;
    }
    open.set(client, count + 1);
    socket.once("close", () => {
      const left = (open.get(client) ?? 1) - 1;
      if (left === 0) open.delete(client);
      else open.set(client, left);
    });
  });
}

function isThisMachine(address: string): boolean {
  return ipaddr.isValid(address) && ipaddr.process(address).range() === "loopback";
}
