// Makes the calls of an upload: apply, send bytes, commit; for pictures (ImageX) and for videos and sounds (VOD).

import { JimengError } from "../../errors.ts";
import { isLoopbackHost, isPublicHost } from "../../hosts.ts";
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
import type { UploadToken } from "./token.ts";

// The versions of the two services' APIs (apply-upload.md, vod-upload.md).
const imagexVersion = "2018-08-01";
const vodVersion = "2020-11-19";
const saltLength = 10;
/** Minimum speed that the timeout of an upload allows: 50 kB a second. */
const minBytesPerMs = 50;

/** The content to send: the body, its length, and its checksum in hex. */
export interface UploadContent {
  body: Blob | ReadableStream<Uint8Array>;
  size: number;
  crc32: string;
}

/** The upload calls of one account. */
export class UploadWire {
  readonly #settings: Settings;

  constructor(settings: Settings) {
    this.#settings = settings;
  }

  /** Requests an address for a picture (apply-upload.md). */
  async applyImage(token: UploadToken, size: number, signal?: AbortSignal): Promise<UploadAddress> {
    const query = {
      Action: "ApplyImageUpload",
      Version: imagexVersion,
      ServiceId: token.space,
      FileSize: String(size),
      s: this.#salt(),
    };
    const result = await this.#aws("imagex", "GET", query, token, undefined, signal);
    return parseImageAddress(result);
  }

  /** Requests an address for a video or sound (vod-upload.md). */
  async applyMedia(token: UploadToken, size: number, signal?: AbortSignal): Promise<UploadAddress> {
    const query = {
      Action: "ApplyUploadInner",
      Version: vodVersion,
      SpaceName: token.space,
      FileType: "video",
      IsInner: "1",
      FileSize: String(size),
      s: this.#salt(),
    };
    const result = await this.#aws("vod", "GET", query, token, undefined, signal);
    return parseMediaAddress(result);
  }

  /** Sends the bytes (upload-bytes.md); a retry goes to the next host. */
  async send(
    address: UploadAddress,
    content: UploadContent,
    { attempt, signal }: { attempt: number; signal?: AbortSignal },
  ): Promise<void> {
    const host = address.hosts[attempt % address.hosts.length] ?? "";
    const answer = await this.#exchange(
      `${this.#uploadOrigin(host)}/upload/v1/${address.storeUri}`,
      {
        method: "POST",
        headers: {
          authorization: address.auth,
          "content-crc32": content.crc32,
          // A stream has no length of its own, and the upload host requires one.
          ...(content.body instanceof Blob ? {} : { "content-length": String(content.size) }),
          "content-type": "application/octet-stream",
          "content-disposition": 'attachment; filename="undefined"',
          "user-agent": this.#settings.userAgent,
        },
        body: content.body,
        ...(content.body instanceof Blob ? {} : { duplex: "half" }),
      },
      this.#settings.timeoutMs + content.size / minBytesPerMs,
      signal,
    );
    checkSent(answer);
  }

  /** Commits a picture and reads its URI and size (commit-upload.md). */
  async commitImage(
    token: UploadToken,
    address: UploadAddress,
    signal?: AbortSignal,
  ): Promise<CommittedImage> {
    const query = { Action: "CommitImageUpload", Version: imagexVersion, ServiceId: token.space };
    const body = JSON.stringify({ SessionKey: address.sessionKey });
    const result = await this.#aws("imagex", "POST", query, token, body, signal);
    return parseCommittedImage(result);
  }

  /** Commits a video or sound and reads its vid and length (vod-upload.md). */
  async commitMedia(
    token: UploadToken,
    address: UploadAddress,
    signal?: AbortSignal,
  ): Promise<CommittedMedia> {
    const query = { Action: "CommitUploadInner", Version: vodVersion, SpaceName: token.space };
    const body = JSON.stringify({ SessionKey: address.sessionKey, Functions: [] });
    const result = await this.#aws("vod", "POST", query, token, body, signal);
    return parseCommittedMedia(result);
  }

  async #aws(
    service: "imagex" | "vod",
    method: "GET" | "POST",
    query: Record<string, string>,
    token: UploadToken,
    body: string | undefined,
    signal: AbortSignal | undefined,
  ): Promise<unknown> {
    const { region, clock, userAgent } = this.#settings;
    const signed = await signAws({
      method,
      query,
      body,
      service,
      region: region.signingRegion,
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
    const url = `${region.hosts[service]}/?${canonicalQuery(query)}`;
    const answer = await this.#exchange(
      url,
      { method, headers, body },
      this.#settings.timeoutMs,
      signal,
    );
    return parseActionResult(String(query["Action"]), answer);
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

  /** Returns the origin of an upload host of the upstream. Throws unless it is public, or loopback like the region. */
  #uploadOrigin(host: string): string {
    const url =
      /^[\w.-]+(:\d+)?$|^\[[\da-f:]+\](:\d+)?$/i.test(host) && URL.canParse(`https://${host}`)
        ? new URL(`https://${host}`)
        : undefined;
    const local = url !== undefined && isLoopbackHost(url.hostname);
    const localAllowed = isLoopbackHost(new URL(this.#settings.region.hosts.imagex).hostname);
    if (url === undefined || (local ? !localAllowed : !isPublicHost(url.hostname))) {
      throw new JimengError(
        "unexpected_response",
        "The upstream named an upload host that is not a public https host.",
        {
          issues: ["upload host refused"],
          fix: "Nothing was sent there; report this.",
        },
      );
    }
    return local ? `http://${host}` : `https://${host}`;
  }

  #salt(): string {
    return Array.from({ length: saltLength }, () =>
      Math.floor(this.#settings.random() * 36).toString(36),
    ).join("");
  }
}
