// Signs requests with AWS Signature Version 4 as ImageX and VOD check it: no host header, an empty path, a session token.

/** A temporary key from the upload token (upload-token.md). */
export interface AwsCredentials {
  accessKeyId: string;
  secretAccessKey: string;
  sessionToken: string;
}

/** One request to sign. */
export interface AwsRequest {
  method: "GET" | "POST";
  query: Readonly<Record<string, string>>;
  /** The exact body; its hash is signed for POST. */
  body?: string;
  service: "imagex" | "vod";
  region: string;
  credentials: AwsCredentials;
  /** Unix milliseconds. */
  now: number;
}

const algorithm = "AWS4-HMAC-SHA256";
const scopeEnd = "aws4_request";
const encoder = new TextEncoder();

/**
 * Returns the headers of a signed request. The server verifies whichever headers `SignedHeaders` names, and the
 * site's own clients name no host (apply-upload.md [C]): the signature survives a relay.
 */
export async function signAws(request: AwsRequest): Promise<Record<string, string>> {
  const amzDate = new Date(request.now).toISOString().replace(/[-:]|\.\d{3}/g, "");
  const bodyHash = await sha256Hex(request.body ?? "");
  const headers: Record<string, string> = {
    ...(request.method === "POST" ? { "x-amz-content-sha256": bodyHash } : {}),
    "x-amz-date": amzDate,
    "x-amz-security-token": request.credentials.sessionToken,
  };
  const names = Object.keys(headers).toSorted();
  const signedHeaders = names.join(";");
  const canonicalHeaders = names.map((name) => `${name}:${headers[name] ?? ""}\n`).join("");
  const canonical = [
    request.method,
    "/",
    canonicalQuery(request.query),
    canonicalHeaders,
    signedHeaders,
    bodyHash,
  ].join("\n");
  const scope = [amzDate.slice(0, 8), request.region, request.service, scopeEnd].join("/");
  const text = [algorithm, amzDate, scope, await sha256Hex(canonical)].join("\n");
  const signature = toHex(await hmac(await signingKey(request, amzDate.slice(0, 8)), text));
  const credential = `${request.credentials.accessKeyId}/${scope}`;
  return {
    ...headers,
    authorization: `${algorithm} Credential=${credential}, SignedHeaders=${signedHeaders}, Signature=${signature}`,
  };
}

/** Returns a query sorted by name in byte order and encoded as SigV4 requires; send exactly this text. */
export function canonicalQuery(query: Readonly<Record<string, string>>): string {
  return Object.entries(query)
    .map(([name, value]) => [encode(name), encode(value)] as const)
    .toSorted(([left], [right]) => (left < right ? -1 : 1))
    .map(([name, value]) => `${name}=${value}`)
    .join("&");
}

function encode(text: string): string {
  return encodeURIComponent(text).replace(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}

async function signingKey(request: AwsRequest, day: string): Promise<ArrayBuffer> {
  let key: ArrayBuffer | Uint8Array<ArrayBuffer> = encoder.encode(
    `AWS4${request.credentials.secretAccessKey}`,
  );
  for (const part of [day, request.region, request.service]) key = await hmac(key, part);
  return hmac(key, scopeEnd);
}

async function hmac(
  key: ArrayBuffer | Uint8Array<ArrayBuffer>,
  text: string,
): Promise<ArrayBuffer> {
  const imported = await crypto.subtle.importKey(
    "raw",
    key,
    { name: "HMAC", hash: "SHA-256" },
    false,
    ["sign"],
  );
  return crypto.subtle.sign("HMAC", imported, encoder.encode(text));
}

async function sha256Hex(text: string): Promise<string> {
  return toHex(await crypto.subtle.digest("SHA-256", encoder.encode(text)));
}

function toHex(bytes: ArrayBuffer): string {
  return Array.from(new Uint8Array(bytes), (byte) => byte.toString(16).padStart(2, "0")).join("");
}
