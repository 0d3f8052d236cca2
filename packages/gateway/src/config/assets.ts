// Reading ASSETS_URL: where stored files lie.

import { isAbsolute, join } from "node:path";
import { fileURLToPath } from "node:url";

import { JimengError } from "@jimeng/sdk";

/** Where result and reference files are kept. */
export type AssetsPlace = DataFolderPlace | SharedFolderPlace | S3Place;

/** Keeps files in this node's own data folder. */
export interface DataFolderPlace {
  kind: "data-folder";
}

/** Keeps files in a folder that several nodes see, e.g. NFS. */
export interface SharedFolderPlace {
  kind: "shared-folder";
  /** An absolute path that must exist: one that is not mounted must not be filled on the local disk. */
  folder: string;
  /** A folder below it, or empty. */
  below: string;
}

/** Keeps files in S3-compatible storage; credentials come from the usual AWS places, never from here. */
export interface S3Place {
  kind: "s3";
  bucket: string;
  /** Begins every key; empty, or ends with a slash. */
  prefix: string;
  /** Null where the AWS settings of this machine decide. */
  region: string | null;
  /** Null for AWS itself. */
  endpoint: string | null;
  /** Puts the bucket into the path instead of the host name. */
  pathStyle: boolean;
}

/** Adjusts how a place is read. */
export interface AssetsUrlOptions {
  /** Keeps everything in this folder below the place, so that simulated files never mix with real ones. */
  below?: string;
}

const examples = "s3://bucket/prefix?region=eu-central-1 or file:///shared/folder";
// S3-compatible storage mostly ignores the region, but the signature needs one.
const regionOfEndpoints = "us-east-1";
const flagWords: Record<string, boolean> = { true: true, "1": true, false: false, "0": false };
const parameters = new Set(["region", "endpoint", "path_style"]);

/** Reads ASSETS_URL; null is the data folder. Throws `invalid_request` in one line that never holds the value. */
export function parseAssetsUrl(text: string | null, options: AssetsUrlOptions = {}): AssetsPlace {
  if (text === null) return { kind: "data-folder" };
  const url = URL.parse(text);
  if (url?.protocol === "file:") return parseFolder(url, options);
  if (url?.protocol === "s3:") return parseS3(url, options);
  throw refuse(`must be ${examples}`);
}

/** Returns a folder below a place: that of simulator mode, say. */
export function placeBelow(place: AssetsPlace, folder: string): AssetsPlace {
  switch (place.kind) {
    case "data-folder":
      return place;
    case "shared-folder":
      return { ...place, below: join(place.below, folder) };
    case "s3":
      return { ...place, prefix: `${place.prefix}${folder}/` };
  }
}

function parseFolder(url: URL, { below = "" }: AssetsUrlOptions): SharedFolderPlace {
  if (url.host !== "" || url.search !== "" || url.hash !== "") {
    throw refuse("must be file:///absolute/folder, with three slashes and nothing behind the path");
  }
  const folder = pathOf(url);
  if (folder === undefined || !isAbsolute(folder)) throw refuse("must name an absolute folder");
  return { kind: "shared-folder", folder, below };
}

function pathOf(url: URL): string | undefined {
  try {
    return fileURLToPath(url);
  } catch {
    // An escaped slash or zero byte: no path of this machine.
    return undefined;
  }
}

function parseS3(url: URL, { below = "" }: AssetsUrlOptions): S3Place {
  if (url.username !== "" || url.password !== "") {
    throw refuse(
      "must hold no credentials: give them with AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or a credentials file",
    );
  }
  const strange = [...url.searchParams.keys()].find((name) => !parameters.has(name));
  if (strange !== undefined) {
    throw refuse("may carry the parameters region, endpoint and path_style only");
  }
  if (!/^[A-Za-z0-9][A-Za-z0-9._-]{1,62}$/.test(url.host)) throw refuse("must name a bucket");
  const endpoint = parseEndpoint(url.searchParams.get("endpoint"));
  const given = url.searchParams.get("region");
  if (given !== null && !/^[a-z0-9-]{1,40}$/.test(given)) {
    throw refuse("must name its region in small letters, such as region=eu-central-1");
  }
  return {
    kind: "s3",
    bucket: url.host,
    prefix: parsePrefix([url.pathname, below].join("/")),
    region: given ?? (endpoint === null ? null : regionOfEndpoints),
    endpoint,
    pathStyle: parseFlag(url.searchParams.get("path_style")),
  };
}

function parsePrefix(text: string): string {
  const parts = text.split("/").filter((part) => part !== "");
  if (!parts.every((part) => /^[\w.=-]+$/.test(part) && part !== "." && part !== "..")) {
    throw refuse("must have a prefix of letters, digits, dots, dashes and slashes");
  }
  return parts.map((part) => `${part}/`).join("");
}

function parseEndpoint(text: string | null): string | null {
  if (text === null) return null;
  const url = URL.parse(text);
  const isPlain = url?.username === "" && url.password === "" && url.search === "";
  if (!isPlain || (url.protocol !== "https:" && url.protocol !== "http:")) {
    throw refuse("must have an http or https endpoint without credentials and parameters");
  }
  return url.href.replace(/\/+$/, "");
}

function parseFlag(text: string | null): boolean {
  const value = flagWords[text ?? "false"];
  if (value === undefined) throw refuse("must have path_style=true or path_style=false");
  return value;
}

function refuse(problem: string): JimengError {
  return new JimengError("invalid_request", `ASSETS_URL ${problem}.`, {
    param: "ASSETS_URL",
    fix: `Use ${examples}, or remove it to use the data folder.`,
  });
}
