// Tests what pictures are answered as: by the request, the key's setting, the general one, and the client.

import { expect, it } from "vitest";

import { loadConfig } from "../../config/config.ts";
import { Caller, callerScopes } from "../../keys/caller.ts";
import { toKeyId } from "../auth.ts";
import { responseFormatOf } from "./response-format.ts";

const cherry = new Caller(callerScopes, toKeyId("key", "obviously-fake-1"));
const other = new Caller(callerScopes, toKeyId("key", "obviously-fake-2"));
const nobody = new Caller(callerScopes, null);

it.each<[string, Caller, string, "url" | "b64_json" | null, "url" | "b64_json"]>([
  ["auto", nobody, "curl/8", null, "url"],
  ["auto", nobody, "ai/7.0.173 ai-sdk-provider-utils/5.0.81", null, "b64_json"],
  ["auto", nobody, "ai/3 ai-sdk/openai-compatible/3.0.92", null, "b64_json"],
  ["auto", nobody, "Mozilla/5.0 CherryStudio/2.0.3", null, "b64_json"],
  ["auto", nobody, "Mozilla/5.0 CherryStudio/2.0.3", "url", "url"],
  ["b64_json", nobody, "curl/8", null, "b64_json"],
  ["url", nobody, "CherryStudio", null, "url"],
  ["url", nobody, "curl/8", "b64_json", "b64_json"],
  ["cherry=b64_json", cherry, "curl/8", null, "b64_json"],
  ["cherry=b64_json", other, "curl/8", null, "url"],
  ["b64_json,cherry=url", cherry, "ai-sdk", null, "url"],
  ["b64_json,cherry=auto", cherry, "curl/8", null, "url"],
])("with %s", (setting, caller, agent, asked, expected) => {
  const config = loadConfig({
    JIMENG_API_KEYS: "cherry=obviously-fake-1,obviously-fake-2",
    JIMENG_RESPONSE_FORMAT: setting,
  });
  const request = { caller, headers: { "user-agent": agent } };
  expect(responseFormatOf(request, config, asked)).toBe(expected);
});
