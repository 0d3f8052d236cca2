// Decides whether pictures are answered as URLs or as base64 where a request does not say so.

import type { FastifyRequest } from "fastify";

import type { Config } from "../../config/config.ts";
import type { ResponseFormatSetting } from "../../config/response-formats.ts";
import { toKeyId } from "../auth.ts";

// The AI SDK sends no response_format. When the download of a URL fails, it repeats the whole request by itself, so it
// gets base64. Its requests carry "ai/7.0.173 ai-sdk-provider-utils/5.0.81", older ones "ai-sdk/openai-compatible".
// Cherry Studio validates its answers through the same library. n8n's node reads nothing else where it names no format.
const base64OnlyAgents = /ai-sdk|cherry ?studio|^n8n/i;

/** Returns the format of a request: the caller's own choice, the setting of its key or of everybody, or by the client. */
export function responseFormatOf(
  request: Pick<FastifyRequest, "headers" | "caller">,
  config: Pick<Config, "apiKeys" | "responseFormats">,
  asked: "url" | "b64_json" | null,
): "url" | "b64_json" {
  if (asked !== null) return asked;
  const { responseFormats } = config;
  const { key, keyId } = request.caller;
  const setting = key?.responseFormat ?? ofKey(keyId, config) ?? responseFormats.usual;
  if (setting !== "auto") return setting;
  return base64OnlyAgents.test(request.headers["user-agent"] ?? "") ? "b64_json" : "url";
}

function ofKey(
  keyId: string | null,
  { apiKeys, responseFormats: { ofKeys } }: Pick<Config, "apiKeys" | "responseFormats">,
): ResponseFormatSetting | undefined {
  if (keyId === null || ofKeys.size === 0) return undefined;
  const own = apiKeys.find(
    ({ name, key }) => name !== null && ofKeys.has(name) && toKeyId("key", key) === keyId,
  );
  return own === undefined || own.name === null ? undefined : ofKeys.get(own.name);
}
