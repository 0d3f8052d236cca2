// Holds the upstream credential: reads its region prefix, keeps it out of logs, and builds its cookie.

import { createHash } from "node:crypto";

import { JimengError } from "./errors.ts";
import { regions } from "./regions.ts";
import type { Region } from "./operation.ts";

const prefixPattern = /^(us|hk|jp|sg)-/i;
// The characters that a cookie may carry without quoting, except those of addresses (`:`, `/`, `@`): some programs put
// a proxy's URL with its password before a session, and that must not be sent to the site.
const sessionPattern = /^[\w!#$%&*+.=^|~-]+$/;
// Sessions of the sites have 32 characters; the bounds allow other forms, but no words and no documents.
const minSessionLength = 6;
const maxSessionLength = 512;

/**
 * Splits a session text into region and bare session id: `us-`, `hk-`, `jp-` or `sg-` in front, in any
 * case, names the region, none means `cn` (docs/upstream/README.md [C]). Throws `invalid_request` (param `session`),
 * without the text, for text that cannot be a session.
 */
export function parseSession(text: string): { region: Region; session: string } {
  const trimmed = text.trim();
  const prefix = prefixPattern.exec(trimmed)?.[1]?.toLowerCase();
  const session = prefix === undefined ? trimmed : trimmed.slice(prefix.length + 1);
  const isRightLength = session.length >= minSessionLength && session.length <= maxSessionLength;
  if (!isRightLength || !sessionPattern.test(session)) {
    throw new JimengError("invalid_request", `The session ${problemOf(session)}.`, {
      param: "session",
      fix: `Give the bare value of the sessionid cookie of the signed-in site: ${minSessionLength} to ${maxSessionLength} letters, digits and plain signs, without a proxy's address before it.`,
    });
  }
  return { region: toRegion(prefix), session };
}

function problemOf(session: string): string {
  if (session === "") return "is empty";
  if (/[:/@]/.test(session)) return "holds an address";
  if (session.length < minSessionLength) return "is too short";
  if (session.length > maxSessionLength) return "is too long";
  return "holds characters that no sessionid has";
}

function toRegion(prefix: string | undefined): Region {
  return prefix === "us" || prefix === "hk" || prefix === "jp" || prefix === "sg" ? prefix : "cn";
}

/** The text that is shown instead of a session. */
const redactedSession = "[session]";

const webIdDigits = 19;
const minRedactedLength = 8;

/** One account's session; neither JSON nor inspection shows it. */
export class Session {
  readonly #id: string;
  readonly region: Region;

  constructor(text: string, region?: Region) {
    const parsed = parseSession(text);
    const prefixed = prefixPattern.test(text.trim());
    if (region !== undefined && prefixed && parsed.region !== region) {
      throw new JimengError(
        "invalid_request",
        `The session's prefix says ${parsed.region}, the region says ${region}.`,
        {
          param: "region",
          fix: "Leave one of the two out.",
        },
      );
    }
    this.#id = parsed.session;
    this.region = region ?? parsed.region;
  }

  /**
   * Builds the Cookie header. `sessionid` is all that cn needs (docs/upstream/README.md [R]); its two twins carry the same
   * value and repeat nothing about a device. Cookies that pretend to be a browser's are left out on purpose.
   */
  cookieHeader(): string {
    const cookies = [`sid_tt=${this.#id}`, `sessionid=${this.#id}`, `sessionid_ss=${this.#id}`];
    if (regions[this.region].sendsWebId) cookies.unshift(`_tea_web_id=${this.webId()}`);
    return cookies.join("; ");
  }

  /**
   * Derives the 19-digit web id from the session by SHA-256: the same account always appears as the same
   * device (a new device at every start is a known cause of risk control), and the id reveals nothing.
   */
  webId(): string {
    const digest = createHash("sha256").update(`web-id:${this.#id}`).digest("hex");
    const span = 10n ** BigInt(webIdDigits - 1);
    return String(7n * span + (BigInt(`0x${digest.slice(0, 32)}`) % span));
  }

  /** Derives a key that tells accounts apart without showing the session. */
  fingerprint(): string {
    return createHash("sha256")
      .update(`account:${this.region}:${this.#id}`)
      .digest("hex")
      .slice(0, 16);
  }

  /** Replaces the session id in a text that will be shown. */
  redact(text: string): string {
    // A real session has 32 characters; replacing a shorter stand-in would only garble ordinary words.
    return this.#id.length < minRedactedLength ? text : text.replaceAll(this.#id, redactedSession);
  }

  toJSON(): string {
    return redactedSession;
  }
}
