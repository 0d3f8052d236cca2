// Opens connections through an HTTP proxy to an address that was resolved and judged here, not by the proxy.

import type { LookupFunction, Socket } from "node:net";
import { isIP } from "node:net";
import { callbackify } from "node:util";

import type { Dispatcher, buildConnector } from "undici";

import { http, https } from "./node-http.ts";
import { loadUndici } from "./undici.ts";

const connectTimeoutMs = 20_000;

/**
 * Makes an HTTP client whose connections all go through a proxy's tunnel (CONNECT) to the address that `lookup` gives.
 * The proxy never sees a name: it cannot resolve one to another address than the one that was judged.
 */
export function createTunnelAgent(proxyUrl: string, lookup: LookupFunction): Dispatcher {
  const undici = loadUndici();
  const proxy = new URL(proxyUrl);
  const connectTls = undici.buildConnector({});
  const open = callbackify(async ({ hostname, protocol, port }: buildConnector.Options) => {
    const address = await resolveHost(hostname, lookup);
    return await openTunnel(proxy, address, port || (protocol === "https:" ? "443" : "80"));
  });
  return new undici.Agent({
    connect(options, done) {
      open(options, (error, socket) => {
        if (error !== null) done(error, null);
        else if (options.protocol !== "https:") done(null, socket);
        else connectTls({ ...options, httpSocket: socket }, done);
      });
    },
  });
}

function resolveHost(hostname: string, lookup: LookupFunction): Promise<string> {
  const bare = hostname.replace(/^\[(.*)\]$/, "$1");
  if (isIP(bare) !== 0) return Promise.resolve(bare);
  return new Promise((resolve, reject) => {
    lookup(bare, { all: false }, (error, address) => {
      if (error === null && typeof address === "string") resolve(address);
      else reject(error ?? new Error("The name has no address."));
    });
  });
}

function openTunnel(proxy: URL, address: string, port: string): Promise<Socket> {
  const target = `${isIP(address) === 6 ? `[${address}]` : address}:${port}`;
  const send = proxy.protocol === "https:" ? https.request : http.request;
  return new Promise((resolve, reject) => {
    const asking = send({
      method: "CONNECT",
      hostname: proxy.hostname.replace(/^\[(.*)\]$/, "$1"),
      port: proxy.port || (proxy.protocol === "https:" ? 443 : 80),
      path: target,
      headers: { host: target, ...authorization(proxy) },
      timeout: connectTimeoutMs,
      agent: false,
    });
    asking.once("connect", (response, socket) => {
      socket.setTimeout(0);
      if (response.statusCode === 200) {
        resolve(socket);
        return;
      }
      socket.destroy();
      reject(new Error(`The proxy answered HTTP ${response.statusCode}.`));
    });
    asking.once("response", (response) => {
      response.destroy();
      reject(new Error(`The proxy answered HTTP ${response.statusCode}.`));
    });
    asking.once("timeout", () => asking.destroy(new Error("The proxy did not answer in time.")));
    asking.once("error", reject);
    asking.end();
  });
}

function authorization({ username, password }: URL): Record<string, string> {
  if (username === "") return {};
  const pair = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`;
  return { "proxy-authorization": `Basic ${Buffer.from(pair).toString("base64")}` };
}
