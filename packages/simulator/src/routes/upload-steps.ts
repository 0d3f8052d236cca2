// Does what ImageX and VOD uploads share: size, place, credentials, and the session that one commit takes.

import { randomBytes } from "node:crypto";

import * as z from "zod";

import type { Upload } from "../uploads/uploads.ts";
import { ActionError } from "./volcengine.ts";
import type { ActionCall } from "./volcengine.ts";

const sessionKeyBytes = 180;

const commitSchema = z.looseObject({ SessionKey: z.string().min(1) });

/** The place that an apply call asks for. */
export interface UploadPlace {
  uri: string;
  /** The handle of a video or audio file, null for images. */
  vid: string | null;
  space: string;
  /** The kind in the `Auth` text: 1 for images and 0 for VOD (apply-upload.md). */
  kind: 0 | 1;
}

/** Stores an upload that waits for its bytes, and returns it. Refuses a `FileSize` that is no number of bytes. */
export function openUpload(call: ActionCall, { uri, vid, space, kind }: UploadPlace): Upload {
  const upload: Upload = {
    uri,
    vid,
    account: call.token.account,
    region: call.token.region,
    size: readFileSize(call),
    auth: makeAuth(space, kind),
    uploadId: randomBytes(16).toString("hex"),
    sessionKey: randomBytes(sessionKeyBytes).toString("base64"),
    state: "applied",
    facts: null,
  };
  call.world.uploads.add(upload);
  return upload;
}

/** Builds the entry of `StoreInfos` that tells where the bytes go. */
export function storeInfo(upload: Upload): Record<string, string> {
  return { StoreUri: upload.uri, Auth: upload.auth, UploadID: upload.uploadId ?? "" };
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

function readFileSize({ query }: ActionCall): number {
  const text = query["FileSize"] ?? "";
  if (!/^[1-9]\d{0,11}$/.test(text)) {
    throw new ActionError("InvalidParameter", "FileSize is not a positive number of bytes");
  }
  return Number(text);
}

function makeAuth(space: string, kind: UploadPlace["kind"]): string {
  const part = (bytes: number) => randomBytes(bytes).toString("base64url");
  return `SpaceKey/${space}/${kind}/:version:v2:${part(27)}.${part(120)}.${part(32)}`;
}
