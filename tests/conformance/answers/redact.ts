// Redaction of recorded answers: every text and every large number becomes a stable placeholder, except words of closed
// lists (codes, keys of models, price tags, resolutions).
import { isFieldName } from "./shapes.ts";

/** Turns the answers of one run into answers without personal facts. */
export interface Redactor {
  /** Remembers what an answer holds that must not survive anywhere, so that a later `redact` knows it. */
  collect(value: unknown, isPersonal: boolean): void;
  /** Returns a copy with placeholders; the same original has the same placeholder in every answer. */
  redact(value: unknown, isPersonal: boolean): unknown;
  /** Tells whether a text holds one of the secrets. */
  holdsSecret(text: string): boolean;
}

// Fields whose words come from the site's own code, not from people.
const personalWords = new Set([
  "ret",
  "errmsg",
  "benefit_type",
  "model_req_key",
  "vip_level",
  "resolution",
  "resolution_type",
  "fail_code",
  "format",
]);
const listWords = new Set([
  ...personalWords,
  "model_name",
  "key",
  "string_value",
  "default_resolution_type",
  "default_model_req_key",
  "ability_name",
  "feats",
  "duration_mode",
  "video_aspect_ratio_mode",
]);

const wordPattern = /^[A-Za-z\d][\w.:-]{0,79}$/;
const sentencePattern = /^[a-z][a-z ]{0,39}$/;
const namePattern = /^[\p{L}\d][\p{L}\d .()-]{0,39}$/u;
const codeFields = /^(model_req_key|default_model_req_key|benefit_type)$/;
const idFields = /(^|_)(id|uid|ids|no)(_str)?$/i;
const longDigits = /\d{5}/;

/** Numbers from here on are ids or times; in the lists of models also limits, which are smaller than ids. */
const largestPersonalNumber = 1_000_000;
const largestListNumber = 10_000_000_000;
const firstPlaceholderNumber = 9_000_000_000_000_000;
/** Shorter texts are no names that could be told from other words. */
const minCollectedLength = 4;

/**
 * Makes a redactor; `secrets` must not survive either, whatever the answers hold. `knownFields` are names that stay even
 * where a name or a prompt is the same word.
 */
export function createRedactor(
  secrets: readonly string[],
  knownFields: ReadonlySet<string> = new Set(),
): Redactor {
  const numbers = new Map<string, number>();
  const collected = new Set(secrets);

  function numberOf(original: string): number {
    const known = numbers.get(original);
    if (known !== undefined) return known;
    numbers.set(original, numbers.size + 1);
    return numbers.size;
  }

  function redactText(text: string, field: string, isPersonal: boolean): string {
    if (text === "" || isHarmless(text, field, isPersonal)) return text;
    return placeholderOf(text, numberOf(text));
  }

  const reveals = (word: string): boolean => [...collected].some((each) => word.includes(each));

  function isHarmless(text: string, field: string, isPersonal: boolean): boolean {
    return isKnownWord(text, field, isPersonal) && !reveals(text);
  }

  function redactAt(value: unknown, field: string, isPersonal: boolean): unknown {
    if (typeof value === "string") return redactText(value, field, isPersonal);
    if (typeof value === "number") {
      return isHarmlessNumber(value, field, isPersonal) && !reveals(String(value))
        ? value
        : firstPlaceholderNumber + numberOf(String(value));
    }
    if (Array.isArray(value)) return value.map((entry) => redactAt(entry, field, isPersonal));
    if (typeof value !== "object" || value === null) return value;
    return Object.fromEntries(
      Object.entries(value).map(([key, entry]) => [
        knownFields.has(key) || (isHarmlessKey(key) && !reveals(key))
          ? key
          : placeholderOf(key, numberOf(key)),
        redactAt(entry, key, isPersonal),
      ]),
    );
  }

  function collectAt(value: unknown, field: string, isPersonal: boolean): void {
    if (typeof value === "string") {
      if (value.length >= minCollectedLength && !isKnownWord(value, field, isPersonal)) {
        collected.add(value);
      }
    } else if (typeof value === "number") {
      if (!isHarmlessNumber(value, field, isPersonal) && String(value).length > 5) {
        collected.add(String(value));
      }
    } else if (Array.isArray(value)) {
      for (const entry of value) collectAt(entry, field, isPersonal);
    } else if (typeof value === "object" && value !== null) {
      for (const [key, entry] of Object.entries(value)) {
        if (!isHarmlessKey(key)) collected.add(key);
        collectAt(entry, key, isPersonal);
      }
    }
  }

  return {
    // Words of the lists of models are the site's: what they hold may not hide a word of another answer.
    collect: (value, isPersonal) => {
      if (isPersonal) collectAt(value, "", true);
    },
    redact: (value, isPersonal) => redactAt(value, "", isPersonal),
    holdsSecret: (text) => secrets.some((secret) => text.includes(secret)),
  };
}

function isKnownWord(text: string, field: string, isPersonal: boolean): boolean {
  if (field === "message") return text === "success" || text === "error";
  if (!(isPersonal ? personalWords : listWords).has(field)) return false;
  if (field === "errmsg") return sentencePattern.test(text);
  if (field === "model_name") return namePattern.test(text) && !longDigits.test(text);
  return wordPattern.test(text) && (codeFields.test(field) || !longDigits.test(text));
}

function isHarmlessNumber(value: number, field: string, isPersonal: boolean): boolean {
  if (value === 0) return true;
  if (idFields.test(field)) return false;
  return Math.abs(value) < (isPersonal ? largestPersonalNumber : largestListNumber);
}

/** Tells whether a key is a field's name, a resolution or a ratio. */
function isHarmlessKey(key: string): boolean {
  return isFieldName(key) || /^\d{1,4}(\.\d)?[kKpP]?$|^\d{1,2}:\d{1,2}$/.test(key);
}

function placeholderOf(original: string, number: number): string {
  if (/^https?:/i.test(original)) return `https://PLACEHOLDER/${number}`;
  if (/^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/i.test(original)) {
    return `00000000-0000-4000-8000-${String(number).padStart(12, "0")}`;
  }
  if (/^\d+$/.test(original)) return String(firstPlaceholderNumber + number);
  return `PLACEHOLDER-${number}`;
}
