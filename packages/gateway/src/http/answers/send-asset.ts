// Sends a stored result: as it is, converted and resized, or as a thumbnail.

import { JimengError } from "@jimeng/sdk";
import type { FastifyReply, FastifyRequest } from "fastify";

import { toPictureFormat } from "../../api/assets.ts";
import type { AssetQuery } from "../../api/assets.ts";
import { ServiceError } from "../../errors.ts";
import type { Asset } from "../../jobs/job.ts";
import { signatureHolder } from "../../keys/caller.ts";
import { toEmbeddedFacts } from "../../shapes/native/asset-metadata.ts";
import { readAssetMetadata } from "./asset-metadata.ts";
import { toVariantEtag } from "../../storage/conversions/conversions.ts";
import { toPoster } from "../../storage/conversions/posters.ts";
import {
  chooseVariant,
  formatOf,
  isPicture,
  thumbnail,
} from "../../storage/conversions/variant.ts";
import type { Variant } from "../../storage/conversions/variant.ts";
import { toXmp } from "../../storage/conversions/xmp.ts";
import { matchesEtag, sendFile } from "../send-file.ts";
import type { Services } from "../services.ts";
import { withMetadata } from "./with-metadata.ts";

/** A stored result, and in which form it is wanted. */
export interface WantedAsset {
  asset: Asset;
  query: Omit<AssetQuery, "sig" | "exp">;
}

/**
 * Sends a stored result in the wanted form. Throws `invalid_request` for a form that the file cannot have, and whatever
 * sending it and converting it throw.
 */
export async function sendAsset(
  services: Services,
  request: FastifyRequest,
  reply: FastifyReply,
  { asset, query }: WantedAsset,
): Promise<FastifyReply> {
  if (query.variant === "thumbnail") {
    refuseForms(query, (name) => [
      `A thumbnail has its own ${name}.`,
      `Leave "${name}" out, or ask for a variant of your own without variant=thumbnail.`,
    ]);
    return await sendThumbnail(services, request, reply, asset);
  }
  const variant = toVariant(asset, query);
  if (query.metadata === true)
    return await sendWithMetadata(services, request, reply, { asset, variant });
  if (variant === null) return await sendFile(request, reply, asset, services.assets);
  return await sendVariant(services, request, reply, { asset, variant });
}

/** Sends the thumbnail of a picture or the poster of a video. Throws `not_found` for a video without one. */
export async function sendThumbnail(
  services: Services,
  request: FastifyRequest,
  reply: FastifyReply,
  asset: Asset,
): Promise<FastifyReply> {
  if (isPicture(asset.contentType)) {
    return await sendVariant(services, request, reply, { asset, variant: thumbnail });
  }
  if (!asset.contentType.startsWith("video/")) {
    throw new JimengError("invalid_request", "A sound has no thumbnail.", {
      param: "variant",
      fix: "Ask for the stored file without variant.",
    });
  }
  if (asset.posterBytes === null) {
    throw new JimengError("not_found", "This video has no poster.", {
      what: "asset",
      param: "variant",
      fix: "It is made some seconds after the video was stored, where the site shows a cover of it; ask again then.",
    });
  }
  const poster = toPoster(asset.id, asset.posterBytes);
  return await sendFile(request, reply, poster, services.posters);
}

async function sendVariant(
  services: Services,
  request: FastifyRequest,
  reply: FastifyReply,
  { asset, variant }: { asset: Asset; variant: Variant },
): Promise<FastifyReply> {
  const { conversions } = services;
  const etag = toVariantEtag(asset, variant);
  // Whoever has the variant needs no conversion; sendFile answers before it reads anything.
  const isKnown = matchesEtag(request.headers["if-none-match"], etag);
  const converted = isKnown ? undefined : await conversions.prepare(asset, variant);
  if (converted !== undefined) return await sendFile(request, reply, converted, conversions);
  const known = { id: asset.id, etag, contentType: `image/${variant.format}`, bytes: 0 };
  return await sendFile(request, reply, known, services.assets);
}

/** Sends a picture with what it was made from in the file. Throws `forbidden` for a caller who has only the address. */
async function sendWithMetadata(
  services: Services,
  request: FastifyRequest,
  reply: FastifyReply,
  { asset, variant }: { asset: Asset; variant: Variant | null },
): Promise<FastifyReply> {
  const format = variant?.format ?? formatOf(asset.contentType);
  if (format === undefined) {
    throw new JimengError("invalid_request", `A file of ${asset.contentType} takes no metadata.`, {
      param: "metadata",
      fix: isPicture(asset.contentType)
        ? "Ask for format=png, jpeg or webp with it."
        : `Ask for GET /v1/assets/${asset.id}/metadata.`,
    });
  }
  // An address is handed on so that others see the picture, not its prompt.
  if (request.caller === signatureHolder) {
    throw new ServiceError(
      "forbidden",
      "A signed address shows the picture and not its metadata.",
      {
        param: "metadata",
        fix: 'Send a gateway key, and leave "sig" out.',
      },
    );
  }
  const xmp = toXmp(toEmbeddedFacts(await readAssetMetadata(services, asset)));
  const { conversions, assets } = services;
  const { file, source } =
    variant === null
      ? await withMetadata(asset, assets, { format, xmp })
      : await withMetadata(await conversions.prepare(asset, variant), conversions, { format, xmp });
  return await sendFile(request, reply, file, source);
}

/** Reads the form in which a file is wanted; null for the stored one. Throws `invalid_request`. */
function toVariant(asset: Asset, query: WantedAsset["query"]): Variant | null {
  const { width = null, quality = null } = query;
  const format = toPictureFormat(query.format);
  if (!isPicture(asset.contentType)) {
    refuseForms(query, (name) => [
      `"${name}" is for pictures; this file is ${asset.contentType}.`,
      `Leave "${name}" out.`,
    ]);
    return null;
  }
  if (quality !== null && (format ?? formatOf(asset.contentType)) === "png") {
    throw new JimengError("invalid_request", "A PNG has no quality: it loses nothing.", {
      param: "quality",
      fix: 'Leave "quality" out, or ask for format=jpeg or format=webp.',
    });
  }
  return chooseVariant(asset, { format, width, quality });
}

function refuseForms(
  query: WantedAsset["query"],
  toTexts: (name: string) => readonly [message: string, fix: string],
): void {
  for (const param of ["format", "width", "quality", "metadata"] as const) {
    if (query[param] === undefined) continue;
    const [message, fix] = toTexts(param);
    throw new JimengError("invalid_request", message, { param, fix });
  }
}
