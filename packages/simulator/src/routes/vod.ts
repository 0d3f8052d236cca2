// Owns ApplyUploadInner and CommitUploadInner for reference videos and audio (protocol 6.1). The bytes go elsewhere.

import { randomBytes } from "node:crypto";
import { readMedia } from "../uploads/file-facts.ts";
import type { Upload } from "../uploads/uploads.ts";
import { makeAuth, makeSessionKey, readFileSize, takeSession } from "./imagex.ts";
import { ActionError, type Action, type ActionCall } from "./volcengine.ts";

const VERSION = "2020-11-19";
const SPACE = "dreamina";
const BUCKET = "tos-cn-v-148450";
const VID_BYTES = 15;
const MEDIA_SCENES: ReadonlySet<number> = new Set([1, 3]);

function checkSpace({ query }: ActionCall): void {
  if (query["SpaceName"] !== SPACE) {
    throw new ActionError("AccessDenied", "the space does not belong to the token", 403);
  }
}

function apply(call: ActionCall): Record<string, unknown> {
  checkSpace(call);
  if (call.query["IsInner"] !== "1") {
    throw new ActionError("InvalidParameter", "IsInner is not 1");
  }
  const upload: Upload = {
    uri: `${BUCKET}/${randomBytes(16).toString("hex")}`,
    vid: `v0${randomBytes(VID_BYTES).toString("hex")}`,
    account: call.token.account,
    region: call.token.region,
    size: readFileSize(call),
    auth: makeAuth(SPACE, 0),
    sessionKey: makeSessionKey(),
    state: "applied",
    facts: null,
  };
  call.world.uploads.add(upload);
  const store = {
    StoreUri: upload.uri,
    Auth: upload.auth,
    UploadID: randomBytes(16).toString("hex"),
  };
  const node = {
    Vid: upload.vid,
    StoreInfos: [store],
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

/** Are the two VOD actions. */
export const VOD_ACTIONS: Action[] = [
  {
    name: "ApplyUploadInner",
    endpoint: "vod_apply",
    method: "GET",
    version: VERSION,
    service: "vod",
    scenes: MEDIA_SCENES,
    handle: apply,
  },
  {
    name: "CommitUploadInner",
    endpoint: "vod_commit",
    method: "POST",
    version: VERSION,
    service: "vod",
    scenes: MEDIA_SCENES,
    handle: commit,
  },
];
