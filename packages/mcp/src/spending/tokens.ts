// Signs what a person agreed to pay for: a text that the host carries, bound to the caller and the arguments.

import { createHash, createHmac, randomUUID, timingSafeEqual } from "node:crypto";

/** What a person is asked to agree to. */
export interface Consent {
  /** The idempotency key of the start: however often the token comes back, it is one start. */
  key: string;
  /** The credits that were named; null where the price is not known. */
  credits: number | null;
  /** The hash of the tool and its arguments. */
  call: string;
}

const lifetimeMs = 600_000;

/** Returns what a person is asked to agree to, with a new idempotency key. */
export function newConsent(call: string, credits: number | null): Consent {
  return { key: `mcp-${randomUUID()}`, credits, call };
}

/** Returns the hash of a call: of its tool and arguments, without those that say how to wait and to confirm. */
export function hashOfCall(tool: string, sent: Record<string, unknown>): string {
  const { wait_seconds: _wait, confirm_token: _token, ...named } = sent;
  const sorted = Object.entries(named).toSorted(([one], [other]) => (one < other ? -1 : 1));
  return createHash("sha256")
    .update(JSON.stringify([tool, sorted]))
    .digest("base64url");
}

/** Makes and reads tokens. */
export class ConfirmTokens {
  readonly #key: Uint8Array;
  readonly #now: () => number;

  constructor(key: Uint8Array, now: () => number) {
    this.#key = key;
    this.#now = now;
  }

  /** Returns the token of a consent for this caller, good for ten minutes. */
  mint(consent: Consent, caller: string): string {
    const body = Buffer.from(JSON.stringify({ ...consent, until: this.#now() + lifetimeMs }));
    const text = body.toString("base64url");
    return `${text}.${this.#sign(text, caller).toString("base64url")}`;
  }

  /** Returns the consent of a token; undefined for one that is forged, another caller's, or too old. */
  read(token: string, caller: string): Consent | undefined {
    const [text = "", signature = ""] = token.split(".");
    const expected = this.#sign(text, caller);
    const given = Buffer.from(signature, "base64url");
    if (given.length !== expected.length || !timingSafeEqual(given, expected)) return undefined;
    const { until, ...consent } = JSON.parse(
      Buffer.from(text, "base64url").toString(),
    ) as Consent & {
      until: number;
    };
    return until > this.#now() ? consent : undefined;
  }

  #sign(text: string, caller: string): Buffer {
    return createHmac("sha256", this.#key).update(`confirm\0${caller}\0${text}`).digest();
  }
}
