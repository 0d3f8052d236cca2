// Tests reading a file on disk in pieces, over real HTTP.

import { createHash, randomBytes } from "node:crypto";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { crc32 } from "node:zlib";

import { describe, expect, onTestFinished, test } from "vitest";

import { Jimeng } from "../client.ts";
import { fakeSession, fixture, fixtureText } from "../testing/client.ts";

const megabyte = 1024 * 1024;

/** Serves the four steps over real HTTP and remembers what arrived; bytes must fit their CRC. */
async function startUploadServer() {
  const received: { length: string | undefined; encoding: string | undefined; digest: string }[] =
    [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      const body = Buffer.concat(chunks);
      response.end(answer(request.url!, request.headers, body));
    });
  });
  const answer = (url: string, headers: NodeJS.Dict<string | string[]>, body: Buffer): string => {
    if (url.includes("get_upload_token")) return fixtureText("upload_token_image");
    if (url.includes("CommitImageUpload")) return fixtureText("imagex_commit_ok");
    if (url.includes("ApplyImageUpload")) {
      const apply = structuredClone(fixture("imagex_apply_ok").body);
      apply.Result.UploadAddress.UploadHosts = [
        `127.0.0.1:${(server.address() as AddressInfo).port}`,
      ];
      return JSON.stringify(apply);
    }
    received.push({
      length: headers["content-length"] as string | undefined,
      encoding: headers["transfer-encoding"] as string | undefined,
      digest: createHash("sha256").update(body).digest("hex"),
    });
    const fits = crc32(body).toString(16).padStart(8, "0") === headers["content-crc32"];
    return fixtureText(fits ? "upload_binary_ok" : "upload_binary_crc_mismatch");
  };
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return { received, baseUrls: { mweb: origin, imagex: origin, vod: origin } };
}

async function pictureFile(size: number): Promise<{ path: string; digest: string }> {
  const folder = await mkdtemp(join(tmpdir(), "sdk-file-"));
  onTestFinished(() => rm(folder, { recursive: true }));
  const bytes = randomBytes(size);
  Buffer.from("89504e470d0a1a0a", "hex").copy(bytes);
  const path = join(folder, "large.png");
  await writeFile(path, bytes);
  return { path, digest: createHash("sha256").update(bytes).digest("hex") };
}

describe("a file on disk", () => {
  test("arrives whole over real HTTP, with its length told, although few buffers carry it", async () => {
    const { received, baseUrls } = await startUploadServer();
    const { path, digest } = await pictureFile(5 * megabyte + 7);
    await new Jimeng({ session: fakeSession, baseUrls }).uploads.create(path);
    expect(received).toEqual([{ length: String(5 * megabyte + 7), encoding: undefined, digest }]);
  });

  test("arrives at the second try through a fetch that hoards pieces before it writes them", async () => {
    const { received, baseUrls } = await startUploadServer();
    const { path, digest } = await pictureFile(3 * megabyte);
    const hoarding = async (url: string, init: RequestInit): Promise<Response> => {
      if (!(init.body instanceof ReadableStream)) return fetch(url, init);
      const hoard: Uint8Array<ArrayBuffer>[] = [];
      for await (const piece of init.body) hoard.push(piece);
      return fetch(url, { ...init, body: new Blob(hoard) });
    };
    await new Jimeng({ session: fakeSession, baseUrls, fetch: hoarding }).uploads.create(path);
    expect(received).toHaveLength(2);
    expect(received[0]!.digest).not.toBe(digest);
    expect(received[1]!.digest).toBe(digest);
  });
});
