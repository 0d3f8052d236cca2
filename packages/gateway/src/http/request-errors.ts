// Translates what fastify and zod throw about a request into errors of the gateway.

import type { IncomingMessage } from "node:http";

import { JimengError } from "@jimeng/sdk";

import { ServiceError } from "../errors.ts";
import type { ExpectedError } from "../errors.ts";
import { toValidationError } from "../shapes/validation-words.ts";

interface FastifyLikeError {
  code?: unknown;
  message?: unknown;
  validationContext?: unknown;
  validation?: unknown;
}

/** Returns the expected error that a thrown value stands for, or undefined for a defect of ours. */
export function toRequestError(thrown: unknown): ExpectedError | undefined {
  if (JimengError.isInstance(thrown)) return thrown;
  if (typeof thrown !== "object" || thrown === null) return undefined;
  const error: FastifyLikeError = thrown;
  if (Array.isArray(error.validation))
    return toValidationError(error.validation, error.validationContext);
  switch (error.code) {
    case "FST_ERR_CTP_INVALID_JSON_BODY":
    case "FST_ERR_CTP_EMPTY_JSON_BODY":
    case "FST_ERR_CTP_INVALID_CONTENT_LENGTH":
      return new JimengError("invalid_request", "The body is not valid JSON.", {
        param: "body",
        fix: "Send one JSON object in UTF-8, with double quotes and without trailing commas.",
        cause: thrown,
      });
    case "FST_ERR_CTP_INVALID_MEDIA_TYPE":
      return new ServiceError(
        "unsupported_media_type",
        "This route does not take this content type.",
        {
          param: "content-type",
          fix: "Send JSON with Content-Type: application/json, or a multipart form where the route takes files.",
          cause: thrown,
        },
      );
    case "FST_ERR_CTP_BODY_TOO_LARGE":
      return new ServiceError("payload_too_large", "The body is larger than this route takes.", {
        fix: "Send a smaller body.",
        cause: thrown,
      });
    case "FST_ERR_MAX_PARAM_LENGTH":
    case "FST_ERR_BAD_URL":
    case "FST_ERR_INVALID_URL":
      return new JimengError("invalid_request", "The URL's path cannot be read.", {
        param: "path",
        fix: "Check the URL and its percent-encoding.",
        cause: thrown,
      });
    default:
      return undefined;
  }
}

/**
 * Returns the error of a body whose sender hung up before its end, else undefined. Any client can cause this, so it
 * is not logged as a defect.
 */
export function toAbortedError(
  thrown: unknown,
  request: IncomingMessage,
): ExpectedError | undefined {
  const code = thrown instanceof Error && "code" in thrown ? thrown.code : undefined;
  if (!request.readableAborted || code !== "ECONNRESET") return undefined;
  return new JimengError("invalid_request", "The body ended before all of it was there.", {
    param: "body",
    charged: "no",
    fix: "Send the request again; nothing was started.",
  });
}

/** Builds the error of an HTTP/1.1 request without Host. */
export function toMissingHostError(): ExpectedError {
  return new JimengError("invalid_request", "The request has no Host header.", {
    param: "host",
    fix: "Send the Host header that HTTP/1.1 asks for.",
  });
}

/** Builds the error of a Host header that is no name or address with an optional port. */
export function toBadHostError(): ExpectedError {
  return new JimengError("invalid_request", "The Host header is no host name.", {
    param: "host",
    fix: "Send a name or address with an optional port, such as 127.0.0.1:5100.",
  });
}

/** Builds the error of a URL with a zero character: no id or name has one, and PostgreSQL rejects it. */
export function toZeroCharacterError(): ExpectedError {
  return new JimengError("invalid_request", "The URL holds a zero character.", {
    param: "path",
    fix: "Check the URL and its percent-encoding.",
  });
}
