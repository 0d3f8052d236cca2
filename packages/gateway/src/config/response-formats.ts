// Reads what pictures are answered as where a request does not say so: for everybody, and for single keys.

import { JimengError } from "@jimeng/sdk";

import type { ApiKeySetting } from "./credentials.ts";

const formats = ["url", "b64_json", "auto"] as const;

/** What pictures are answered as; `auto` depends on the client. */
export type ResponseFormatSetting = (typeof formats)[number];

/** The settings of everybody and of single keys. */
export interface ResponseFormats {
  usual: ResponseFormatSetting;
  /** By the name of a key. */
  ofKeys: ReadonlyMap<string, ResponseFormatSetting>;
}

/** Reads `auto,cherry=b64_json`: a format for everybody, and formats of configured keys by their names. */
export function parseResponseFormats(
  setting: string,
  text: string,
  apiKeys: readonly ApiKeySetting[],
): ResponseFormats {
  let usual: ResponseFormatSetting | undefined;
  const ofKeys = new Map<string, ResponseFormatSetting>();
  for (const entry of text.split(",").map((part) => part.trim())) {
    const parts = entry.split("=").map((part) => part.trim());
    const value = formats.find((format) => format === parts.at(-1));
    if (value === undefined || parts.length > 2) {
      throw refuse(setting, "must be url, b64_json or auto, or pairs such as cherry=b64_json");
    }
    const [name] = parts;
    if (parts.length === 1 || name === undefined) {
      if (usual !== undefined) throw refuse(setting, "has two formats for everybody");
      usual = value;
      continue;
    }
    if (!apiKeys.some((key) => key.name === name)) {
      throw refuse(setting, `names the key ${name}, which JIMENG_API_KEYS does not have`);
    }
    if (ofKeys.has(name)) throw refuse(setting, `names the key ${name} twice`);
    ofKeys.set(name, value);
  }
  return { usual: usual ?? "auto", ofKeys };
}

function refuse(setting: string, problem: string): JimengError {
  return new JimengError("invalid_request", `${setting} ${problem}.`, { param: setting });
}
