// The AI SDK's interface to uploaded files: a reference is uploaded once, and its id is the same in every process.

import type {
  FilesV4,
  FilesV4UploadFileCallOptions,
  FilesV4UploadFileResult,
} from "@ai-sdk/provider";
import { InvalidArgumentError } from "@ai-sdk/provider";
import type { FileObject } from "@jimeng/gateway/api";

import { fromBase64 } from "./base64.ts";
import { connect } from "./connection.ts";
import type { CallConnection, Connection } from "./connection.ts";
import { toCallError } from "./errors.ts";
import type { ResolvedSettings } from "./settings.ts";
import { toWarning } from "./warnings.ts";

type FileCall = CallConnection & { file: Record<string, string> };

/** Uploads, reads and deletes reference files. */
export class JimengFiles implements FilesV4 {
  readonly specificationVersion = "v4";
  readonly provider = "jimeng.files";
  readonly #settings: ResolvedSettings;

  constructor(settings: ResolvedSettings) {
    this.#settings = settings;
  }

  /** Uploads a file; what it is, the gateway reads from its bytes. */
  async uploadFile(call: FilesV4UploadFileCallOptions): Promise<FilesV4UploadFileResult> {
    const { filename, mediaType } = call;
    const blob = await toBlob(call.data, mediaType);
    const file = await this.#exchange(call, "/v1/files", ({ client, signal }) =>
      client.files.create(blob, { filename, signal }),
    );
    return toResult(file);
  }

  /** Reads the facts of a file. */
  async getFileMetadata(call: FileCall): Promise<FilesV4UploadFileResult> {
    const id = idOf(call.file);
    const file = await this.#exchange(call, `/v1/files/${id}`, ({ client, signal }) =>
      client.files.retrieve(id, { signal }),
    );
    return toResult(file);
  }

  /** Deletes a file; one that an unfinished job needs is kept, and the call fails. */
  async deleteFile(call: FileCall): Promise<{
    providerReference: Record<string, string>;
    deleted: boolean;
    warnings: [];
  }> {
    const id = idOf(call.file);
    const { deleted } = await this.#exchange(call, `/v1/files/${id}`, ({ client, signal }) =>
      client.files.delete(id, { signal }),
    );
    return { providerReference: { jimeng: id }, deleted, warnings: [] };
  }

  async #exchange<Answer>(
    call: CallConnection,
    path: string,
    ask: (connection: Connection) => Promise<Answer>,
  ): Promise<Answer> {
    const connection = connect(this.#settings, call);
    try {
      return await connection.recover(() => ask(connection));
    } catch (error) {
      const url = `${this.#settings.baseUrl}${path}`;
      throw toCallError(error, { url, body: undefined, mayRepeat: true }, call.abortSignal);
    }
  }
}

function toBlob(data: FilesV4UploadFileCallOptions["data"], type: string): Promise<Blob> {
  const headers = { "content-type": type };
  if (data.type === "stream") return new Response(data.stream, { headers }).blob();
  if (data.type === "text") return Promise.resolve(new Blob([data.text], { type }));
  const bytes = typeof data.data === "string" ? fromBase64(data.data) : new Uint8Array(data.data);
  return Promise.resolve(new Blob([bytes], { type }));
}

function idOf(file: Record<string, string>): string {
  const id = file["jimeng"];
  if (id !== undefined) return id;
  throw new InvalidArgumentError({
    argument: "file",
    message: "file has no reference of jimeng: it was uploaded to another provider.",
  });
}

function toResult(file: FileObject): FilesV4UploadFileResult {
  const { kind, width, height, duration_seconds: durationSeconds, sha256 } = file.jimeng;
  return {
    providerReference: { jimeng: file.id },
    mediaType: file.jimeng.content_type,
    filename: file.filename,
    byteSize: file.bytes,
    createdAt: new Date(file.created_at * 1000),
    expiresAt: file.expires_at === null ? undefined : new Date(file.expires_at * 1000),
    providerMetadata: { jimeng: { kind, width, height, durationSeconds, sha256 } },
    warnings: file.jimeng.warnings.map(toWarning),
  };
}
