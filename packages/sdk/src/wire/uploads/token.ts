// Builds the calls around an upload on the site's own host: the token before it, the content check after it.

import * as z from "zod";

import type { AwsCredentials } from "./aws-v4.ts";
import { parseData } from "../transport/envelope.ts";
import { textOrNull } from "../transport/tolerant.ts";
import type { Call } from "../transport/transport.ts";

/** The `scene` of an upload token (upload-token.md [C]). */
export const uploadScene = { media: 1, image: 2 } as const;

/** Builds the call for an upload token. */
export function uploadTokenCall(scene: number): Call {
  return { host: "mweb", path: "/mweb/v1/get_upload_token", body: { scene } };
}

/** Builds the call of the site's content check of an uploaded picture (cn only; ret 2003 refuses it, commit-upload.md [C]). */
export function contentCheckCall(imageUri: string): Call {
  return {
    host: "mweb",
    path: "/mweb/v1/algo_proxy",
    body: {
      scene: "image_face_ip",
      options: { ip_check: true },
      req_key: "benchmark_test_user_upload_image_input",
      file_list: [{ file_uri: imageUri }],
      req_params: {},
    },
  };
}

/** Builds the call that queues a picture for the site's own review, which its page makes abroad (generate-audit.md [L]). */
export function auditJobCall(imageUri: string): Call {
  return { host: "mweb", path: "/mweb/v1/imagex/submit_audit_job", body: { uri_list: [imageUri] } };
}

/** An upload token with its remaining life. */
export interface UploadToken extends AwsCredentials {
  /** The ImageX ServiceId or the VOD space. */
  space: string;
  /** The host of apply and commit as the token names it, not checked; empty when it names none. */
  domain: string;
  /** Whether the token's region is a short form such as `sg`. */
  hasShortRegion: boolean;
  lifetimeMs: number;
}

const tokenSchema = z.looseObject({
  access_key_id: z.string().min(1),
  secret_access_key: z.string().min(1),
  session_token: z.string().min(1),
  service_id: z.string().nullish(),
  space_name: z.string().nullish(),
  upload_domain: textOrNull,
  region: textOrNull,
  current_time: z.string().nullish(),
  expired_time: z.string().nullish(),
});

const defaultTokenLifeMs = 30 * 60_000;

/** Reads an upload token; its life is the difference of two times on the upstream's own clock. */
export function parseUploadToken(data: unknown, fallbackSpace: string): UploadToken {
  const {
    current_time: from,
    expired_time: to,
    ...token
  } = parseData(tokenSchema, data, "get_upload_token");
  const lifetimeMs = Date.parse(to ?? "") - Date.parse(from ?? "");
  return {
    accessKeyId: token.access_key_id,
    secretAccessKey: token.secret_access_key,
    sessionToken: token.session_token,
    // Only documents mention service_id; real answers carry space_name (open question 31).
    space: token.service_id || token.space_name || fallbackSpace,
    domain: token.upload_domain ?? "",
    hasShortRegion: /^[a-z]+$/.test(token.region ?? ""),
    lifetimeMs: Number.isFinite(lifetimeMs) && lifetimeMs > 0 ? lifetimeMs : defaultTokenLifeMs,
  };
}
