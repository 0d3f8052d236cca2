// One-time pages on which a person gives a file as a reference: each has an address that cannot be guessed, is good for
// ten minutes, and takes one file.

import { randomBytes } from "node:crypto";

import type { GatewayAccess } from "../gateway-access.ts";

/** A page that waits for its file, or has it. */
interface Page {
  gateway: GatewayAccess;
  until: number;
  caller: string;
  state: "open" | "uploading" | "done";
  fileId: string | null;
}

/** What a page's code stands for. */
export type UploadState = { state: "open" | "uploading" } | { state: "done"; fileId: string };

const lifetimeMs = 600_000;
const maxPages = 1000;
const idBytes = 24;

/** The pages of a process. */
export class UploadPages {
  readonly #pages = new Map<string, Page>();
  readonly #addressOf: (id: string) => Promise<string>;
  readonly #now: () => number;

  /** `addressOf` returns the address of a page; it may start the server that serves it. */
  constructor(addressOf: (id: string) => Promise<string>, now: () => number = Date.now) {
    this.#addressOf = addressOf;
    this.#now = now;
  }

  /** Makes a page for a caller; the file goes to the caller's own files. */
  async create(caller: string, gateway: GatewayAccess): Promise<{ id: string; url: string }> {
    this.#forgetOld();
    const id = randomBytes(idBytes).toString("base64url");
    const until = this.#now() + lifetimeMs;
    this.#pages.set(id, { gateway, until, caller, state: "open", fileId: null });
    return { id, url: await this.#addressOf(id) };
  }

  /** Returns what became of a caller's page; undefined for one that does not exist any more. */
  find(id: string, caller: string): UploadState | undefined {
    const page = this.#get(id);
    if (page === undefined || page.caller !== caller) return undefined;
    const { state, fileId } = page;
    if (state === "done") return fileId === null ? undefined : { state, fileId };
    return { state };
  }

  /** Tells whether a page waits for a file. */
  isOpen(id: string): boolean {
    return this.#get(id)?.state === "open";
  }

  /** Takes the file of a page; false where it has one already, or does not exist any more. */
  async take(id: string, blob: Blob, filename: string): Promise<boolean> {
    const page = this.#get(id);
    if (page === undefined || page.state !== "open") return false;
    page.state = "uploading";
    try {
      const file = await page.gateway.client.files.create(blob, { filename });
      page.fileId = file.id;
      page.state = "done";
      return true;
    } catch (error) {
      page.state = "open";
      throw error;
    }
  }

  #get(id: string): Page | undefined {
    const page = this.#pages.get(id);
    return page !== undefined && page.until > this.#now() ? page : undefined;
  }

  #forgetOld(): void {
    for (const [id, { until }] of this.#pages) {
      if (until <= this.#now() || this.#pages.size >= maxPages) this.#pages.delete(id);
      else return;
    }
  }
}
