// A real S3-compatible server in this process, over real HTTP. Imported by tests only.

import { createRequire } from "node:module";
import { mkdtemp, rm } from "node:fs/promises";
import type { Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";

// s3rver is CommonJS without types; this is all of it that is used.
interface S3rver {
  run(): Promise<AddressInfo>;
  close(): Promise<void>;
  httpServer: Server;
}
type MakeS3rver = new (options: {
  address: string;
  port: number;
  silent: boolean;
  directory: string;
  configureBuckets: { name: string }[];
}) => S3rver;

/** The one key pair that s3rver knows; it accepts any secret, so wrong ones cannot be tried on it. */
export const s3Credentials = { AWS_ACCESS_KEY_ID: "S3RVER", AWS_SECRET_ACCESS_KEY: "S3RVER" };

/** The bucket that exists. */
export const s3Bucket = "jimeng-test";

/** An S3-compatible server that a test can take down and bring back with its files. */
export interface S3Server {
  /** Where it keeps its files. */
  directory: string;
  /** An ASSETS_URL of the server. */
  url(prefix?: string, bucket?: string): string;
  down(): Promise<void>;
  up(): Promise<void>;
  remove(): Promise<void>;
}

/** Starts a server on a free port; with `isDown` it only takes the port's number. */
export async function startS3Server({ isDown = false } = {}): Promise<S3Server> {
  const directory = await mkdtemp(join(tmpdir(), "jimeng-s3-"));
  const Server = createRequire(import.meta.url)("s3rver") as MakeS3rver;
  let port = 0;
  let running: S3rver | undefined;

  async function up(): Promise<void> {
    running = new Server({
      address: "127.0.0.1",
      port,
      silent: true,
      directory,
      configureBuckets: [{ name: s3Bucket }],
    });
    port = (await running.run()).port;
  }

  async function down(): Promise<void> {
    running?.httpServer.closeAllConnections();
    await running?.close();
    running = undefined;
  }

  await up();
  if (isDown) await down();
  return {
    directory,
    url: (prefix = "kept", bucket = s3Bucket) =>
      `s3://${bucket}/${prefix}?endpoint=http://127.0.0.1:${port}&path_style=true`,
    up,
    down,
    async remove() {
      await down();
      await rm(directory, { recursive: true, force: true });
    },
  };
}
