// Receives a file that is the body of a request.

import type { Readable } from "node:stream";

import type { FastifyRequest } from "fastify";

import type { ReferenceKind } from "../../references/inspect.ts";
import type { ReceivedFile } from "../../references/receive-file.ts";
import { bytesPerMegabyte, limitOf, tooLarge } from "../../references/upload-limits.ts";
import type { UploadMegabytes } from "../../references/upload-limits.ts";
import type { Services } from "../services.ts";
import { releaseChunks } from "./chunk-release.ts";
import { drain } from "./receiving.ts";

/** Returns why a request of this declared size and type is not read; undefined when it is. */
export function checkDeclaredSize(
  request: FastifyRequest,
  megabytes: UploadMegabytes,
): Error | undefined {
  const [, declaredKind] =
    /^(image|video|audio)\//i.exec(request.headers["content-type"] ?? "") ?? [];
  const kind = declaredKind?.toLowerCase() as ReferenceKind | undefined;
  const limit = limitOf(megabytes, kind);
  // A form has some bytes around its one file.
  const slack = kind === undefined ? bytesPerMegabyte : 0;
  const declared = Number(request.headers["content-length"] ?? 0);
  if (declared <= limit + slack) return undefined;
  drain(request);
  return tooLarge(megabytes, kind);
}

/** Receives the body; the file is removed with the answer unless it is kept. */
export async function receiveBody(
  services: Services,
  request: FastifyRequest,
  name: string,
): Promise<ReceivedFile> {
  const declaredType = request.headers["content-type"] ?? null;
  // A body that is refused halfway must not be destroyed: its rest is drained, or the connection would hang.
  const chunks = (request.body as Readable).iterator({ destroyOnReturn: false });
  try {
    const file = await services.files.receive(
      releaseChunks(chunks, request.raw),
      { name, declaredType },
      request.senderGone,
    );
    request.formFiles.push({ field: "file", file });
    return file;
  } catch (error) {
    drain(request);
    throw error;
  }
}
