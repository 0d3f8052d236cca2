// Owns ApplyImageUpload and CommitImageUpload (protocol 5.2, 5.4). The bytes go elsewhere.

import { randomBytes } from "node:crypto";
import * as z from "zod";
import { effectOf } from "../faults/faults.ts";
import { effectsOf } from "../faults/transport.ts";
import { REGIONS } from "../regions.ts";
import { readImage } from "../uploads/file-facts.ts";
import type { Upload } from "../uploads/uploads.ts";
import { ActionError, type Action, type ActionCall } from "./volcengine.ts";

const VERSION = "2018-08-01";
const URI_OK = 2000;
/** The value is assumed; only "not 2000" is known (fixture imagex_commit_bad_uristatus). */
const URI_FAILED = 2001;
const IMAGE_SCENES: ReadonlySet<number> = new Set([2]);

const commitSchema = z.looseObject({ SessionKey: z.string().min(1) });

/** Reads the `FileSize` of an apply call; a positive decimal number of bytes. */
export function readFileSize({ query }: ActionCall): number {
  const text = query["FileSize"] ?? "";
  if (!/^[1-9]\d{0,11}$/.test(text)) {
    throw new ActionError("InvalidParameter", "FileSize is not a positive number of bytes");
  }
  return Number(text);
}

/** Makes the `Auth` text of a space; `kind` is 1 for images and 0 for VOD (protocol 5.2). */
export function makeAuth(space: string, kind: 0 | 1): string {
  const part = (bytes: number) => randomBytes(bytes).toString("base64url");
  return `SpaceKey/${space}/${kind}/:version:v2:${part(27)}.${part(120)}.${part(32)}`;
}

/** Makes an opaque session key. */
export function makeSessionKey(): string {
  return randomBytes(180).toString("base64");
}

/** Parses the body of a commit and finds its upload, which a session key commits once. */
export function takeSession(call: ActionCall): Upload {
  let body: unknown;
  try {
    body = JSON.parse(call.body.toString("utf8"));
  } catch {
    throw new ActionError("InvalidParameter", "the body is not JSON");
  }
  const parsed = commitSchema.safeParse(body);
  if (!parsed.success) throw new ActionError("InvalidParameter", "SessionKey is missing");
  const upload = call.world.uploads.find("session_key", parsed.data.SessionKey);
  if (upload?.account !== call.token.account || upload.state === "committed") {
    throw new ActionError("InvalidSessionKey", "the session key is not known or was used");
  }
  return upload;
}

function checkService({ query, token }: ActionCall): void {
  if (query["ServiceId"] !== REGIONS[token.region].serviceId) {
    throw new ActionError("AccessDenied", "the service does not belong to the token", 403);
  }
}

function apply(call: ActionCall): Record<string, unknown> {
  checkService(call);
  const { token, query, world } = call;
  const facts = REGIONS[token.region];
  const extension = query["FileExtension"] ?? "";
  if (!/^(\.[a-z0-9]{1,5})?$/i.test(extension)) {
    throw new ActionError("InvalidParameter", "FileExtension is not an extension");
  }
  const upload: Upload = {
    uri: `${facts.imageBucket}/${randomBytes(16).toString("hex")}${extension}`,
    vid: null,
    account: token.account,
    region: token.region,
    size: readFileSize(call),
    auth: makeAuth(facts.serviceId, 1),
    sessionKey: makeSessionKey(),
    state: "applied",
    facts: null,
  };
  world.uploads.add(upload);
  const store = {
    StoreUri: upload.uri,
    Auth: upload.auth,
    UploadID: randomBytes(16).toString("hex"),
  };
  return {
    UploadAddress: {
      StoreInfos: [store],
      UploadHosts: [call.authority],
      UploadHeader: null,
      SessionKey: upload.sessionKey,
    },
    FallbackUploadAddress: null,
    SDKParam: null,
    RequestId: call.requestId,
  };
}

function commit(call: ActionCall): Record<string, unknown> {
  checkService(call);
  const { world } = call;
  const upload = takeSession(call);
  const bytes = world.uploads.bytesOf(upload.uri);
  const facts = bytes === undefined ? undefined : readImage(bytes);
  const forced = effectOf(effectsOf(call.request), "uri_status");
  const status = forced?.status ?? (facts === undefined ? URI_FAILED : URI_OK);
  if (status === URI_OK) {
    upload.state = "committed";
    upload.facts = facts ?? null;
    world.uploads.update(upload);
  }
  return {
    Results: [{ Uri: upload.uri, UriStatus: status }],
    RequestId: call.requestId,
    PluginResult: [
      {
        FileName: upload.uri.slice(upload.uri.indexOf("/") + 1),
        SourceUri: upload.uri,
        ImageUri: upload.uri,
        ImageWidth: facts?.width ?? 0,
        ImageHeight: facts?.height ?? 0,
        ImageMd5: facts?.md5 ?? "",
        ImageFormat: facts?.format ?? "",
        ImageSize: bytes?.length ?? 0,
        FrameCnt: 1,
      },
    ],
  };
}

/** Are the two ImageX actions. */
export const IMAGEX_ACTIONS: Action[] = [
  {
    name: "ApplyImageUpload",
    endpoint: "imagex_apply",
    method: "GET",
    version: VERSION,
    service: "imagex",
    scenes: IMAGE_SCENES,
    handle: apply,
  },
  {
    name: "CommitImageUpload",
    endpoint: "imagex_commit",
    method: "POST",
    version: VERSION,
    service: "imagex",
    scenes: IMAGE_SCENES,
    handle: commit,
  },
];
