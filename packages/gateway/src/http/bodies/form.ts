// Reads multipart forms: files stream to the disk as they come, text becomes the fields of the JSON body.

import multipart from "@fastify/multipart";
import { JimengError } from "@jimeng/sdk";
import type { FastifyInstance, FastifyRequest } from "fastify";

import { ServiceError } from "../../errors.ts";
import type { ExpectedError } from "../../errors.ts";
import { checkBodyShape } from "./body-shape.ts";
import type { Files } from "../../references/files.ts";
import { atPlace } from "../../references/errors.ts";
import {
  bytesPerMegabyte,
  limitOf,
  requestLimitOf,
  tooLargeTogether,
} from "../../references/upload-limits.ts";
import type { UploadMegabytes } from "../../references/upload-limits.ts";
import { releaseChunks } from "./chunk-release.ts";
import { drain } from "./receiving.ts";
import type { ReceivingOptions } from "./receiving.ts";
import { checkFormText } from "./text-encoding.ts";

const maxFieldBytes = bytesPerMegabyte;
const maxFields = 64;
// As much as a JSON body may have besides its pictures; the fields stay in memory until the form has ended.
const maxTextBytes = 2 * bytesPerMegabyte;
const maxFiles = 16;
// Boundaries, headers and text around the files.
const framingBytes = bytesPerMegabyte;

const numberFields: ReadonlySet<string> = new Set([
  "n",
  "seed",
  "sample_strength",
  "reference_strength",
  "output_compression",
  "partial_images",
  "sequence",
  "priority",
  "start_before",
  "max_credits",
  "original_strength",
  "detail_strength",
  "top",
  "bottom",
  "left",
  "right",
]);
const flagFields: ReadonlySet<string> = new Set(["stream", "intelligent_ratio", "join", "vocals"]);
// Those that a form writes as JSON.
const structuredFields: ReadonlySet<string> = new Set([
  "subjects",
  "frames",
  "references",
  "images",
  "tags",
  "daily_limit",
]);

/** Lets the routes of this plugin accept multipart forms: text as `body`, files as `formFiles`. */
export async function acceptForms(app: FastifyInstance, options: ReceivingOptions): Promise<void> {
  const { files, uploadMegabytes } = options;
  await app.register(multipart, {
    throwFileSizeLimit: false,
    isPartAFile,
    limits: {
      fieldSize: maxFieldBytes,
      fields: maxFields,
      files: maxFiles,
      // One byte above the largest file, so that `receive` sees and refuses it.
      fileSize: limitOf(uploadMegabytes) + 1,
    },
  });
  app.addHook("onRequest", (request, _reply, done) => {
    done(isForm(request) ? checkDeclaredSize(request, uploadMegabytes) : undefined);
  });
  app.addHook("preValidation", async (request) => {
    if (!isForm(request)) return;
    try {
      request.body = await readForm(request, files);
    } catch (error) {
      drain(request);
      throw error;
    }
  });
}

const mediaType = /^(?:image|video|audio)\/|^application\/octet-stream$/i;

// Some clients give a picture its type and no filename.
function isPartAFile(
  _name: string | undefined,
  type: string | undefined,
  filename?: string,
): boolean {
  return filename !== undefined || mediaType.test(type ?? "");
}

function isForm(request: FastifyRequest): boolean {
  return /^multipart\/form-data\b/i.test(request.headers["content-type"] ?? "");
}

function checkDeclaredSize(request: FastifyRequest, megabytes: UploadMegabytes): Error | undefined {
  const limit = requestLimitOf(megabytes);
  const declared = Number(request.headers["content-length"] ?? 0);
  return declared > limit + framingBytes ? tooLargeTogether(megabytes) : undefined;
}

async function readForm(request: FastifyRequest, files: Files): Promise<Record<string, unknown>> {
  const fields = new Map<string, unknown[]>();
  const parts = request.parts()[Symbol.asyncIterator]();
  let textBytes = 0;
  for (;;) {
    const next = await parts.next().catch((cause: unknown) => {
      throw toFormError(cause);
    });
    if (next.done === true) break;
    const part = next.value;
    const { name, key } = parseName(part.fieldname);
    const contentType = request.headers["content-type"];
    checkFormText(part.fieldname, part.fieldname, contentType);
    if (part.type === "field") {
      if (part.valueTruncated) throw tooLong(name);
      checkFormText(part.value, name, contentType);
      textBytes += typeof part.value === "string" ? Buffer.byteLength(part.value) : 0;
      if (textBytes > maxTextBytes) throw tooMuchText();
      const value = toValue(name, part.value);
      const known = fields.get(name) ?? [];
      known.push(key === undefined ? value : { [key]: value });
      fields.set(name, known);
      continue;
    }
    checkFormText(part.filename ?? "", "filename", contentType);
    const received = request.formFiles;
    const named = { name: part.filename ?? "", declaredType: part.mimetype };
    try {
      received.push({
        field: name,
        file: await files.receive(releaseChunks(part.file, request.raw), named, request.senderGone),
      });
    } catch (error) {
      if (!JimengError.isInstance(error)) throw error;
      // A browser sends a file input without a file as an empty part.
      if (error.detail.reason === "empty" && named.name === "") continue;
      throw atPlace(error, name, received.length);
    }
  }
  const body = Object.fromEntries(
    [...fields].map(([name, values]) => [name, values.length === 1 ? values[0] : values]),
  );
  checkBodyShape(body);
  return body;
}

/** Reads `image[]` as `image`, and `input_reference[image_url]` as the object it stands for. */
function parseName(fieldname: string): { name: string; key: string | undefined } {
  const [, name = fieldname, key = ""] = /^([^[\]]+)\[([^[\]]*)\]$/.exec(fieldname) ?? [];
  return { name, key: key === "" || /^\d+$/.test(key) ? undefined : key };
}

function toValue(name: string, value: unknown): unknown {
  if (typeof value !== "string") return value;
  const isText = value.trim() === "";
  if (numberFields.has(name) && !isText && !Number.isNaN(Number(value))) return Number(value);
  if (flagFields.has(name) || name === "background") {
    if (value === "true") return true;
    if (value === "false") return false;
  }
  if (structuredFields.has(name) && /^\s*[[{]/.test(value)) return parseJson(name, value);
  return value;
}

function parseJson(name: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new JimengError("invalid_request", `${name} is not valid JSON.`, {
      param: name,
      fix: `Correct ${name} and send the request again; nothing was started.`,
      cause,
    });
  }
}

// Only faults of the form arrive here: the error of a full disk stays what it is.
function toFormError(cause: unknown): ExpectedError {
  const code = cause instanceof Error && "code" in cause ? String(cause.code) : "";
  const limits: Readonly<Record<string, string>> = {
    FST_FILES_LIMIT: `more than ${maxFiles} files`,
    FST_FIELDS_LIMIT: `more than ${maxFields} fields`,
  };
  const problem = limits[code];
  return new JimengError(
    "invalid_request",
    problem === undefined ? "The form cannot be read." : `The form has ${problem}.`,
    {
      param: "body",
      fix: "Send a complete multipart/form-data body with its boundary in Content-Type.",
      cause,
    },
  );
}

function tooLong(name: string): ExpectedError {
  return new ServiceError("payload_too_large", `The field ${name} is larger than 1 MB.`, {
    param: name,
    fix: "Send files as files, with a filename.",
  });
}

function tooMuchText(): ExpectedError {
  return new ServiceError("payload_too_large", "The form's fields are larger than 2 MB together.", {
    param: "body",
    fix: "Send files as files, with a filename.",
  });
}
