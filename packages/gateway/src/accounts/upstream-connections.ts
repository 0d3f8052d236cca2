// The connections to the upstream: makes the sdk's client of each account with its hosts, versions, proxy and sockets.

import { setTimeout as sleep } from "node:timers/promises";

import { Jimeng } from "@jimeng/sdk";
import type { Clock, Fetch, Model, Region } from "@jimeng/sdk";
import type { Agent, Dispatcher } from "undici";
import type { Logger } from "pino";

import type { ConnectableAccount, Connection } from "./account.ts";
import { limitResponses } from "./response-limiter.ts";
import type { Config } from "../config/config.ts";
import { noObserver } from "../observer.ts";
import type { Observer } from "../observer.ts";
import { observeFetch } from "../telemetry/observe-fetch.ts";
import { lazyDispatcher, loadUndici } from "../storage/undici.ts";
import { createGuardedLookup } from "../storage/url-guard.ts";
import { rejectStalePosts } from "./stale-post-guard.ts";

/** Makes the clients of accounts and closes their sockets. */
export interface Connector {
  connect(account: ConnectableAccount): Connection;
  /** The dispatcher that downloads must use while a proxy is set; undefined otherwise. */
  downloadDispatcher: Dispatcher | undefined;
  close(): Promise<void>;
}

// Hosts of this machine are never called through a proxy.
const neverProxied = "localhost,127.0.0.1,[::1]";

/** What the connector works with. */
export interface ConnectorOptions {
  config: Config;
  logger: Logger;
  /** Told of every exchange; by default nobody is. */
  observer?: Observer;
  /** Replaces the HTTP client altogether. */
  upstreamFetch?: Fetch;
  /** Returns the models that starts in a region are checked against; default the built-in ones. */
  modelsOf?: (region: Region) => readonly Model[];
}

/** Makes the connector. */
export function createConnector(options: ConnectorOptions): Connector {
  const { config, logger, observer = noObserver, upstreamFetch, modelsOf } = options;
  const { userAgent, versions, regions } = config.upstream;
  const ofProxy = new Map<string | null, Way>();

  function wayThrough(proxy: string | null = config.upstream.proxy): Way {
    const known = ofProxy.get(proxy);
    if (known !== undefined) return known;
    const through = { proxy, noProxy: config.upstream.noProxy };
    const reads = lazyDispatcher(() => createDispatcher(through, {}));
    // A paid post never uses a kept-alive socket: if that were stale, the start would be uncertain for no reason.
    const starts = lazyDispatcher(() =>
      rejectStalePosts(createDispatcher(through, { pipelining: 0 })),
    );
    const made = {
      read: limitResponses(upstreamFetch ?? fetchThrough(reads)),
      start: upstreamFetch ?? fetchThrough(starts),
      close: async () => void (await Promise.all([reads.close(), starts.close()])),
    };
    ofProxy.set(proxy, made);
    return made;
  }

  // Background reads (the live model list) would make a closing process wait for the upstream.
  const closing = new AbortController();
  const downloads = createDownloadDispatcher(config);
  return {
    connect(account) {
      const { baseUrls, aid, loopback } = regions[account.region];
      const { read, start } = wayThrough(account.proxy);
      const client = new Jimeng({
        session: account.session,
        region: account.region,
        baseUrls,
        aid: aid ?? undefined,
        fetch: observeFetch(
          (url, init) => read(url, withSignal(init, closing.signal)),
          account.region,
          observer,
        ),
        clock: closableClock(closing.signal),
        paidFetch: observeFetch(start, account.region, observer),
        logger: logger.child({ account: account.name }),
        versions,
        userAgent: userAgent ?? undefined,
        maxPromptLength: config.maxPromptLength,
        maxRetryCount: config.jobs.maxRetryCount,
        retryDelayMs: config.jobs.retryDelayMs,
      });
      if (modelsOf !== undefined) client.models.use(() => modelsOf(account.region));
      return { upstream: client, client, allowLoopbackDownloads: loopback };
    },
    downloadDispatcher: downloads,
    async close() {
      closing.abort();
      await Promise.all([...[...ofProxy.values()].map((way) => way.close()), downloads?.close()]);
    },
  };
}

function withSignal(init: RequestInit, signal: AbortSignal): RequestInit {
  return { ...init, signal: init.signal ? AbortSignal.any([init.signal, signal]) : signal };
}

/** Makes a clock whose waits end when the connector closes, so that no retry runs after it. */
function closableClock(closing: AbortSignal): Clock {
  return {
    now: () => Date.now(),
    sleep: (milliseconds, signal) =>
      sleep(milliseconds, undefined, {
        signal: signal === undefined ? closing : AbortSignal.any([signal, closing]),
      }),
  };
}

/** The HTTP clients of one proxy, or of none: for reads, and for starts. */
interface Way {
  read: Fetch;
  start: Fetch;
  close(): Promise<void>;
}

type ProxySettings = Pick<Config["upstream"], "proxy" | "noProxy">;

function createDispatcher({ proxy, noProxy }: ProxySettings, options: Agent.Options): Dispatcher {
  const undici = loadUndici();
  if (proxy === null) return new undici.Agent(options);
  return new undici.EnvHttpProxyAgent({
    ...options,
    httpProxy: proxy,
    httpsProxy: proxy,
    noProxy: noProxy === null ? neverProxied : `${noProxy},${neverProxied}`,
  });
}

/**
 * Makes the client of downloads while a proxy is set. Hosts of NO_PROXY are reached directly, and through the guard:
 * the upstream names them, not the owner.
 */
function createDownloadDispatcher(config: Config): Dispatcher | undefined {
  if (config.upstream.proxy === null) return undefined;
  const lookup = createGuardedLookup({ allowLoopbackNames: true, allowLocalProxy: true });
  return lazyDispatcher(() => createDispatcher(config.upstream, { connect: { lookup } }));
}

function fetchThrough(dispatcher: Dispatcher): Fetch {
  return (url, init) => {
    // The fetch of undici itself: the one built into Node may be of another version than this dispatcher.
    const fetch = loadUndici().fetch as unknown as (
      url: string,
      init: RequestInit & { dispatcher: Dispatcher },
    ) => Promise<Response>;
    return fetch(url, { ...init, dispatcher });
  };
}
