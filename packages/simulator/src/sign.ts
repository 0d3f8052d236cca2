// Checks the `Sign` header of requests (docs/upstream/README.md [C]).

import { createHash } from "node:crypto";

const signPrefix = "9e2c";
const signSuffix = "11ac";
const pathTailLength = 7;

/** How the `Sign` header of a request compares with the one computed from its other headers. */
export type SignVerdict = "ok" | "missing" | "bad";

/** The parts of the signature; `deviceTime` is unix seconds as sent. */
export interface SignParts {
  path: string;
  platform: string;
  versionCode: string;
  deviceTime: string;
  deviceId: string;
}

/** Computes the lowercase hexadecimal MD5 of docs/upstream/README.md over the last seven characters of the path. */
export function computeSign(parts: SignParts): string {
  const text = [
    signPrefix,
    parts.path.slice(-pathTailLength),
    parts.platform,
    parts.versionCode,
    parts.deviceTime,
    parts.deviceId,
    signSuffix,
  ].join("|");
  return createHash("md5").update(text).digest("hex");
}

type Headers = Readonly<Record<string, string | string[] | undefined>>;

function headerText(headers: Headers, name: string): string {
  const value = headers[name];
  return (Array.isArray(value) ? value[0] : value) ?? "";
}

/**
 * Lists the texts whose last characters a client may have signed: the path, or the path with the part of the query that
 * the client wrote into it, which the site takes too (docs/upstream/README.md).
 */
function signedTexts(path: string, query: string): string[] {
  const texts = [path];
  let text = path;
  for (const [index, part] of query === "" ? [] : query.split("&").entries()) {
    text += `${index === 0 ? "?" : "&"}${part}`;
    texts.push(text);
  }
  return texts;
}

/** Checks the signature headers of a request for `path` (no host), with its query as sent. */
export function verifySign(path: string, headers: Headers, query = ""): SignVerdict {
  const sign = headerText(headers, "sign");
  const deviceTime = headerText(headers, "device-time");
  if (sign === "" || deviceTime === "") return "missing";
  const parts = {
    platform: headerText(headers, "pf"),
    versionCode: headerText(headers, "appvr"),
    deviceTime,
    deviceId: headerText(headers, "tdid"),
  };
  const isSigned = (text: string) => sign === computeSign({ ...parts, path: text });
  return signedTexts(path, query).some(isSigned) ? "ok" : "bad";
}
