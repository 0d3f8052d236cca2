// Uploads the files among a command line's references and replaces them by their ids.

import type { FileObject, GatewayClient } from "@jimeng/gateway/api";

import { openInputFile } from "./input-file.ts";
import type { FrameOption, ImageOptions, VideoOptions } from "./requests.ts";

/** Where a reference comes from, and the option that names it. */
interface Place {
  client: GatewayClient;
  currentFolder: string;
  option: string;
}

// The same as the lifetime of references that come with a request.
const lifetimeSeconds = 7 * 24 * 3600;
const noFile = /^(https?:\/\/|data:|file_[\w-]+$|asset_[\w-]+$|job_[\w-]+(#\d+)?$)/i;

/** Uploads a file of this machine. Throws a CliError with exit code 2 when it cannot be read. */
export async function uploadFile(
  place: Place,
  file: string,
  expiresAfterSeconds?: number,
): Promise<FileObject> {
  const { client, currentFolder, option } = place;
  const { name, blob } = await openInputFile({ word: file, option, currentFolder });
  return client.files.create(blob, { filename: name, expiresAfterSeconds });
}

/** Returns a reference as the gateway takes it: URLs and ids stay, a path is uploaded and becomes a file id. */
export async function toReference(place: Place, word: string): Promise<string> {
  if (noFile.test(word)) return word;
  return (await uploadFile(place, word, lifetimeSeconds)).id;
}

async function toReferences(
  place: Place,
  words: readonly string[] | undefined,
): Promise<string[] | undefined> {
  if (words === undefined) return undefined;
  const references: string[] = [];
  for (const word of words) references.push(await toReference(place, word));
  return references;
}

/** Returns the options of `jimeng image` with its references uploaded. */
export async function withImageReferences<Options extends ImageOptions>(
  client: GatewayClient,
  currentFolder: string,
  options: Options,
): Promise<Options> {
  const place = { client, currentFolder, option: "--ref" };
  return { ...options, ref: await toReferences(place, options.ref) };
}

/** Returns the options of `jimeng video` with its references uploaded. */
export async function withVideoReferences<Options extends VideoOptions>(
  client: GatewayClient,
  currentFolder: string,
  options: Options,
): Promise<Options> {
  const at = (option: string): Place => ({ client, currentFolder, option });
  const one = (option: string, word: string | undefined) =>
    word === undefined ? undefined : toReference(at(option), word);
  return {
    ...options,
    first: await one("--first", options.first),
    last: await one("--last", options.last),
    subject: await toReferences(at("--subject"), options.subject),
    ref: await toReferences(at("--ref"), options.ref),
    frame: await framesOf(at("--frame"), options.frame),
  };
}

async function framesOf(
  place: Place,
  frames: readonly FrameOption[] | undefined,
): Promise<FrameOption[] | undefined> {
  if (frames === undefined) return undefined;
  const uploaded: FrameOption[] = [];
  for (const frame of frames) {
    uploaded.push({ ...frame, image: await toReference(place, frame.image) });
  }
  return uploaded;
}
