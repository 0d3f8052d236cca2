// Receives raw bytes with their CRC32, as the upload host does (upload-bytes.md).

import { crc32 } from "node:zlib";

import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";

import { effectOf } from "../faults/faults.ts";
import { effectsOf, faultNames } from "../faults/transport.ts";
import type { World } from "../world.ts";

const codeOk = 2000;
/** Only "not 2000" is known of refusals; the value is a placeholder (fixture upload_binary_crc_mismatch). */
const codeRefused = 4000;

class UploadRefusal extends Error {}

/**
 * Reads a CRC as a number: several clients forget the padding or print it negative, and the
 * server's reaction to that is unknown, so values are compared, not texts (upload-bytes.md, question 32).
 */
function readCrc(text: string | string[] | undefined): number | undefined {
  if (typeof text !== "string" || !/^-?[0-9a-f]{1,8}$/i.test(text)) return undefined;
  return Number.parseInt(text, 16) >>> 0;
}

function receive(world: World, request: FastifyRequest): { crc32: string; account: string } {
  const { bucket, name } = request.params as { bucket: string; name: string };
  const upload = world.uploads.find("uri", `${bucket}/${name}`);
  if (upload === undefined) throw new UploadRefusal("store uri not found");
  if (request.headers.authorization !== upload.auth) throw new UploadRefusal("invalid auth");
  if (upload.state === "committed") throw new UploadRefusal("already committed");
  const bytes = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0);
  if (bytes.length !== upload.size) throw new UploadRefusal("file size not match");
  const sum = crc32(bytes);
  const isForced = effectOf(effectsOf(request), "crc_mismatch") !== undefined;
  if (isForced || readCrc(request.headers["content-crc32"]) !== sum) {
    throw new UploadRefusal("crc32 not match");
  }
  upload.state = "received";
  world.uploads.update(upload, bytes);
  return { crc32: sum.toString(16).padStart(8, "0"), account: upload.account };
}

/** Registers the upload host; POST as every capture has it, PUT as one client's notes do. */
export function registerUploadGateway(server: FastifyInstance, world: World): void {
  const handler = (request: FastifyRequest, reply: FastifyReply): FastifyReply => {
    let body: Record<string, unknown>;
    let reason = faultNames(request);
    let account: string | null = null;
    try {
      const received = receive(world, request);
      account = received.account;
      body = {
        code: codeOk,
        apiversion: "v1",
        message: "Success",
        data: { crc32: received.crc32 },
      };
    } catch (error) {
      if (!(error instanceof UploadRefusal)) throw error;
      reason = error.message;
      body = { code: codeRefused, apiversion: "v1", message: error.message, data: {} };
    }
    world.log.add({
      at: world.clock.wallNow(),
      method: request.method,
      path: "/upload/v1",
      endpoint: "upload",
      account,
      status: 200,
      ret: String(body["code"]),
      accepted: body["code"] === codeOk,
      reason,
    });
    return reply.type("application/json").send(JSON.stringify(body));
  };
  const config = { endpoint: () => "upload" };
  server.route({ method: ["POST", "PUT"], url: "/upload/v1/:bucket/:name", config, handler });
}
