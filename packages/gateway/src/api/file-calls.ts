// The client's calls about uploaded reference files.

import type { CallOptions, PageOptions } from "./client.ts";
import type { FileDeleted, FileObject, ListPage } from "./schemas.ts";
import type { Transport } from "./transport.ts";

/** What an upload may say of its file. */
export interface FileUploadOptions extends CallOptions {
  /** The file's name; default a File's own, else none. */
  filename?: string;
  /** OpenAI's word for what it is for; default `user_data`. */
  purpose?: string;
  /** Removes the file so many seconds later; default never. */
  expiresAfterSeconds?: number;
}

/** Makes the calls about files. */
export function fileCalls(transport: Transport) {
  const path = (id: string) => `/v1/files/${encodeURIComponent(id)}`;
  return {
    /** Uploads a picture, video or sound; a Blob that lies on the disk is sent from there in pieces. */
    upload: (blob: Blob, options: FileUploadOptions = {}): Promise<FileObject> => {
      const { filename, purpose, expiresAfterSeconds, signal } = options;
      const name = filename ?? ("name" in blob ? String(blob.name) : undefined);
      return transport.json("/v1/files", {
        method: "POST",
        blob,
        query: { filename: name, purpose, expires_after: expiresAfterSeconds },
        signal,
      });
    },
    /** Lists uploaded files, newest first. */
    list: (
      options: PageOptions & { purpose?: string } & CallOptions = {},
    ): Promise<ListPage<FileObject>> => {
      const { signal, ...query } = options;
      return transport.json("/v1/files", { query, signal });
    },
    /** Retrieves one file's facts. */
    retrieve: (id: string, options: CallOptions = {}): Promise<FileObject> =>
      transport.json(path(id), options),
    /** Deletes a file; throws `conflict` while an unfinished job needs it. */
    delete: (id: string, options: CallOptions = {}): Promise<FileDeleted> =>
      transport.json(path(id), { method: "DELETE", ...options }),
  };
}
