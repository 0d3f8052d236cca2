// Answers POST /mweb/v1/get_upload_token (upload-token.md).

import * as z from "zod";

import { checkBody } from "../endpoint.ts";
import type { Endpoint } from "../endpoint.ts";
import { regions, vodSpace } from "../regions.ts";
import { tokenLifeMs } from "../uploads/uploads.ts";

const chinaOffsetMs = 8 * 3_600_000;
const imageScene = 2;

const bodySchema = z.looseObject({ scene: z.union([z.literal(1), z.literal(2), z.literal(3)]) });

function toChinaTime(milliseconds: number): string {
  return `${new Date(milliseconds + chinaOffsetMs).toISOString().slice(0, 19)}+08:00`;
}

/** The endpoint that hands out temporary keys for one hour. */
export const uploadTokenEndpoint: Endpoint = {
  name: "upload_token",
  path: "/mweb/v1/get_upload_token",
  envelope: "mweb",
  handle: ({ world, account, region, body, base }) => {
    const { scene } = checkBody(bodySchema, body, "scene is not 1, 2 or 3");
    const token = world.uploads.issueToken(account.fingerprint, region, scene);
    return {
      access_key_id: token.accessKeyId,
      secret_access_key: token.secretAccessKey,
      session_token: token.sessionToken,
      space_name: scene === imageScene ? regions[region].serviceId : vodSpace,
      // The simulator plays these hosts itself, so it names the authority it was reached under.
      upload_domain: new URL(base).host,
      region,
      expired_time: toChinaTime(token.expiresAt),
      current_time: toChinaTime(token.expiresAt - tokenLifeMs),
    };
  },
};
