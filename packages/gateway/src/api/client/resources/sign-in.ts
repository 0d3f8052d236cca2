// The client's calls about the sign-in of a browser, which keeps the cookie by itself.

import type { SignInObject } from "../../keys.ts";
import type { CallOptions } from "../options.ts";
import type { Transport } from "../transport.ts";

const path = "/v1/sign-in";

/** Signs a browser in and out. */
export class SignIn {
  readonly #transport: Transport;

  constructor(transport: Transport) {
    this.#transport = transport;
  }

  /** Signs in with a key. */
  create(key: string, options: CallOptions = {}): Promise<SignInObject> {
    return this.#transport.json(path, { method: "POST", body: { key }, ...options });
  }

  /** Tells whether a key is needed and whose the sign-in is. */
  retrieve(options: CallOptions = {}): Promise<SignInObject> {
    return this.#transport.json(path, options);
  }

  /** Signs out. */
  delete(options: CallOptions = {}): Promise<SignInObject> {
    return this.#transport.json(path, { method: "DELETE", ...options });
  }
}
