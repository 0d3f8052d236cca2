// The operation of a video: what a program stores to find the video again, in this process or another.

import { InvalidArgumentError } from "@ai-sdk/provider";
import type { JSONValue } from "@ai-sdk/provider";

import { isJsonObject } from "../json-object.ts";

/** A started video. It holds no key. */
export type JimengVideoOperation = {
  jobId: string;
  /** The address of the gateway that makes it. */
  gateway: string;
};

/** `providerMetadata.jimeng` of a video's start and status. */
export type JimengVideoMetadata = {
  jobId: string;
  status: string;
  /** What is being done; null before the start and after the end. */
  phase: string | null;
  /** 0 to 100. */
  progress: number;
  queue: { position: number; length: number; etaSeconds: number | null } | null;
  /** In credits; null where unknown. */
  cost: { state: string; estimated: number | null; charged: number | null };
  /** The finished video; empty before. */
  videos: {
    assetId: string;
    url: string;
    contentType: string;
    width: number | null;
    height: number | null;
    durationSeconds: number | null;
    bytes: number;
    seed: number | null;
  }[];
};

/** Reads an operation that may come from a database. Throws InvalidArgumentError for what is none. */
export function readOperation(value: JSONValue): JimengVideoOperation {
  if (isJsonObject(value)) {
    const { jobId, gateway } = value;
    if (typeof jobId === "string" && typeof gateway === "string") return { jobId, gateway };
  }
  throw new InvalidArgumentError({
    argument: "operation",
    message: "operation must be what doStart returned: { jobId, gateway }.",
  });
}
