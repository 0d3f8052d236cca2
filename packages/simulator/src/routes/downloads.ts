// Serves results as the CDN does: signed picture and video URLs, Range, HEAD (history.md). No cookie is needed, as on
// the real hosts.

import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";

import { effectOf } from "../faults/faults.ts";
import { effectsOf, faultNames } from "../faults/transport.ts";
import type { LinkVerdict } from "../media/media-links.ts";
import { mimeTypeOf } from "../media/media-spec.ts";
import type { MediaSpec } from "../media/media-spec.ts";
import { findResult } from "../pictures.ts";
import type { MediaSource } from "../pictures.ts";
import type { GenerationRecord } from "../records/generation-record.ts";
import type { World } from "../world.ts";

const imageNamePattern =
  /^(?<object>[0-9a-f]{32}(?:\.[A-Za-z0-9]{1,5})?)~tplv-[a-z0-9]+-(?<template>aigc_resize_mark|aigc_resize|aigc_smart_crop):(?<width>\d{1,4}):(?<height>\d{1,4})\.(?<format>png|webp|jpeg)$/;
/** The distance between the seeds of two pictures of one job, so that they differ visibly. */
const seedStep = 7919;
const maxDrawnPixels = 40_000_000;

function scaled(
  size: { width: number; height: number },
  limit: { width: number; height: number },
  isCrop: boolean,
): { width: number; height: number } {
  if (limit.width === 0 || limit.height === 0) return size;
  if (isCrop) return limit;
  const factor = Math.min(1, limit.width / size.width, limit.height / size.height);
  return {
    width: Math.max(1, Math.round(size.width * factor)),
    height: Math.max(1, Math.round(size.height * factor)),
  };
}

/** Tells whether a picture is too large to be drawn in a reasonable time and memory, as a smart HD of 8k is. */
function isHuge({ width, height }: { width: number; height: number }): boolean {
  return width * height > maxDrawnPixels;
}

function specOf(
  world: World,
  record: GenerationRecord,
  source: MediaSource,
  wanted: { format: MediaSpec["format"]; width: number; height: number; isFine: boolean },
): MediaSpec {
  const { plan } = record;
  const isBlank = world.media === "blank" || isHuge(wanted);
  const seed = plan.seed + source.index * seedStep;
  const place =
    plan.kind === "image" ? `${source.index + 1}/${plan.total}` : `${plan.durationMs / 1000} s`;
  const caption = `${plan.modelName} · ${plan.width}×${plan.height} · seed ${plan.seed} · ${place}`;
  return {
    kind: source.kind,
    style: isHuge(wanted) ? "blank" : world.media,
    format: wanted.format,
    width: wanted.width,
    height: wanted.height,
    durationMs: source.kind !== "image" && plan.kind !== "image" ? plan.durationMs : 0,
    text: isBlank ? "" : plan.prompt.replace(/^#+/, ""),
    caption: isBlank ? "" : caption,
    seed: isBlank ? 0 : seed,
    isFine: isBlank ? false : wanted.isFine,
  };
}

function readRange(
  header: string | undefined,
  size: number,
): { start: number; end: number } | "bad" | undefined {
  const match = /^bytes=(\d*)-(\d*)$/.exec(header ?? "");
  if (match === null) return undefined;
  const [, from = "", to = ""] = match;
  if (from === "" && to === "") return undefined;
  const start = from === "" ? Math.max(0, size - Number(to)) : Number(from);
  const end = from === "" || to === "" ? size - 1 : Math.min(Number(to), size - 1);
  return start > end || start >= size ? "bad" : { start, end };
}

function sendBytes(
  request: FastifyRequest,
  reply: FastifyReply,
  bytes: Buffer,
  type: string,
): FastifyReply {
  const range = readRange(request.headers.range, bytes.length);
  void reply.header("accept-ranges", "bytes").header("cache-control", "max-age=3600").type(type);
  if (range === "bad") {
    return reply.status(416).header("content-range", `bytes */${bytes.length}`).send("");
  }
  if (range === undefined) return reply.send(bytes);
  const { start, end } = range;
  return reply
    .status(206)
    .header("content-range", `bytes ${start}-${end}/${bytes.length}`)
    .send(bytes.subarray(start, end + 1));
}

function logRequest(
  world: World,
  request: FastifyRequest,
  status: number,
  reason: string | null,
): void {
  world.log.add({
    at: world.clock.wallNow(),
    method: request.method,
    path: "/result",
    endpoint: "download",
    status,
    reason,
  });
}

function refuse(
  world: World,
  request: FastifyRequest,
  reply: FastifyReply,
  status: number,
  reason: string,
): FastifyReply {
  logRequest(world, request, status, reason);
  return reply
    .status(status)
    .type("text/plain")
    .send(status === 403 ? "Forbidden" : "Not Found");
}

async function serve(
  world: World,
  request: FastifyRequest,
  reply: FastifyReply,
  file: {
    uri: string;
    verdict: LinkVerdict;
    spec: (found: NonNullable<ReturnType<typeof findResult>>) => MediaSpec;
  },
): Promise<FastifyReply> {
  const isForced = effectOf(effectsOf(request), "expired") !== undefined;
  const verdict = isForced ? "expired" : file.verdict;
  if (verdict !== "ok") return refuse(world, request, reply, 403, `URL ${verdict}`);
  const found = findResult(world, file.uri);
  if (found === undefined) return serveUpload(world, request, reply, file.uri);
  const spec = file.spec(found);
  const bytes = await world.maker.make(spec);
  logRequest(world, request, 200, faultNames(request));
  return sendBytes(request, reply, bytes, mimeTypeOf(spec));
}

/** Serves an uploaded picture as it came; variants of it are not scaled. */
function serveUpload(
  world: World,
  request: FastifyRequest,
  reply: FastifyReply,
  uri: string,
): FastifyReply {
  const upload = world.uploads.find("uri", uri);
  const bytes = world.uploads.bytesOf(uri);
  if (upload?.facts?.kind !== "image" || bytes === undefined) {
    return refuse(world, request, reply, 404, "no such file");
  }
  logRequest(world, request, 200, faultNames(request));
  return sendBytes(request, reply, bytes, `image/${upload.facts.format}`);
}

interface VideoParameters {
  signature: string;
  expires: string;
  object: string;
}

/** Registers the routes that serve results under signed URLs; 403 after an hour, 404 for strangers. */
export function registerDownloads(server: FastifyInstance, world: World): void {
  const config = { endpoint: () => "download" };
  server.get("/:bucket/:name", { config }, async (request, reply) => {
    const { bucket, name } = request.params as { bucket: string; name: string };
    const query = request.query as Record<string, string | undefined>;
    const parts = imageNamePattern.exec(name)?.groups;
    if (!bucket.startsWith("tos-") || parts === undefined) {
      return refuse(world, request, reply, 404, "no such path");
    }
    const path = `/${bucket}/${name}`;
    return serve(world, request, reply, {
      uri: `${bucket}/${parts["object"]}`,
      verdict: world.links.verifyImage(path, query["x-expires"], query["x-signature"]),
      spec: ({ source, record }) => {
        const limit = { width: Number(parts["width"]), height: Number(parts["height"]) };
        const size = scaled(record.plan, limit, parts["template"] === "aigc_smart_crop");
        const format = parts["format"] as MediaSpec["format"];
        return specOf(world, record, source, { format, ...size, isFine: true });
      },
    });
  });

  server.get(
    "/:signature/:expires/video/tos/:area/:bucket/:object/",
    { config },
    async (request, reply) => {
      const { signature, expires, object } = request.params as VideoParameters;
      const { verdict, quality } = world.links.verifyVideo(object, expires, signature);
      return serve(world, request, reply, {
        uri: object,
        verdict,
        spec: ({ source, record }) => {
          const { width, height } = record.plan;
          return specOf(world, record, source, {
            format: source.kind === "audio" ? "mp3" : "mp4",
            width,
            height,
            isFine: quality === "original",
          });
        },
      });
    },
  );
}
