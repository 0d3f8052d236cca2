// The options of a client, their defaults, and the checks of them.

import { JimengError } from "./errors.ts";
import { isLoopbackHost } from "./hosts.ts";
import { refuseUnknownNames } from "./known-names.ts";
import type { NamesOf } from "./known-names.ts";
import { regions } from "./regions.ts";
import type { RegionHosts, RegionRecord } from "./regions.ts";
import type { Region } from "./operation.ts";
import { Session } from "./session.ts";

/** A clock that can wait; replace it in tests. */
export interface Clock {
  /** Returns Unix milliseconds. */
  now(): number;
  /** Waits; rejects with the signal's reason when it is aborted. */
  sleep(milliseconds: number, signal?: AbortSignal): Promise<void>;
}

/** A logger of structured lines, fields first (pino's shape). */
export interface Logger {
  debug(fields: object, message: string): void;
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
}

/** The part of the fetch standard that this client uses. */
export type Fetch = (url: string, init: RequestInit) => Promise<Response>;

/** The version strings of the site's build that requests carry; old ones are answered 3018 (docs/upstream/README.md [R]). */
export interface Versions {
  /** `7` (PLATFORM_CODE). */
  platformCode: string;
  /** `8.4.0` (VERSION_CODE). */
  appVersion: string;
  /** `7.5.0` (WEB_VERSION). */
  webVersion: string;
  /** `3.3.28` (DA_VERSION). */
  draftVersion: string;
  /** `app_lip_sync` (AIGC_FEATURES). */
  aigcFeatures: string;
}

/** Options of `new Jimeng()`. */
export interface JimengOptions {
  /** The owner's own session id, with or without a `us-`, `hk-`, `jp-` or `sg-` prefix. */
  session: string;
  /** The site; default from the session's prefix, else `cn`. */
  region?: Region;
  /** Other hosts, e.g. of a simulator or a relay; https unless the host is loopback. */
  baseUrls?: Partial<RegionHosts>;
  /** App id; default the region's own. */
  aid?: number;
  /** Fetch function; default the global one. */
  fetch?: Fetch;
  /** Fetch function for paid starts, which must not reuse a kept-alive socket; default `fetch`. */
  paidFetch?: Fetch;
  clock?: Clock;
  /** Source of numbers from 0 up to 1, for seeds and jitter; default Math.random. */
  random?: () => number;
  /** Logger; none by default. */
  logger?: Logger;
  versions?: Partial<Versions>;
  /** Honest name of this client; default `jimeng-sdk/<version>`. */
  userAgent?: string;
  /** Maximum length of a prompt in characters; default the model's own, 4000 where the site tells none. */
  maxPromptLength?: number;
  /** Number of retries of a read after network errors and 5xx; default 3. */
  maxRetryCount?: number;
  /** Upper bound of the first wait in milliseconds, doubling up to 60 s; default 5000. */
  retryDelayMs?: number;
  /** Timeout of one HTTP exchange in milliseconds; default 30000. */
  timeoutMs?: number;
}

const optionNames = {
  session: true,
  region: true,
  baseUrls: true,
  aid: true,
  fetch: true,
  paidFetch: true,
  clock: true,
  random: true,
  logger: true,
  versions: true,
  userAgent: true,
  maxPromptLength: true,
  maxRetryCount: true,
  retryDelayMs: true,
  timeoutMs: true,
} satisfies NamesOf<JimengOptions>;

/** The SDK's own version. */
export const sdkVersion = "0.1.0";

/** The version strings sent by default (docs/upstream/README.md: accepted by every region in 2026 [C]). */
export const defaultVersions: Versions = {
  platformCode: "7",
  appVersion: "8.4.0",
  webVersion: "7.5.0",
  draftVersion: "3.3.28",
  aigcFeatures: "app_lip_sync",
};

/** Maximum length of a prompt in characters where the site tells none (our limit). */
export const defaultMaxPromptLength = 4000;

const defaultMaxRetryCount = 3;
const defaultRetryDelayMs = 5000;
const defaultTimeoutMs = 30_000;

/** JimengOptions with every default filled in. */
export interface Settings {
  session: Session;
  region: RegionRecord;
  /** The hosts that the caller set; no host that the upstream names replaces one of these. */
  baseUrls: Partial<RegionHosts>;
  fetch: Fetch;
  paidFetch: Fetch;
  clock: Clock;
  random: () => number;
  logger: Logger;
  versions: Versions;
  userAgent: string;
  maxPromptLength: number | undefined;
  maxRetryCount: number;
  retryDelayMs: number;
  timeoutMs: number;
}

const silentLogger: Logger = { debug() {}, info() {}, warn() {}, error() {} };

/** The machine's own clock. */
const systemClock: Clock = {
  now: () => Date.now(),
  sleep: (milliseconds, signal) =>
    new Promise((resolve, reject) => {
      if (signal?.aborted) {
        reject(toAbortError(signal));
        return;
      }
      const onAbort = (): void => {
        clearTimeout(timer);
        reject(toAbortError(signal));
      };
      const timer = setTimeout(() => {
        signal?.removeEventListener("abort", onAbort);
        resolve();
      }, milliseconds);
      signal?.addEventListener("abort", onAbort, { once: true });
    }),
};

function toAbortError(signal: AbortSignal | undefined): Error {
  const reason: unknown = signal?.reason;
  return reason instanceof Error
    ? reason
    : new JimengError("cancelled", "The caller aborted the wait.");
}

/** Fills in the defaults. Throws `invalid_request`, with the option as param, for values that cannot work. */
export function resolveOptions(options: JimengOptions): Settings {
  refuseUnknownNames(options, optionNames);
  refuseUnknownNames(options.versions ?? {}, defaultVersions, "versions.");
  const session = new Session(options.session, options.region);
  const record = regions[session.region];
  const baseUrls = options.baseUrls ?? {};
  const baseFetch =
    options.fetch ?? ((url: string, init: RequestInit) => globalThis.fetch(url, init));
  return {
    session,
    region: {
      ...record,
      aid: options.aid ?? record.aid,
      hosts: mergeHosts(record.hosts, baseUrls),
    },
    baseUrls,
    fetch: baseFetch,
    paidFetch: options.paidFetch ?? baseFetch,
    clock: options.clock ?? systemClock,
    random: options.random ?? Math.random,
    logger: options.logger ?? silentLogger,
    versions: { ...defaultVersions, ...withoutUndefined(options.versions ?? {}) },
    userAgent: options.userAgent ?? `jimeng-sdk/${sdkVersion}`,
    maxPromptLength: options.maxPromptLength,
    maxRetryCount: options.maxRetryCount ?? defaultMaxRetryCount,
    retryDelayMs: options.retryDelayMs ?? defaultRetryDelayMs,
    timeoutMs: options.timeoutMs ?? defaultTimeoutMs,
  };
}

function mergeHosts(defaults: RegionHosts, overrides: Partial<RegionHosts>): RegionHosts {
  refuseUnknownNames(overrides, defaults, "baseUrls.");
  const hosts = { ...defaults };
  // Passport and, on cn, commerce live on the generation host; a relay in front of it serves them too.
  if (overrides.mweb !== undefined) {
    if (defaults.passport === defaults.mweb) hosts.passport = overrides.mweb;
    if (defaults.commerce === defaults.mweb) hosts.commerce = overrides.mweb;
  }
  Object.assign(hosts, withoutUndefined(overrides));
  return {
    mweb: checkBaseUrl("mweb", hosts.mweb),
    commerce: checkBaseUrl("commerce", hosts.commerce),
    passport: checkBaseUrl("passport", hosts.passport),
    imagex: checkBaseUrl("imagex", hosts.imagex),
    vod: checkBaseUrl("vod", hosts.vod),
  };
}

function withoutUndefined<T extends object>(value: T): Partial<T> {
  const entries = Object.entries(value).filter(([, entry]) => entry !== undefined);
  return Object.fromEntries(entries) as Partial<T>;
}

function checkBaseUrl(name: keyof RegionHosts, text: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const param = `baseUrls.${name}`;
  if (url === undefined || (url.protocol !== "https:" && url.protocol !== "http:")) {
    throw new JimengError("invalid_request", `The ${name} base URL is not an http(s) URL.`, {
      param,
      fix: "Give a full https URL.",
    });
  }
  if (url.protocol === "http:" && !isLoopbackHost(url.hostname)) {
    throw new JimengError("invalid_request", `The ${name} base URL must use https.`, {
      param,
      fix: "Use https, or a loopback host.",
    });
  }
  if (url.username !== "" || url.password !== "" || url.search !== "" || url.hash !== "") {
    throw new JimengError(
      "invalid_request",
      `The ${name} base URL may hold a host and a path only.`,
      {
        param,
        fix: "Remove credentials, query and fragment.",
      },
    );
  }
  return `${url.origin}${url.pathname.replace(/\/+$/, "")}`;
}
