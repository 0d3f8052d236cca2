// Downloads a stored file with the gateway's key, again where the connection breaks.

import type { AssetObject } from "@jimeng/gateway/api";
import { GatewayError } from "@jimeng/gateway/api/client";

import type { Connection } from "./connection.ts";

/** Which file, and in which form. */
export interface WantedFile {
  asset: AssetObject;
  jobId: string;
  format?: "png" | "jpeg" | "webp";
  quality?: number;
}

/** Returns the bytes of a file. */
export function download(
  { client, recover, signal }: Connection,
  { asset, jobId, format, quality }: WantedFile,
): Promise<Uint8Array> {
  return recover(async () => {
    const { body, bytes } = await client.assets.download(asset.id, { format, quality, signal });
    const data = await new Response(body).bytes();
    if (bytes === null || data.byteLength === bytes) return data;
    const message = `${asset.id} broke off after ${data.byteLength} of ${bytes} bytes.`;
    throw new GatewayError("connection_failed", message, { retryable: true, jobId });
  });
}
