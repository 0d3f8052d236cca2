// Owns three steps of an upload on the wire: apply, bytes, commit; for pictures (ImageX) and VOD.
// Refuses to decide when to begin again: uploads.ts does.

import * as z from "zod";

import { JimengError } from "../errors.ts";
import { isLoopbackHost } from "../options.ts";
import type { Settings } from "../options.ts";
import { canonicalQuery, signAws } from "./aws-v4.ts";
import { parseData, parseJson } from "./envelope.ts";
import type { Exchange } from "./network.ts";
import { exchange, toHttpFailure, toUnreadable } from "./network.ts";
import { isPublicHost } from "./outputs.ts";
import type { UploadToken } from "./upload-token.ts";

/** Is where the bytes go and how they are committed. */
export interface UploadAddress {
  host: string;
  storeUri: string;
  auth: string;
  sessionKey: string;
}

const storeSchema = z.looseObject({ StoreUri: z.string().min(1), Auth: z.string().min(1) });
const imageAddressSchema = z.looseObject({
  UploadAddress: z.looseObject({
    StoreInfos: z.array(storeSchema).min(1),
    UploadHosts: z.array(z.string().min(1)).min(1),
    SessionKey: z.string().min(1),
  }),
});
const mediaAddressSchema = z.looseObject({
  InnerUploadAddress: z.looseObject({
    UploadNodes: z
      .array(
        z.looseObject({
          StoreInfos: z.array(storeSchema).min(1),
          UploadHost: z.string().min(1),
          SessionKey: z.string().min(1),
        }),
      )
      .min(1),
  }),
});

const awsErrorSchema = z.looseObject({
  ResponseMetadata: z.looseObject({
    Error: z.looseObject({ Code: z.string().catch(""), Message: z.string().catch("") }).nullish(),
  }),
  Result: z.unknown().optional(),
});

/** Is what is sent: the body, its length, and its checksum in hex. */
export interface UploadContent {
  body: Blob | ReadableStream<Uint8Array>;
  size: number;
  crc32: string;
}

/** Makes calls of one upload for one account. */
export class UploadWire {
  readonly #settings: Settings;

  constructor(settings: Settings) {
    this.#settings = settings;
  }

  /** Applies for a place for a picture (protocol 5.2). */
  async applyImage(token: UploadToken, size: number, signal?: AbortSignal): Promise<UploadAddress> {
    const query = {
      Action: "ApplyImageUpload",
      Version: "2018-08-01",
      ServiceId: token.space,
      FileSize: String(size),
      s: this.#salt(),
    };
    const result = await this.#aws("imagex", "GET", query, token, undefined, signal);
    const { UploadAddress: address } = parseData(imageAddressSchema, result, "ApplyImageUpload");
    return toAddress(address.StoreInfos, address.UploadHosts[0], address.SessionKey);
  }

  /** Applies for a place for a video or sound (protocol 6.1). */
  async applyMedia(token: UploadToken, size: number, signal?: AbortSignal): Promise<UploadAddress> {
    const query = {
      Action: "ApplyUploadInner",
      Version: "2020-11-19",
      SpaceName: token.space,
      FileType: "video",
      IsInner: "1",
      FileSize: String(size),
      s: this.#salt(),
    };
    const result = await this.#aws("vod", "GET", query, token, undefined, signal);
    const [node] = parseData(mediaAddressSchema, result, "ApplyUploadInner").InnerUploadAddress
      .UploadNodes;
    return toAddress(node?.StoreInfos ?? [], node?.UploadHost, node?.SessionKey ?? "");
  }

  /** Sends the bytes (protocol 5.3); the body streams from wherever it lies. */
  async send(address: UploadAddress, content: UploadContent, signal?: AbortSignal): Promise<void> {
    const answer = await this.#exchange(
      `${this.#uploadOrigin(address.host)}/upload/v1/${address.storeUri}`,
      {
        method: "POST",
        headers: {
          authorization: address.auth,
          "content-crc32": content.crc32,
          // A stream has no length of its own, and the gateway wants one.
          ...(content.body instanceof Blob ? {} : { "content-length": String(content.size) }),
          "content-type": "application/octet-stream",
          "content-disposition": 'attachment; filename="undefined"',
          "user-agent": this.#settings.userAgent,
        },
        body: content.body,
        ...(content.body instanceof Blob ? {} : { duplex: "half" }),
      },
      this.#settings.timeoutMs + content.size / slowestBytesPerMs,
      signal,
    );
    const parsed = z
      .looseObject({ code: z.number(), message: z.string().catch("") })
      .safeParse(parseJson(answer.body));
    if (!parsed.success) throw toUnreadable("the upload", answer, false);
    const { code, message } = parsed.data;
    if (code !== uploadSucceeded)
      throw failed(
        `upload_code_${code}`,
        `The upload was refused (code ${code} ${message}).`,
        answer.status,
      );
  }

  /** Commits a picture and reads its URI and size (protocol 5.4). */
  async commitImage(
    token: UploadToken,
    address: UploadAddress,
    signal?: AbortSignal,
  ): Promise<CommittedImage> {
    const query = { Action: "CommitImageUpload", Version: "2018-08-01", ServiceId: token.space };
    const body = JSON.stringify({ SessionKey: address.sessionKey });
    const result = await this.#aws("imagex", "POST", query, token, body, signal);
    const { Results, PluginResult } = parseData(committedImageSchema, result, "CommitImageUpload");
    const [committed] = Results;
    if (committed === undefined || committed.UriStatus !== uriUsable) {
      throw failed(
        "uri_status",
        `The uploaded picture is not usable (UriStatus ${committed?.UriStatus ?? "missing"}).`,
      );
    }
    const plugin = PluginResult?.[0];
    return {
      imageUri: committed.Uri,
      width: plugin?.ImageWidth ?? 0,
      height: plugin?.ImageHeight ?? 0,
      format: plugin?.ImageFormat ?? "",
    };
  }

  /** Commits a video or sound and reads its vid and length (protocol 6.1). */
  async commitMedia(
    token: UploadToken,
    address: UploadAddress,
    signal?: AbortSignal,
  ): Promise<CommittedMedia> {
    const query = { Action: "CommitUploadInner", Version: "2020-11-19", SpaceName: token.space };
    const body = JSON.stringify({ SessionKey: address.sessionKey, Functions: [] });
    const result = await this.#aws("vod", "POST", query, token, body, signal);
    const [committed] = parseData(committedMediaSchema, result, "CommitUploadInner").Results;
    if (committed === undefined)
      throw failed("vid_missing", "The upload was committed without an id.");
    const { Vid: mediaId, VideoMeta: meta } = committed;
    return {
      mediaId,
      width: meta?.Width ?? 0,
      height: meta?.Height ?? 0,
      durationMs: Math.round((meta?.Duration ?? 0) * 1000),
    };
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
    const parsed = awsErrorSchema.safeParse(parseJson(answer.body));
    if (!parsed.success) throw toUnreadable(String(query["Action"]), answer, false);
    const failure = parsed.data.ResponseMetadata.Error;
    if (failure != null)
      throw failed(
        failure.Code,
        `${query["Action"]} was refused (${failure.Code} ${failure.Message}).`,
        answer.status,
      );
    if (answer.status >= 400) throw toUnreadable(String(query["Action"]), answer, false);
    return parsed.data.Result;
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

  /** Upload hosts come from the upstream: https on a public name, or loopback while the region is loopback. */
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

/** Is a committed picture. */
export interface CommittedImage {
  imageUri: string;
  width: number;
  height: number;
  format: string;
}

/** Is a committed video or sound. */
export interface CommittedMedia {
  mediaId: string;
  width: number;
  height: number;
  durationMs: number;
}

const saltLength = 10;
const uploadSucceeded = 2000;
const uriUsable = 2000;
/** Is the slowest line that an upload is given time for: 50 kB a second. */
const slowestBytesPerMs = 50;

const count = z.number().nullish().catch(null);
const committedImageSchema = z.looseObject({
  Results: z.array(z.looseObject({ Uri: z.string().min(1), UriStatus: z.number() })),
  PluginResult: z
    .array(
      z.looseObject({
        ImageWidth: count,
        ImageHeight: count,
        ImageFormat: z.string().nullish().catch(null),
      }),
    )
    .nullish()
    .catch(null),
});
const committedMediaSchema = z.looseObject({
  Results: z.array(
    z.looseObject({
      Vid: z.string().min(1),
      VideoMeta: z
        .looseObject({ Width: count, Height: count, Duration: count })
        .nullish()
        .catch(null),
    }),
  ),
});

function toAddress(
  stores: readonly { StoreUri: string; Auth: string }[],
  host: string | undefined,
  sessionKey: string,
): UploadAddress {
  const [store] = stores;
  if (store === undefined || host === undefined || !/^[\w./~-]+$/.test(store.StoreUri)) {
    throw failed("address", "The upstream named no usable place for the upload.");
  }
  return { host, storeUri: store.StoreUri, auth: store.Auth, sessionKey };
}

function failed(reason: string, message: string, httpStatus?: number): JimengError {
  return new JimengError("upload_failed", message, {
    reason,
    charged: "no",
    fix: "Upload the file again.",
    ...(httpStatus === undefined ? {} : { upstream: { httpStatus } }),
  });
}
