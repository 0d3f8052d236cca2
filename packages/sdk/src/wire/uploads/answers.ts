// Parses the answers of the upload services: an address for the bytes, a committed file, a refusal.

import * as z from "zod";

import { JimengError } from "../../errors.ts";
import { parseData, parseJson } from "../transport/envelope.ts";
import { toUnreadable } from "../transport/network.ts";
import type { Exchange } from "../transport/network.ts";
import { textOrNull } from "../transport/tolerant.ts";

const uploadSucceeded = 2000;
const uriUsable = 2000;

/** The address of the bytes of an upload, and the key of its commit. */
export interface UploadAddress {
  /** The hosts that take the bytes, the preferred one first. */
  hosts: readonly string[];
  storeUri: string;
  auth: string;
  sessionKey: string;
  /** The id under which parts may come; undefined when the address names none. */
  uploadId: string | undefined;
}

/** A committed picture. */
export interface CommittedImage {
  imageUri: string;
  width: number;
  height: number;
  format: string;
}

/** A committed video or sound. */
export interface CommittedMedia {
  mediaId: string;
  width: number;
  height: number;
  durationMs: number;
}

// Any printable text; a longer or odder one is none that the upload host made.
const uploadIdSchema = z.string().regex(/^[!-~]{1,512}$/);
const storeSchema = z.looseObject({
  StoreUri: z.string().min(1),
  Auth: z.string().min(1),
  UploadID: uploadIdSchema.nullish().catch(null),
});
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

const sentSchema = z.looseObject({
  code: z.number(),
  message: z.string().catch(""),
  data: z.unknown().optional(),
});
const begunSchema = z.looseObject({ uploadid: uploadIdSchema });

const count = z.number().nullish().catch(null);
const committedImageSchema = z.looseObject({
  Results: z.array(z.looseObject({ Uri: z.string().min(1), UriStatus: z.number() })),
  PluginResult: z
    .array(
      z.looseObject({
        ImageWidth: count,
        ImageHeight: count,
        ImageFormat: textOrNull,
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

/** Reads the address that `ApplyImageUpload` returns (apply-upload.md). */
export function parseImageAddress(result: unknown): UploadAddress {
  const { UploadAddress: address } = parseData(imageAddressSchema, result, "ApplyImageUpload");
  return toAddress(address.StoreInfos, address.UploadHosts, address.SessionKey);
}

/** Reads the address that `ApplyUploadInner` returns (vod-upload.md). */
export function parseMediaAddress(result: unknown): UploadAddress {
  const address = parseData(mediaAddressSchema, result, "ApplyUploadInner").InnerUploadAddress;
  const [node] = address.UploadNodes;
  const hosts = node === undefined ? [] : [node.UploadHost];
  return toAddress(node?.StoreInfos ?? [], hosts, node?.SessionKey ?? "");
}

/**
 * Checks the answer of the upload host (upload-bytes.md) and returns its data. Throws `upload_failed` for every code
 * but 2000.
 */
export function checkSent(answer: Exchange): unknown {
  const parsed = sentSchema.safeParse(parseJson(answer.body));
  if (!parsed.success) throw toUnreadable("the upload", answer, false);
  const { code, message, data } = parsed.data;
  if (code === uploadSucceeded) return data;
  throw failed(
    `upload_code_${code}`,
    `The upload was refused (code ${code} ${message}).`,
    answer.status,
  );
}

/** Reads the upload id out of the answer that begins an upload in parts (multipart-upload.md). */
export function parseUploadId(data: unknown): string {
  return parseData(begunSchema, data, "the upload").uploadid;
}

/** Reads the URI and size that `CommitImageUpload` returns (commit-upload.md). Throws `upload_failed` for an unusable one. */
export function parseCommittedImage(result: unknown): CommittedImage {
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

/** Reads the vid and length that `CommitUploadInner` returns (vod-upload.md). */
export function parseCommittedMedia(result: unknown): CommittedMedia {
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

/** Reads an action's `Result` out of its envelope (errors.md); throws `upload_failed` for a refusal. */
export function parseActionResult(action: string, answer: Exchange): unknown {
  const parsed = awsErrorSchema.safeParse(parseJson(answer.body));
  if (!parsed.success) throw toUnreadable(action, answer, false);
  const failure = parsed.data.ResponseMetadata.Error;
  if (failure != null) {
    throw failed(
      failure.Code,
      `${action} was refused (${failure.Code} ${failure.Message}).`,
      answer.status,
    );
  }
  if (answer.status >= 400) throw toUnreadable(action, answer, false);
  return parsed.data.Result;
}

function toAddress(
  stores: readonly z.output<typeof storeSchema>[],
  hosts: readonly string[],
  sessionKey: string,
): UploadAddress {
  const [store] = stores;
  if (store === undefined || hosts.length === 0 || !/^[\w./~-]+$/.test(store.StoreUri)) {
    throw failed("address", "The upstream named no usable place for the upload.");
  }
  const { StoreUri: storeUri, Auth: auth, UploadID: uploadId } = store;
  return { hosts, storeUri, auth, sessionKey, uploadId: uploadId ?? undefined };
}

function failed(reason: string, message: string, httpStatus?: number): JimengError {
  return new JimengError("upload_failed", message, {
    reason,
    charged: "no",
    fix: "Upload the file again.",
    ...(httpStatus === undefined ? {} : { upstream: { httpStatus } }),
  });
}
