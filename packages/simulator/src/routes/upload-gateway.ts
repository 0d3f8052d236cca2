// Receives raw bytes with their CRC32, as the upload host does: a file in one piece (upload-bytes.md) or in parts
// (multipart-upload.md).

import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";

import { effectOf } from "../faults/faults.ts";
import { effectsOf, faultNames } from "../faults/transport.ts";
import {
  checkSum,
  findOpenUpload,
  finishParts,
  receivePart,
  UploadRefusal,
} from "./upload-parts.ts";
import type { Upload } from "../uploads/uploads.ts";
import type { World } from "../world.ts";

const codeOk = 2000;
/** Only "not 2000" is known of refusals; the value is a placeholder (fixture upload_binary_crc_mismatch). */
const codeRefused = 4000;

type Query = Readonly<Record<string, string | undefined>>;

/** What a request does: sends a whole file, begins, sends a part or ends. */
type Step = "upload" | "upload_init" | "upload_part" | "upload_finish";

function stepOf(query: Query): Step {
  if (query["phase"] === "init") return "upload_init";
  if (query["phase"] === "transfer") return "upload_part";
  return query["phase"] === "finish" ? "upload_finish" : "upload";
}

function receiveWhole(
  world: World,
  upload: Upload,
  body: { bytes: Buffer; crc: string | string[] | undefined; isForced: boolean },
): Record<string, unknown> {
  if (body.bytes.length !== upload.size) throw new UploadRefusal("file size not match");
  const crc32 = checkSum(body);
  upload.state = "received";
  world.uploads.update(upload, body.bytes);
  return { crc32 };
}

function receive(world: World, request: FastifyRequest, upload: Upload): unknown {
  const query = request.query as Query;
  const body = {
    bytes: Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0),
    crc: request.headers["content-crc32"],
    isForced: effectOf(effectsOf(request), "crc_mismatch") !== undefined,
  };
  const step = stepOf(query);
  if (step === "upload") return receiveWhole(world, upload, body);
  if (query["uploadmode"] !== "part" && step !== "upload_part") {
    throw new UploadRefusal("uploadmode is not part");
  }
  if (step === "upload_init") return { uploadid: upload.uploadId };
  if (query["uploadid"] !== upload.uploadId) throw new UploadRefusal("uploadid not found");
  if (step === "upload_part") return receivePart(world, upload, { ...body, query });
  finishParts(world, upload, body.bytes.toString("utf8"));
  return undefined;
}

/** Registers the upload host; POST as every capture has it, PUT as one client's notes do. */
export function registerUploadGateway(server: FastifyInstance, world: World): void {
  const handler = (request: FastifyRequest, reply: FastifyReply): FastifyReply => {
    const answer: Record<string, unknown> = {
      code: codeOk,
      apiversion: "v1",
      message: "Success",
    };
    let reason = faultNames(request);
    let account: string | null = null;
    try {
      const { bucket, name } = request.params as { bucket: string; name: string };
      const upload = findOpenUpload(world, `${bucket}/${name}`, request.headers.authorization);
      account = upload.account;
      answer["data"] = receive(world, request, upload);
    } catch (error) {
      if (!(error instanceof UploadRefusal)) throw error;
      reason = error.message;
      Object.assign(answer, { code: codeRefused, message: error.message, data: {} });
    }
    world.log.add({
      at: world.clock.wallNow(),
      method: request.method,
      path: "/upload/v1",
      endpoint: stepOf(request.query as Query),
      account,
      status: 200,
      ret: String(answer["code"]),
      accepted: answer["code"] === codeOk,
      reason,
    });
    return reply.type("application/json").send(JSON.stringify(answer));
  };
  const config = { endpoint: (query: unknown) => stepOf(query as Query) };
  server.route({ method: ["POST", "PUT"], url: "/upload/v1/:bucket/:name", config, handler });
}
