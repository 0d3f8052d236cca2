// Examines the way to the upstream: the proxy, each host's name and certificate, and this machine's clock against the
// hosts' own.

import { lookup } from "node:dns/promises";
import { connect } from "node:net";

import { regions } from "@jimeng/sdk";
import type { Region, RegionHosts } from "@jimeng/sdk";
import type { Dispatcher } from "undici";

import type { Config } from "../config/config.ts";
import { loadUndici } from "../storage/undici.ts";
import { found, systemCodeOf } from "./finding.ts";
import type { Finding } from "./finding.ts";

const timeoutMs = 8000;
// The signature of an upload is refused when the clock is off by more than five minutes; the header has whole seconds.
const clockWarnMs = 30_000;
const clockFailMs = 300_000;
const nameErrors: ReadonlySet<string> = new Set(["ENOTFOUND", "EAI_AGAIN", "ENODATA"]);
const tlsErrors = /CERT|TLS|SSL|SELF_SIGNED|UNABLE_TO_|DEPTH_ZERO|ERR_OSSL/;
const defaultPorts: Readonly<Record<string, number>> = { "http:": 80, "https:": 443 };

/** What is needed to examine the network. */
export interface NetworkOptions {
  config: Pick<Config, "upstream">;
  regions: readonly Region[];
  now: () => number;
}

/** Examines the proxy and, in their order, the hosts of the regions, then the clock. */
export async function examineNetwork(options: NetworkOptions): Promise<Finding[]> {
  const { proxy, noProxy } = options.config.upstream;
  const dispatcher = createDispatcher(proxy, noProxy);
  try {
    const hosts = await Promise.all(
      originsOf(options).map((origin) => examineHost(origin, dispatcher, options)),
    );
    const skews = hosts.flatMap(({ skewMs }) => skewMs ?? []);
    return [await examineProxy(proxy), ...hosts.map(({ finding }) => finding), judgeClock(skews)];
  } finally {
    await dispatcher.destroy();
  }
}

/** Lists the origins of all hosts that accounts of these regions use, each once. */
function originsOf({ config, regions: used }: NetworkOptions): string[] {
  const urls = used.flatMap((region) => {
    const hosts: RegionHosts = {
      ...regions[region].hosts,
      ...config.upstream.regions[region].baseUrls,
    };
    return Object.values(hosts) as string[];
  });
  return [...new Set(urls.map((url) => new URL(url).origin))];
}

function createDispatcher(proxy: string | null, noProxy: string | null): Dispatcher {
  const undici = loadUndici();
  if (proxy === null) return new undici.Agent({ connect: { timeout: timeoutMs } });
  const local = "localhost,127.0.0.1,[::1]";
  return new undici.EnvHttpProxyAgent({
    httpProxy: proxy,
    httpsProxy: proxy,
    noProxy: noProxy === null ? local : `${noProxy},${local}`,
  });
}

async function examineProxy(proxy: string | null): Promise<Finding> {
  if (proxy === null) return found("proxy", "ok", "proxy_none");
  const { hostname, port, protocol, host } = new URL(proxy);
  try {
    await tryToConnect(hostname.replaceAll(/[[\]]/g, ""), Number(port || defaultPorts[protocol]));
    return found("proxy", "ok", "proxy_ok", host);
  } catch (error) {
    return found("proxy", "fail", "proxy_unreachable", host, systemCodeOf(error));
  }
}

function tryToConnect(host: string, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host, port, timeout: timeoutMs });
    socket.once("connect", () => {
      socket.destroy();
      resolve();
    });
    socket.once("timeout", () => {
      socket.destroy();
      reject(Object.assign(new Error("no answer"), { code: "ETIMEDOUT" }));
    });
    socket.once("error", reject);
  });
}

interface ExaminedHost {
  finding: Finding;
  /** How far this machine's clock is ahead of the host's; null where it did not tell. */
  skewMs: number | null;
}

/** Asks a host for its front page, without any session: a name, a certificate and an answer are all that is wanted. */
async function examineHost(
  origin: string,
  dispatcher: Dispatcher,
  { config, now }: NetworkOptions,
): Promise<ExaminedHost> {
  const { host, hostname } = new URL(origin);
  const startedAt = now();
  try {
    // Through a proxy the name is the proxy's to resolve.
    if (config.upstream.proxy === null) await lookup(hostname.replaceAll(/[[\]]/g, ""));
    const answer = await loadUndici().request(origin, {
      method: "HEAD",
      dispatcher,
      headersTimeout: timeoutMs,
      signal: AbortSignal.timeout(timeoutMs),
    });
    answer.body.resume().on("error", () => undefined);
    const answeredAt = now();
    const date = Date.parse(String(answer.headers["date"] ?? ""));
    const skewMs = Number.isNaN(date) ? null : (startedAt + answeredAt) / 2 - date;
    return { finding: found("hosts", "ok", "host_ok", host, answeredAt - startedAt), skewMs };
  } catch (error) {
    return { finding: toHostFinding(host, systemCodeOf(error)), skewMs: null };
  }
}

function toHostFinding(host: string, code: string): Finding {
  if (nameErrors.has(code)) return found("hosts", "fail", "host_unknown", host);
  return tlsErrors.test(code)
    ? found("hosts", "fail", "host_tls_failed", host, code)
    : found("hosts", "fail", "host_unreachable", host, code);
}

/** Judges this machine's clock by the host that agrees with it best: one host's own clock may be wrong. */
export function judgeClock(skews: readonly number[]): Finding {
  if (skews.length === 0) return found("clock", "warn", "clock_unknown");
  const best = skews.toSorted((one, other) => Math.abs(one) - Math.abs(other))[0] ?? 0;
  const seconds = Math.round(best / 1000);
  const offMs = Math.abs(best);
  if (offMs < clockWarnMs) return found("clock", "ok", "clock_right", seconds);
  return found("clock", offMs < clockFailMs ? "warn" : "fail", "clock_wrong", seconds);
}
