// Answers ApplyImageUpload and CommitImageUpload (apply-upload.md, commit-upload.md); the bytes go to the upload host.

import { randomBytes } from "node:crypto";

import { effectOf } from "../faults/faults.ts";
import { effectsOf } from "../faults/transport.ts";
import { regions } from "../regions.ts";
import { readImage } from "../uploads/file-facts.ts";
import { openUpload, storeInfo, takeSession } from "./upload-steps.ts";
import { ActionError } from "./volcengine.ts";
import type { Action, ActionCall } from "./volcengine.ts";

const apiVersion = "2018-08-01";
const uriOk = 2000;
/** The value is assumed; only "not 2000" is known (fixture imagex_commit_bad_uristatus). */
const uriFailed = 2001;
const imageScenes: ReadonlySet<number> = new Set([2]);

function checkService({ query, token }: ActionCall): void {
  if (query["ServiceId"] !== regions[token.region].serviceId) {
    throw new ActionError("AccessDenied", "the service does not belong to the token", 403);
  }
}

function apply(call: ActionCall): Record<string, unknown> {
  checkService(call);
  const { token, query } = call;
  const facts = regions[token.region];
  const extension = query["FileExtension"] ?? "";
  if (!/^(\.[a-z0-9]{1,5})?$/i.test(extension)) {
    throw new ActionError("InvalidParameter", "FileExtension is not an extension");
  }
  const upload = openUpload(call, {
    uri: `${facts.imageBucket}/${randomBytes(16).toString("hex")}${extension}`,
    vid: null,
    space: facts.serviceId,
    kind: 1,
  });
  return {
    UploadAddress: {
      StoreInfos: [storeInfo(upload)],
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
  const status = forced?.status ?? (facts === undefined ? uriFailed : uriOk);
  if (status === uriOk) {
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

/** The two ImageX actions. */
export const imagexActions: Action[] = [
  {
    name: "ApplyImageUpload",
    endpoint: "imagex_apply",
    method: "GET",
    version: apiVersion,
    service: "imagex",
    scenes: imageScenes,
    handle: apply,
  },
  {
    name: "CommitImageUpload",
    endpoint: "imagex_commit",
    method: "POST",
    version: apiVersion,
    service: "imagex",
    scenes: imageScenes,
    handle: commit,
  },
];
