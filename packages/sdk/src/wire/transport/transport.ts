// Turns a call into a signed HTTP request (headers, cookies, query) and returns the data of its answer.

import type { Settings } from "../../options.ts";
import {
  parseFailureFields,
  parsePassportEnvelope,
  parseSignedEnvelope,
  retSuccess,
} from "./envelope.ts";
import { toPassportError, toRefusalError } from "../failures/failures.ts";
import { createLimiter } from "./limiter.ts";
import { exchange, toHttpFailure, toUnreadable } from "./network.ts";
import type { Exchange } from "./network.ts";
import { retryRead } from "./retry.ts";
import type { RetryPolicy } from "./retry.ts";
import { sign } from "./sign.ts";

/** One call to a signed host. */
export interface Call {
  host: "mweb" | "commerce" | "passport";
  path: string;
  query?: Readonly<Record<string, string>>;
  /** Whether the common query is left out (credits and passport, docs/upstream/README.md [C]). */
  bareQuery?: boolean;
  body: unknown;
  /** Whether it costs credits: own fetch, no retry, `acceptance` on every error. */
  paid?: boolean;
  signal?: AbortSignal;
  /** Number of retries of a read; default the settings' own. */
  maxRetryCount?: number;
  /** Size of the largest answer that is read, in bytes; default 32 MiB. */
  maxBodyBytes?: number;
}

/** The data of a successful answer. */
export interface Reply {
  data: unknown;
  logid: string | null;
}

const appSdkVersion = "48.0.0";
const signVersion = "1";
const deviceId = "";
/** Numbers of HTTP calls of one account that run at one moment. */
const concurrentReads = 5;
const concurrentStarts = 3;

/** The connection of one account to the signed hosts. */
export class Transport {
  readonly #settings: Settings;
  readonly #reads = createLimiter(concurrentReads);
  readonly #starts = createLimiter(concurrentStarts);

  constructor(settings: Settings) {
    this.#settings = settings;
  }

  /** Makes the call; reads are retried as the settings say, paid starts never. */
  async call(call: Call): Promise<Reply> {
    if (call.paid === true) return this.#starts(() => this.#once(call), call.signal);
    return retryRead(this.retryPolicy(call), () =>
      this.#reads(() => this.#once(call), call.signal),
    );
  }

  /** Returns the retry rules of a read, with the call's own settings. */
  retryPolicy(call: Pick<Call, "signal" | "maxRetryCount">): RetryPolicy {
    const { clock, random, logger, retryDelayMs } = this.#settings;
    const maxRetryCount = call.maxRetryCount ?? this.#settings.maxRetryCount;
    return { clock, random, logger, maxRetryCount, retryDelayMs, signal: call.signal };
  }

  async #once(call: Call): Promise<Reply> {
    const settings = this.#settings;
    const paid = call.paid ?? false;
    const startedAt = settings.clock.now();
    const answer = await exchange({
      url: this.#url(call),
      init: { method: "POST", headers: this.#headers(call), body: JSON.stringify(call.body) },
      fetch: paid ? settings.paidFetch : settings.fetch,
      timeoutMs: settings.timeoutMs,
      signal: call.signal,
      paid,
      maxBodyBytes: call.maxBodyBytes,
      redact: (text) => settings.session.redact(text),
    });
    const failure = toHttpFailure(answer, settings.clock.now(), paid);
    const durationMs = settings.clock.now() - startedAt;
    settings.logger.debug(
      { path: call.path, httpStatus: answer.status, durationMs },
      "upstream call",
    );
    if (failure !== undefined) throw failure;
    return call.host === "passport"
      ? this.#readPassport(call, answer)
      : this.#read(call, answer, paid);
  }

  #read(call: Call, answer: Exchange, paid: boolean): Reply {
    const envelope = parseSignedEnvelope(answer.body);
    if (envelope === undefined) throw toUnreadable(call.path, answer, paid);
    if (envelope.ret === retSuccess) return { data: envelope.data, logid: envelope.logid ?? null };
    const { failMessage, ...fields } = parseFailureFields(envelope.data);
    throw toRefusalError(
      {
        ...fields,
        failMessage: failMessage === undefined ? undefined : this.#redact(failMessage),
        ret: envelope.ret,
        message: this.#redact(envelope.message),
        logid: envelope.logid,
        httpStatus: answer.status,
      },
      paid ? "refused" : undefined,
    );
  }

  #readPassport(call: Call, answer: Exchange): Reply {
    const envelope = parsePassportEnvelope(answer.body);
    if (envelope === undefined) throw toUnreadable(call.path, answer, false);
    if (envelope.succeeded) return { data: envelope.data, logid: null };
    throw toPassportError(envelope.errorCode, this.#redact(envelope.message), answer.status);
  }

  #redact(text: string): string {
    return this.#settings.session.redact(text);
  }

  #url(call: Call): string {
    const query = new URLSearchParams({
      ...(call.bareQuery === true ? {} : this.#commonQuery()),
      ...call.query,
    }).toString();
    return `${this.#settings.region.hosts[call.host]}${call.path}${query === "" ? "" : `?${query}`}`;
  }

  #commonQuery(): Record<string, string> {
    const { region, session, versions } = this.#settings;
    return {
      aid: String(region.aid),
      device_platform: "web",
      region: region.queryRegion,
      ...(region.sendsWebId ? { webId: session.webId() } : {}),
      da_version: versions.draftVersion,
      web_version: versions.webVersion,
      aigc_features: versions.aigcFeatures,
    };
  }

  #headers(call: Call): Record<string, string> {
    const { region, session, versions, userAgent, clock } = this.#settings;
    const deviceTime = String(Math.floor(clock.now() / 1000));
    const { appVersion, platformCode } = versions;
    const path = `${new URL(region.hosts[call.host]).pathname.replace(/\/$/, "")}${call.path}`;
    return {
      accept: "application/json, text/plain, */*",
      "content-type": "application/json",
      cookie: session.cookieHeader(),
      origin: region.siteOrigin,
      referer: `${region.siteOrigin}/`,
      "user-agent": userAgent,
      appid: String(region.aid),
      appvr: appVersion,
      pf: platformCode,
      "device-time": deviceTime,
      tdid: deviceId,
      "sign-ver": signVersion,
      sign: sign({ path, platformCode, appVersion, deviceTime, deviceId }),
      ...(call.host === "commerce"
        ? { lan: region.commerceLanguage }
        : { "app-sdk-version": appSdkVersion, lan: region.language, loc: region.country }),
    };
  }
}
