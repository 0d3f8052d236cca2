// Turns a reference as a model writes it into one that the gateway takes.

import { withGateway } from "../face.ts";
import { invalid } from "../results/failure.ts";
import type { ToolCall } from "../tools/tool.ts";

const maxDataUrl = 8 * 1024;
const known = /^(asset_[\w-]+|file_[\w-]+|job_[\w-]+(#\d{1,3})?|https?:\/\/\S+)$/i;

/** Resolves the references of a call; files of this machine are uploaded. */
export async function resolveReferences(
  call: ToolCall,
  texts: readonly string[],
): Promise<string[]> {
  const resolved: string[] = [];
  for (const text of texts) resolved.push(await resolveReference(call, text));
  return resolved;
}

/** Resolves one reference. Throws `invalid_request` for what is none. */
export async function resolveReference(call: ToolCall, text: string): Promise<string> {
  if (known.test(text)) return text;
  if (/^data:/i.test(text)) {
    if (text.length <= maxDataUrl) return text;
    throw invalid(
      "references",
      `The data URL has ${text.length} characters, more than ${maxDataUrl}: models copy long ones wrongly.`,
      "Call add_reference, or upload the file with POST /v1/files of the gateway, and give its file_… id.",
    );
  }
  const { localFiles } = call.face;
  if (localFiles === null) {
    throw invalid(
      "references",
      "A reference must be asset_…, file_…, job_…#2 or https://….",
      "Call add_reference without a source to let the person upload a file.",
    );
  }
  return await upload(call, await localFiles.open(text));
}

const searchedFiles = 100;

/** Uploads a file; the same bytes give the same id, so that a repeated call is the same call. */
export async function upload(
  { face, signal }: ToolCall,
  { blob, name, sha256 }: { blob: Blob; name: string; sha256: string },
): Promise<string> {
  return await withGateway(face, signal, async (client) => {
    const { data } = await client.files.list({ limit: searchedFiles, signal });
    const earlier = data.find((file) => file.jimeng.sha256 === sha256 && file.expires_at === null);
    if (earlier !== undefined) return earlier.id;
    return (await client.files.create(blob, { filename: name, signal })).id;
  });
}
