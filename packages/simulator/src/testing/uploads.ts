// Uploads files for the tests, with signing code of its own so that the simulator's check is tested independently.

import { createHash, createHmac } from "node:crypto";
import { crc32 } from "node:zlib";

import { call } from "./simulator.ts";
import type { Answer, CallOptions } from "./simulator.ts";

const signedAt = "20260101T000000Z";

function sha256(data: Buffer | string): string {
  return createHash("sha256").update(data).digest("hex");
}

function hmac(key: Buffer | string, text: string): Buffer {
  return createHmac("sha256", key).update(text).digest();
}

/** Makes a silent WAV file of a length. */
export function makeWav(durationMs: number): Buffer {
  const bytesPerSecond = 8000;
  const data = Buffer.alloc(Math.round((durationMs / 1000) * bytesPerSecond), 128);
  const head = Buffer.alloc(44);
  head.write("RIFF", 0);
  head.writeUInt32LE(36 + data.length, 4);
  head.write("WAVEfmt ", 8);
  head.writeUInt32LE(16, 16);
  head.writeUInt16LE(1, 20);
  head.writeUInt16LE(1, 22);
  head.writeUInt32LE(bytesPerSecond, 24);
  head.writeUInt32LE(bytesPerSecond, 28);
  head.writeUInt16LE(1, 32);
  head.writeUInt16LE(8, 34);
  head.write("data", 36);
  head.writeUInt32LE(data.length, 40);
  return Buffer.concat([head, data]);
}

/** Where a file goes. */
export interface StoreInfo {
  StoreUri: string;
  Auth: string;
}

async function toAnswer(response: Response): Promise<Answer> {
  return JSON.parse(`{"status":${response.status},"body":${await response.text()}}`) as Answer;
}

/** A client that uploads as the web site does: apply, send, commit. */
export class Uploader {
  url = "";
  accessKeyId = "";
  secret = "";
  sessionToken = "";
  serviceId = "tb4s082cfz";
  awsRegion = "cn-north-1";
  extraHeaders: string[] = [];
  /** True to sign in the cloud's own scheme instead of SigV4: other names, host and date signed. */
  signsAsCloud = false;

  /** Gets a token for a scene. */
  static async create(
    url: string,
    scene: number,
    options: CallOptions & { extraHeaders?: string[] } = {},
  ): Promise<Uploader> {
    const answer = await call(url, "/mweb/v1/get_upload_token", { scene }, options);
    const token = (answer.body as { data: Record<string, string> }).data;
    const uploader = new Uploader();
    uploader.url = url;
    uploader.accessKeyId = token["access_key_id"] ?? "";
    uploader.secret = token["secret_access_key"] ?? "";
    uploader.sessionToken = token["session_token"] ?? "";
    uploader.extraHeaders = options.extraHeaders ?? [];
    return uploader;
  }

  /** Signs and sends one call of the query API. */
  async request(service: string, query: Record<string, string>, body?: string): Promise<Answer> {
    const sorted = Object.entries(query).toSorted(([first], [second]) => (first < second ? -1 : 1));
    const text = sorted.map(([name, value]) => `${name}=${value}`).join("&");
    const hash = sha256(body ?? "");
    const { host } = new URL(this.url);
    const headers: Record<string, string> = this.signsAsCloud
      ? { "x-date": signedAt, "x-security-token": this.sessionToken }
      : {
          "x-amz-date": signedAt,
          "x-amz-security-token": this.sessionToken,
          ...(body === undefined ? {} : { "x-amz-content-sha256": hash }),
        };
    const signed: Record<string, string> = this.signsAsCloud
      ? { host, "x-date": signedAt }
      : { ...headers };
    if (this.extraHeaders.includes("host")) signed["host"] = host;
    const names = Object.keys(signed).toSorted();
    const canonical = [
      body === undefined ? "GET" : "POST",
      "/",
      text,
      ...names.map((name) => `${name}:${signed[name]}`),
      "",
      names.join(";"),
      hash,
    ].join("\n");
    const [algorithm, prefix, end] = this.signsAsCloud
      ? ["HMAC-SHA256", "", "request"]
      : ["AWS4-HMAC-SHA256", "AWS4", "aws4_request"];
    const scope = `${signedAt.slice(0, 8)}/${this.awsRegion}/${service}/${end}`;
    const parts = [this.awsRegion, service, end];
    const key = parts.reduce<Buffer>(hmac, hmac(`${prefix}${this.secret}`, signedAt.slice(0, 8)));
    const toSign = [algorithm, signedAt, scope, sha256(canonical)].join("\n");
    const signature = hmac(key, toSign).toString("hex");
    headers["authorization"] =
      `${algorithm} Credential=${this.accessKeyId}/${scope}, SignedHeaders=${names.join(";")}, Signature=${signature}`;
    const method = body === undefined ? "GET" : "POST";
    return toAnswer(await fetch(`${this.url}/?${text}`, { method, headers, body }));
  }

  /** Applies for an image of a size in bytes. */
  applyImage(size: number): Promise<Answer> {
    return this.request("imagex", {
      Action: "ApplyImageUpload",
      Version: "2018-08-01",
      ServiceId: this.serviceId,
      FileSize: String(size),
      s: "abcdefghij",
    });
  }

  /** Commits an image. */
  commitImage(sessionKey: string): Promise<Answer> {
    return this.request(
      "imagex",
      { Action: "CommitImageUpload", Version: "2018-08-01", ServiceId: this.serviceId },
      JSON.stringify({ SessionKey: sessionKey }),
    );
  }

  /** Applies for a video or audio file of a size in bytes. */
  applyMedia(size: number): Promise<Answer> {
    return this.request("vod", {
      Action: "ApplyUploadInner",
      Version: "2020-11-19",
      SpaceName: "dreamina",
      FileType: "video",
      IsInner: "1",
      FileSize: String(size),
      s: "abcdefghij",
    });
  }

  /** Commits a video or audio file. */
  commitMedia(sessionKey: string): Promise<Answer> {
    return this.request(
      "vod",
      { Action: "CommitUploadInner", Version: "2020-11-19", SpaceName: "dreamina" },
      JSON.stringify({ SessionKey: sessionKey, Functions: [] }),
    );
  }

  /** Sends the bytes with their CRC, or with the one given. */
  async send(store: StoreInfo, bytes: Buffer, options: { crc?: string } = {}): Promise<Answer> {
    const crc = options.crc ?? crc32(bytes).toString(16).padStart(8, "0");
    const response = await fetch(`${this.url}/upload/v1/${store.StoreUri}`, {
      method: "POST",
      headers: {
        authorization: store.Auth,
        "content-crc32": crc,
        "content-type": "application/octet-stream",
        "content-disposition": 'attachment; filename="undefined"',
      },
      body: new Uint8Array(bytes),
    });
    return toAnswer(response);
  }
}

interface UploadNode {
  StoreInfos: [StoreInfo];
  SessionKey: string;
}

interface ServiceResult {
  UploadAddress: UploadNode;
  InnerUploadAddress: { UploadNodes: [UploadNode] };
  Results: [{ Uri: string; Vid: string }];
}

function resultOf(answer: Answer): ServiceResult {
  const { Result: result } = answer.body as { Result?: ServiceResult };
  if (result === undefined) throw new Error("the upload service refused");
  return result;
}

/** Uploads an image from beginning to end and returns its URI. */
export async function uploadImage(
  url: string,
  bytes: Buffer,
  options: CallOptions = {},
): Promise<string> {
  const uploader = await Uploader.create(url, 2, options);
  const node = resultOf(await uploader.applyImage(bytes.length)).UploadAddress;
  await uploader.send(node.StoreInfos[0], bytes);
  return resultOf(await uploader.commitImage(node.SessionKey)).Results[0].Uri;
}

/** Uploads a video or audio file from beginning to end and returns its vid. */
export async function uploadMedia(url: string, bytes: Buffer): Promise<string> {
  const uploader = await Uploader.create(url, 1);
  const [node] = resultOf(await uploader.applyMedia(bytes.length)).InnerUploadAddress.UploadNodes;
  await uploader.send(node.StoreInfos[0], bytes);
  return resultOf(await uploader.commitMedia(node.SessionKey)).Results[0].Vid;
}
