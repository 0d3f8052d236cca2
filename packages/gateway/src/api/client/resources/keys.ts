// The client's calls about gateway keys; all but `self` need the scope admin.

import type {
  KeyBodyInput,
  KeyChangesInput,
  KeyDeleted,
  KeyObject,
  MadeKeyObject,
} from "../../keys.ts";
import type { ListPage } from "../../lists.ts";
import type { CallOptions, PageOptions } from "../options.ts";
import type { Transport } from "../transport.ts";

/** Makes, changes and revokes keys. */
export class Keys {
  readonly #transport: Transport;

  constructor(transport: Transport) {
    this.#transport = transport;
  }

  /** Makes a key; its text is told this once. */
  create(body: KeyBodyInput, options: CallOptions = {}): Promise<MadeKeyObject> {
    return this.#transport.json("/v1/keys", { method: "POST", body, ...options });
  }

  /** Lists the keys, those of the settings first. */
  list(options: PageOptions & { revoked?: boolean } = {}): Promise<ListPage<KeyObject>> {
    const { signal, revoked, ...page } = options;
    const query = { ...page, revoked: revoked === undefined ? undefined : String(revoked) };
    return this.#transport.json("/v1/keys", { query, signal });
  }

  /** Retrieves a key. */
  retrieve(id: string, options: CallOptions = {}): Promise<KeyObject> {
    return this.#transport.json(`/v1/keys/${encodeURIComponent(id)}`, options);
  }

  /** Reads the caller's own key. */
  self(options: CallOptions = {}): Promise<KeyObject> {
    return this.#transport.json("/v1/keys/self", options);
  }

  /** Changes a key; null takes a limit away. */
  update(id: string, body: KeyChangesInput, options: CallOptions = {}): Promise<KeyObject> {
    const path = `/v1/keys/${encodeURIComponent(id)}`;
    return this.#transport.json(path, { method: "PATCH", body, ...options });
  }

  /** Gives a key a new text; the old one stays good for so many seconds, none unless given. */
  rotate(
    id: string,
    options: CallOptions & { keepOldSeconds?: number } = {},
  ): Promise<MadeKeyObject> {
    const { signal, keepOldSeconds } = options;
    const path = `/v1/keys/${encodeURIComponent(id)}/rotate`;
    const body = { keep_old_seconds: keepOldSeconds };
    return this.#transport.json(path, { method: "POST", body, signal });
  }

  /** Revokes a key for good. */
  revoke(id: string, options: CallOptions = {}): Promise<KeyDeleted> {
    const path = `/v1/keys/${encodeURIComponent(id)}`;
    return this.#transport.json(path, { method: "DELETE", ...options });
  }
}
