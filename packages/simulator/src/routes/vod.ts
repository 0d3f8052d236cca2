// Answers ApplyUploadInner and CommitUploadInner for reference videos and audio (vod-upload.md); the bytes go to the
// upload host.

import { randomBytes } from "node:crypto";

import { vodSpace, videoBucket } from "../regions.ts";
import { readMedia } from "../uploads/file-facts.ts";
import { openUpload, storeInfo, takeSession } from "./upload-steps.ts";
import { ActionError } from "./volcengine.ts";
import type { Action, ActionCall } from "./volcengine.ts";

const apiVersion = "2020-11-19";
const vidBytes = 15;
const mediaScenes: ReadonlySet<number> = new Set([1, 3]);

function checkSpace({ query }: ActionCall): void {
  if (query["SpaceName"] !== vodSpace) {
    throw new ActionError("AccessDenied", "the space does not belong to the token", 403);
  }
}

function apply(call: ActionCall): Record<string, unknown> {
  checkSpace(call);
  if (call.query["IsInner"] !== "1") {
    throw new ActionError("InvalidParameter", "IsInner is not 1");
  }
  const upload = openUpload(call, {
    uri: `${videoBucket}/${randomBytes(16).toString("hex")}`,
    vid: `v0${randomBytes(vidBytes).toString("hex")}`,
    space: vodSpace,
    kind: 0,
  });
  const node = {
    Vid: upload.vid,
    StoreInfos: [storeInfo(upload)],
    UploadHost: call.authority,
    SessionKey: upload.sessionKey,
    Type: "",
  };
  return { InnerUploadAddress: { UploadNodes: [node] } };
}

function commit(call: ActionCall): Record<string, unknown> {
  checkSpace(call);
  const { world } = call;
  const upload = takeSession(call);
  const bytes = world.uploads.bytesOf(upload.uri);
  const facts = bytes === undefined ? undefined : readMedia(bytes);
  if (bytes === undefined || facts === undefined) {
    throw new ActionError("InvalidParameter", "the file is missing, or no video or audio");
  }
  upload.state = "committed";
  upload.facts = facts;
  world.uploads.update(upload);
  const seconds = facts.durationMs / 1000;
  const meta = {
    Uri: upload.uri,
    Height: facts.height,
    Width: facts.width,
    Duration: seconds,
    Bitrate: seconds === 0 ? 0 : Math.round((bytes.length * 8) / seconds),
    Md5: facts.md5,
    Format: facts.format,
    Size: bytes.length,
    FileType: facts.kind,
    Codec: facts.kind === "video" ? "h264" : "",
  };
  return { Results: [{ Vid: upload.vid, VideoMeta: meta }] };
}

/** The two VOD actions. */
export const vodActions: Action[] = [
  {
    name: "ApplyUploadInner",
    endpoint: "vod_apply",
    method: "GET",
    version: apiVersion,
    service: "vod",
    scenes: mediaScenes,
    handle: apply,
  },
  {
    name: "CommitUploadInner",
    endpoint: "vod_commit",
    method: "POST",
    version: apiVersion,
    service: "vod",
    scenes: mediaScenes,
    handle: commit,
  },
];
