// Reading accounts and gateway keys from the text of a setting.

import { JimengError, parseSession } from "@jimeng/sdk";
import type { Region } from "@jimeng/sdk";

import { isCookieText, readPastedSession, withoutGuardDates } from "./pasted-session.ts";

/** One of the owner's accounts, as configured. */
export interface SessionSetting {
  /** Null when it was not named. */
  name: string | null;
  region: Region;
  /** The upstream credential: a password. */
  session: string;
  /** When it ends, in Unix milliseconds; absent where what was pasted does not say so. */
  endsAt?: number;
}

/** One key that callers may present. */
export interface ApiKeySetting {
  name: string | null;
  key: string;
}

const namePattern = /^[\p{L}\p{N}][\p{L}\p{N}._-]{0,63}$/u;
const keyPattern = /^[\x21-\x7e]+$/;

/**
 * Reads `[name=][us-|hk-|jp-|sg-]session` entries, separated by commas or lines, `#` begins a comment. A session is
 * its id, the value of `sid_guard`, or `sessionid=…; sid_guard=…`.
 */
export function parseSessions(setting: string, text: string): SessionSetting[] {
  const entries = splitEntries(withoutGuardDates(text)).map((entry, index) => {
    const { name, value } = splitSessionName(setting, entry, index);
    const { text: session, ...end } = readPastedSession(value);
    try {
      return { name, ...parseSession(session), ...end };
    } catch (error) {
      if (!JimengError.isInstance(error)) throw error;
      throw refuse(
        setting,
        index,
        "is not a session: copy the sessionid cookie of the signed-in site",
      );
    }
  });
  refuseDoubles(setting, entries);
  return entries;
}

/** Reads `[name=]key` entries, separated by commas or lines. */
export function parseApiKeys(setting: string, text: string): ApiKeySetting[] {
  const entries = splitEntries(text).map((entry, index) => {
    const { name, value } = splitName(setting, entry, index);
    if (!keyPattern.test(value)) {
      throw refuse(setting, index, "is not a key: use visible ASCII characters without spaces");
    }
    return { name, key: value };
  });
  refuseDoubles(setting, entries);
  return entries;
}

function splitEntries(text: string): string[] {
  return text
    .split(/\r?\n/)
    .map((line) => line.replace(/(^|\s)#.*$/, ""))
    .flatMap((line) => line.split(","))
    .map((entry) => entry.trim())
    .filter((entry) => entry !== "");
}

function splitSessionName(
  setting: string,
  entry: string,
  index: number,
): { name: string | null; value: string } {
  // One pair is a name and a session, also where the name is a cookie's: accounts were called so before.
  const isCookies = isCookieText(entry) && (entry.includes(";") || /^sid_guard=/i.test(entry));
  return isCookies ? { name: null, value: entry } : splitName(setting, entry, index);
}

function splitName(
  setting: string,
  entry: string,
  index: number,
): { name: string | null; value: string } {
  const equals = entry.indexOf("=");
  // A credential may itself end in the padding of base64: then nothing but = follows the first =.
  if (equals === -1 || /^=*$/.test(entry.slice(equals + 1))) return { name: null, value: entry };
  const name = entry.slice(0, equals).trim();
  if (!namePattern.test(name)) {
    throw refuse(
      setting,
      index,
      "has a bad name: use letters, digits, dot, dash and underscore before =",
    );
  }
  return { name, value: entry.slice(equals + 1).trim() };
}

function refuseDoubles(setting: string, entries: { name: string | null }[]): void {
  const seen = new Set<string>();
  for (const { name } of entries) {
    if (name === null) continue;
    if (seen.has(name)) {
      throw new JimengError(
        "invalid_request",
        `${setting} uses the name ${name} twice: give each its own.`,
        {
          param: setting,
        },
      );
    }
    seen.add(name);
  }
}

function refuse(setting: string, index: number, problem: string): JimengError {
  return new JimengError("invalid_request", `${setting}: entry ${index + 1} ${problem}.`, {
    param: setting,
  });
}
