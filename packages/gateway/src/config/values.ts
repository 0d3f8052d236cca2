// The kinds of values that settings have: numbers, flags, choices, lists, URLs.

import ipaddr from "ipaddr.js";
import * as z from "zod";

/** Makes a whole number within bounds. */
export function whole(minimum: number, maximum: number, standard: number) {
  return bounded(minimum, maximum).default(standard);
}

/** Makes a whole number within bounds that may be left out. */
export function optionalWhole(minimum: number, maximum: number) {
  return bounded(minimum, maximum).optional();
}

function bounded(minimum: number, maximum: number) {
  const error = `must be a whole number from ${minimum} to ${maximum}`;
  return z.coerce.number({ error }).int({ error }).min(minimum, { error }).max(maximum, { error });
}

const flagWords: Record<string, boolean> = {
  true: true,
  "1": true,
  yes: true,
  on: true,
  false: false,
  "0": false,
  no: false,
  off: false,
};

/** True or false, in the words that people use; false by default. */
export const flag = z
  .string()
  .toLowerCase()
  .refine((text) => text in flagWords, { error: "must be true or false" })
  .transform((text) => flagWords[text] === true)
  .default(false);

/** Makes one of a few words. */
export function choice<const Choices extends readonly [string, ...string[]]>(
  choices: Choices,
  standard: Choices[number],
) {
  return z.enum(choices, { error: `must be one of ${choices.join(", ")}` }).default(standard);
}

/** Makes a comma-separated list; empty by default. */
export function list(accepts: (item: string) => boolean, error: string) {
  return z
    .string()
    .default("")
    .transform((text) =>
      text
        .split(",")
        .map((item) => item.trim().toLowerCase().replace(/\/+$/, ""))
        .filter((item) => item !== ""),
    )
    .refine((items) => items.every(accepts), { error });
}

/** Any text; null by default. */
export const text = z.string().nullable().default(null);

/** Makes a text with a default. */
export function textOr(standard: string) {
  return z.string().default(standard);
}

/** An http or https URL without a final slash; null by default. */
export const url = z
  .url({ protocol: /^https?$/, error: "must be an http or https URL" })
  .transform((value) => value.replace(/\/+$/, ""))
  .nullable()
  .default(null);

const minSecretLength = 16;

/** A host name or an IP address; 127.0.0.1 by default. */
export const hostName = z
  .string()
  .regex(/^[^\s/]+$/, { error: "must be a host name or an IP address" })
  .default("127.0.0.1");

/** A text that is long enough for a secret; null by default. */
export const secret = z
  .string()
  .min(minSecretLength, { error: `must have at least ${minSecretLength} characters` })
  .nullable()
  .default(null);

/** Visible ASCII text; null by default. */
export const visibleText = z
  .string()
  .regex(/^[\x20-\x7e]+$/, { error: "must be visible ASCII text" })
  .nullable()
  .default(null);

/** Host names without ports. */
export const hostNames = list(
  (item) => /^[^\s/:]+$|^\[[0-9a-f:.]+\]$/.test(item),
  "must be host names without ports, comma separated",
);

/** Origins of pages. */
export const origins = list(
  (item) => /^[a-z][a-z0-9+.-]*:\/\/[^/\s*]+$/.test(item),
  "must be origins such as https://app.example.com, comma separated, without *",
);

/** Addresses, or networks with the number of their fixed bits. */
export const networks = list(
  (item) => ipaddr.isValid(item) || ipaddr.isValidCIDR(item),
  "must be addresses or networks such as 10.0.0.0/8, comma separated",
);
