// Warns when a file is something else than its name or declared type says.

import type { Warning } from "@jimeng/sdk";

import type { ReceivedFile } from "./receive-file.ts";

const typeOfExtension: Readonly<Record<string, string>> = {
  png: "image/png",
  jpg: "image/jpeg",
  jpeg: "image/jpeg",
  webp: "image/webp",
  gif: "image/gif",
  mp4: "video/mp4",
  mov: "video/quicktime",
  m4a: "audio/mp4",
  wav: "audio/wav",
  mp3: "audio/mpeg",
};
const typeAliases: Readonly<Record<string, string>> = {
  "image/jpg": "image/jpeg",
  "audio/x-wav": "audio/wav",
  "audio/wave": "audio/wav",
  "audio/mp3": "audio/mpeg",
  "audio/x-m4a": "audio/mp4",
};
const mediaType = /^(image|video|audio)\/./;

/** Returns a warning when the name or declared type of a file is wrong; the file is used as what it really is. */
export function typeWarning(file: ReceivedFile, param: string): Warning | undefined {
  const extension = /\.(\w+)$/.exec(file.name)?.[1]?.toLowerCase() ?? "";
  const declared = (file.declaredType ?? "").split(";")[0]?.trim().toLowerCase() ?? "";
  const claimed = [typeOfExtension[extension], typeAliases[declared] ?? declared];
  const wrong = claimed.find(
    (type) => type !== undefined && mediaType.test(type) && type !== file.contentType,
  );
  if (wrong === undefined) return undefined;
  return {
    code: "type_differs",
    param,
    message: `The file says that it is ${wrong}; it is ${file.contentType} and is used as that.`,
  };
}
