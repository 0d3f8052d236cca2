// Stores upload tokens and uploaded files, and their owners: applied for, received, committed.

import { randomBytes } from "node:crypto";

import type { SimulatedClock } from "../clock.ts";
import { parseBody } from "../database.ts";
import type { Store } from "../database.ts";
import type { Region } from "../regions.ts";

/** The life of an upload token, about one hour (history.md). */
export const tokenLifeMs = 3_600_000;

/** The purpose of a token: 1 video and audio, 2 images, 3 files (upload-token.md). */
export type UploadScene = 1 | 2 | 3;

/** One temporary key. */
export interface UploadToken {
  accessKeyId: string;
  secretAccessKey: string;
  sessionToken: string;
  account: string;
  region: Region;
  scene: UploadScene;
  expiresAt: number;
}

/** The facts of a committed file; zeros where it has no picture or no length. */
export interface FileFacts {
  kind: "image" | "video" | "audio";
  format: string;
  width: number;
  height: number;
  durationMs: number;
  md5: string;
}

/** One upload in progress, or a committed file. */
export interface Upload {
  /** Where the bytes go, and the image URI in drafts. */
  uri: string;
  /** The handle of a video or audio file in drafts, null for images. */
  vid: string | null;
  account: string;
  region: Region;
  /** The number of bytes announced when the upload was applied for. */
  size: number;
  auth: string;
  /** The id under which its parts may come, which apply gives out; absent in uploads of an earlier version. */
  uploadId?: string;
  sessionKey: string;
  state: "applied" | "received" | "committed";
  facts: FileFacts | null;
}

/** One part of a large file. */
export interface UploadPart {
  number: number;
  bytes: Buffer;
}

/** The tokens and files in the store. */
export class Uploads {
  readonly #store: Store;
  readonly #clock: SimulatedClock;

  constructor(store: Store, clock: SimulatedClock) {
    this.#store = store;
    this.#clock = clock;
  }

  /** Creates a token that is valid for an hour. */
  issueToken(account: string, region: Region, scene: UploadScene): UploadToken {
    const token: UploadToken = {
      accessKeyId: `AKTP${randomBytes(20).toString("base64url")}`,
      secretAccessKey: randomBytes(30).toString("base64"),
      sessionToken: `STS2${randomBytes(96).toString("base64")}`,
      account,
      region,
      scene,
      expiresAt: this.#clock.now() + tokenLifeMs,
    };
    this.#store.database
      .prepare("INSERT INTO tokens (access_key, body) VALUES (?, ?)")
      .run(token.accessKeyId, JSON.stringify(token));
    return token;
  }

  /** Finds a token by its key id, expired ones included. */
  findToken(accessKeyId: string): UploadToken | undefined {
    return parseBody<UploadToken>(
      this.#store.database.prepare("SELECT body FROM tokens WHERE access_key = ?").get(accessKeyId),
    );
  }

  /** Notes that an upload was applied for. */
  add(upload: Upload): void {
    this.#store.database
      .prepare("INSERT INTO uploads (uri, vid, session_key, account, body) VALUES (?, ?, ?, ?, ?)")
      .run(upload.uri, upload.vid, upload.sessionKey, upload.account, JSON.stringify(upload));
  }

  /** Finds an upload by its URI, its vid or its session key. */
  find(by: "uri" | "vid" | "session_key", value: string): Upload | undefined {
    return parseBody<Upload>(
      this.#store.database.prepare(`SELECT body FROM uploads WHERE ${by} = ?`).get(value),
    );
  }

  /** Finds a committed file of an account by URI or vid; undefined for anything else. */
  findCommitted(account: string, handle: string): Upload | undefined {
    const upload = this.find("uri", handle) ?? this.find("vid", handle);
    const isTheirs = upload?.account === account && upload.state === "committed";
    return isTheirs ? upload : undefined;
  }

  /** Forgets every upload, so that drafts which name one are refused; tokens stay. */
  forget(): void {
    this.#store.database.exec("DELETE FROM uploads; DELETE FROM upload_parts;");
  }

  /** Writes a changed upload back, with its bytes when they have just arrived. */
  update(upload: Upload, bytes?: Buffer): void {
    this.#store.database
      .prepare("UPDATE uploads SET body = ?, bytes = coalesce(?, bytes) WHERE uri = ?")
      .run(JSON.stringify(upload), bytes ?? null, upload.uri);
  }

  /** Stores one part of an upload; a part that comes again replaces the earlier one. */
  putPart(uri: string, number: number, bytes: Buffer): void {
    this.#store.database
      .prepare("INSERT OR REPLACE INTO upload_parts (uri, number, bytes) VALUES (?, ?, ?)")
      .run(uri, number, bytes);
  }

  /** Lists the parts of an upload in their order. */
  partsOf(uri: string): UploadPart[] {
    return this.#store.database
      .prepare("SELECT number, bytes FROM upload_parts WHERE uri = ? ORDER BY number")
      .all(uri)
      .flatMap(({ number, bytes }) =>
        bytes instanceof Uint8Array ? { number: Number(number), bytes: Buffer.from(bytes) } : [],
      );
  }

  /** Forgets the parts of an upload. */
  dropParts(uri: string): void {
    this.#store.database.prepare("DELETE FROM upload_parts WHERE uri = ?").run(uri);
  }

  /** Returns the bytes of an upload; undefined before they were received. */
  bytesOf(uri: string): Buffer | undefined {
    const row = this.#store.database.prepare("SELECT bytes FROM uploads WHERE uri = ?").get(uri);
    const bytes = row?.["bytes"];
    return bytes instanceof Uint8Array ? Buffer.from(bytes) : undefined;
  }
}
