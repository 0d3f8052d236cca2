// Looks into the head of a result's file, compares it with what the record says, and downloads it.
import type { GenerationOutput } from "@jimeng/sdk";
import { download } from "../../../packages/gateway/src/storage/download.ts";
import { extensions, readMedia } from "../../../packages/gateway/src/storage/media.ts";
import { createGuardedAgent } from "../../../packages/gateway/src/storage/url-guard.ts";
import type { Difference } from "./step.ts";

/** What a file is. */
export interface Inspection {
  extension: string;
  /** Type, pixels and length, in words. */
  facts: string;
  /** How the file differs from its record. */
  problem: Difference | undefined;
}

const maxResultBytes = 1024 * 1024 * 1024;
// Records round the length of a sound or video.
const durationSlackMs = 1500;

/** Downloads a result from a public host, or from loopback where the site itself is there. */
export async function downloadResult(
  url: string,
  options: { allowLoopback: boolean; proxy: string | undefined; userAgent?: string },
): Promise<Uint8Array> {
  const { allowLoopback, proxy, userAgent } = options;
  const dispatcher = createGuardedAgent({
    allowLoopbackNames: allowLoopback,
    allowLocalProxy: true,
    ...(proxy === undefined ? {} : { proxy }),
  });
  const pieces: Uint8Array[] = [];
  try {
    await download(
      url,
      { write: async (piece: Uint8Array) => void pieces.push(Uint8Array.from(piece)) },
      {
        dispatcher,
        allowLoopback,
        limitBytes: maxResultBytes,
        signal: new AbortController().signal,
        ...(userAgent === undefined ? {} : { userAgent }),
      },
    );
  } finally {
    await dispatcher.close();
  }
  return Buffer.concat(pieces);
}

/** Reads what the bytes of a speech are. */
export async function inspectSpeech(bytes: Uint8Array): Promise<Inspection> {
  const said = { kind: "audio", width: null, height: null, durationMs: null } as const;
  return inspect(bytes, said, "speech.md");
}

/** What a record says of a result. */
type Said = Pick<GenerationOutput, "kind" | "width" | "height"> & { durationMs?: number | null };

/** Reads what a file is, and compares it with its record. */
export async function inspect(
  bytes: Uint8Array,
  output: Said,
  page = "history.md",
): Promise<Inspection> {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const media = await readMedia({
    size: bytes.byteLength,
    read: async (target, at) => buffer.copy(target, 0, at, at + target.length),
  });
  if (typeof media === "string") {
    const what = `the file of ${bytes.byteLength} bytes is ${media.replace("_", " ")}`;
    return {
      extension: "bin",
      facts: `${bytes.byteLength} bytes`,
      problem: { page, path: "a result's file", what },
    };
  }
  const { contentType, width, height, durationMs } = media;
  const size = width === null || height === null ? "" : `, ${width}x${height}`;
  const length = durationMs === null ? "" : `, ${(durationMs / 1000).toFixed(1)} s`;
  return {
    extension: extensions[contentType],
    facts: `${contentType}${size}${length}, ${bytes.byteLength} bytes`,
    problem: compare(media, output, page),
  };
}

function compare(
  media: Exclude<Awaited<ReturnType<typeof readMedia>>, string>,
  output: Said,
  page: string,
): Difference | undefined {
  const { contentType, width, height, durationMs } = media;
  if (!contentType.startsWith(`${output.kind}/`)) {
    return { page, path: "a result's file", what: `is ${contentType}, no ${output.kind}` };
  }
  const isOtherSize =
    output.width !== null && width !== null && (width !== output.width || height !== output.height);
  if (isOtherSize) {
    const what = `the record says ${output.width}x${output.height}, the file has ${width}x${height}`;
    return { page, path: "a result's pixels", what };
  }
  const said = output.durationMs ?? null;
  if (said !== null && durationMs !== null && Math.abs(said - durationMs) > durationSlackMs) {
    const what = `the record says ${said} ms, the file has ${durationMs} ms`;
    return { page, path: "a result's length", what };
  }
  return undefined;
}
