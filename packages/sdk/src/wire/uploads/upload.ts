// Makes the calls of an upload: apply, send bytes, commit; for pictures (ImageX) and for videos and sounds (VOD).

import { JimengError } from "../../errors.ts";
import { isLoopbackHost } from "../../hosts.ts";
import type { Settings } from "../../options.ts";
import { canonicalQuery, signAws } from "./aws-v4.ts";
import { exchange, toHttpFailure } from "../transport/network.ts";
import type { Exchange } from "../transport/network.ts";
import {
  checkSent,
  parseActionResult,
  parseCommittedImage,
  parseCommittedMedia,
  parseImageAddress,
  parseMediaAddress,
} from "./answers.ts";
import type { CommittedImage, CommittedMedia, UploadAddress } from "./answers.ts";
import { toServiceOrigin, toUploadOrigin } from "./hosts.ts";
import type { UploadToken } from "./token.ts";

// The versions of the two services' APIs, and the parameter that names the space (apply-upload.md, vod-upload.md).
const services = {
  imagex: ["2018-08-01", "ServiceId"],
  vod: ["2020-11-19", "SpaceName"],
} as const;
const saltLength = 10;
/** Minimum speed that the timeout of an upload allows: 50 kB a second. */
const minBytesPerMs = 50;

/** The content to send: its body, size in bytes, and the checksum of a file or part in hex. */
export interface UploadContent {
  body?: Blob | ReadableStream<Uint8Array> | string;
  size: number;
  crc32?: string;
}

/** How content is sent. */
export interface SendOptions {
  /** Number of times that it was tried before; default 0. */
  attempt?: number;
  /** The query of a step of an upload in parts; none by default. */
  query?: string;
  signal?: AbortSignal;
}

/** The upload calls of one account. */
export class UploadWire {
  readonly #settings: Settings;

  constructor(settings: Settings) {
    this.#settings = settings;
  }

  /** Requests an address for a picture (apply-upload.md). */
  async applyImage(token: UploadToken, size: number, signal?: AbortSignal): Promise<UploadAddress> {
    const query = { Action: "ApplyImageUpload", ...this.#sizeQuery(size) };
    return parseImageAddress(await this.#aws("imagex", token, query, signal));
  }

  /** Requests an address for a video or sound (vod-upload.md). */
  async applyMedia(token: UploadToken, size: number, signal?: AbortSignal): Promise<UploadAddress> {
    const kind = { FileType: "video", IsInner: "1" };
    const query = { Action: "ApplyUploadInner", ...kind, ...this.#sizeQuery(size) };
    return parseMediaAddress(await this.#aws("vod", token, query, signal));
  }

  /**
   * Sends a file (upload-bytes.md), or makes a step of an upload in parts by its query (multipart-upload.md), and
   * returns the data of the answer. A retry goes to the next host.
   */
  async send(
    address: UploadAddress,
    { body, size, crc32 }: UploadContent,
    { attempt = 0, query = "", signal }: SendOptions,
  ): Promise<unknown> {
    const host = address.hosts[attempt % address.hosts.length] ?? "";
    const isStream = body instanceof ReadableStream;
    const answer = await this.#exchange(
      `${this.#uploadOrigin(host)}/upload/v1/${address.storeUri}${query}`,
      {
        method: "POST",
        headers: {
          authorization: address.auth,
          ...(crc32 === undefined
            ? {}
            : { "content-crc32": crc32, "content-type": "application/octet-stream" }),
          // A stream has no length of its own, and the upload host requires one.
          ...(isStream ? { "content-length": String(size) } : {}),
          ...(query === "" ? { "content-disposition": 'attachment; filename="undefined"' } : {}),
          "user-agent": this.#settings.userAgent,
        },
        body,
        ...(isStream ? { duplex: "half" } : {}),
      },
      this.#settings.timeoutMs + size / minBytesPerMs,
      signal,
    );
    return checkSent(answer);
  }

  /** Commits a picture and reads its URI and size (commit-upload.md). */
  async commitImage(
    token: UploadToken,
    { sessionKey }: UploadAddress,
    signal?: AbortSignal,
  ): Promise<CommittedImage> {
    const body = { SessionKey: sessionKey };
    const query = { Action: "CommitImageUpload" };
    return parseCommittedImage(await this.#aws("imagex", token, query, signal, body));
  }

  /** Commits a video or sound and reads its vid and length (vod-upload.md). */
  async commitMedia(
    token: UploadToken,
    { sessionKey }: UploadAddress,
    signal?: AbortSignal,
  ): Promise<CommittedMedia> {
    const body = { SessionKey: sessionKey, Functions: [] };
    const query = { Action: "CommitUploadInner" };
    return parseCommittedMedia(await this.#aws("vod", token, query, signal, body));
  }

  /** Makes a signed call of an action, a POST where it has a body, and returns its result. */
  async #aws(
    service: "imagex" | "vod",
    token: UploadToken,
    action: Record<string, string>,
    signal: AbortSignal | undefined,
    content?: object,
  ): Promise<unknown> {
    const [version, space] = services[service];
    const query = { ...action, Version: version, [space]: token.space };
    const body = content && JSON.stringify(content);
    const method = body === undefined ? "GET" : "POST";
    const { region, clock, userAgent } = this.#settings;
    const signed = await signAws({
      method,
      query,
      body,
      service,
      region: (token.hasShortRegion && region.shortSigningRegion) || region.signingRegion,
      credentials: token,
      now: clock.now(),
    });
    const headers = {
      ...signed,
      accept: "application/json",
      origin: region.siteOrigin,
      referer: `${region.siteOrigin}/`,
      "user-agent": userAgent,
      ...(body === undefined ? {} : { "content-type": "application/json" }),
    };
    const url = `${this.#serviceUrl(service, token)}/?${canonicalQuery(query)}`;
    const answer = await this.#exchange(
      url,
      { method, headers, body },
      this.#settings.timeoutMs,
      signal,
    );
    return parseActionResult(String(action["Action"]), answer);
  }

  async #exchange(
    url: string,
    init: RequestInit,
    timeoutMs: number,
    signal: AbortSignal | undefined,
  ): Promise<Exchange> {
    const { fetch, clock, session } = this.#settings;
    const answer = await exchange({
      url,
      init,
      fetch,
      timeoutMs,
      signal,
      paid: false,
      redact: (text) => session.redact(text),
    });
    const failure = toHttpFailure(answer, clock.now(), false);
    if (failure !== undefined) throw failure;
    return answer;
  }

  /**
   * Returns the base URL of a service: the caller's own; outside cn then the host that the token names, where it is
   * usable (upload-token.md [L]); else the built-in one.
   */
  #serviceUrl(service: "imagex" | "vod", { domain }: UploadToken): string {
    const { region, baseUrls } = this.#settings;
    const isNamed = region.id !== "cn" && baseUrls[service] === undefined;
    const origin = isNamed ? toServiceOrigin(domain, this.#isLocal("mweb")) : undefined;
    return origin ?? region.hosts[service];
  }

  /** Returns the origin of an upload host of the upstream. Throws unless it is public, or loopback like the region. */
  #uploadOrigin(host: string): string {
    const origin = toUploadOrigin(host, this.#isLocal("mweb") || this.#isLocal("imagex"));
    if (origin === undefined) {
      throw new JimengError(
        "unexpected_response",
        "The upstream named an upload host that is not a public https host.",
        {
          issues: ["upload host refused"],
          fix: "Nothing was sent there; report this.",
        },
      );
    }
    return origin;
  }

  #isLocal(host: "mweb" | "imagex"): boolean {
    return isLoopbackHost(new URL(this.#settings.region.hosts[host]).hostname);
  }

  #sizeQuery(size: number): Record<string, string> {
    const salt = Array.from({ length: saltLength }, () =>
      Math.floor(this.#settings.random() * 36).toString(36),
    );
    return { FileSize: String(size), s: salt.join("") };
  }
}
