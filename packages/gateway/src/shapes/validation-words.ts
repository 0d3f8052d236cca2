// Says in plain words what a value of a request should be, instead of the validator's own text.

import { JimengError } from "@jimeng/sdk";
import type * as z from "zod";

/** The part of a zod issue, as fastify-type-provider-zod passes it on, that is shown. */
export interface ValidationIssue {
  /** Zod's code of the issue. */
  keyword?: unknown;
  message?: unknown;
  instancePath?: unknown;
  params?: unknown;
}

interface Facts {
  origin?: unknown;
  minimum?: unknown;
  maximum?: unknown;
  inclusive?: unknown;
  values?: unknown;
  format?: unknown;
  keys?: unknown;
}

const typeNames: Record<string, string | undefined> = {
  string: "text",
  number: "a number",
  int: "a whole number",
  boolean: "true or false",
  array: "a list",
  object: "an object",
  record: "an object",
  null: "null",
  nan: "not a number",
};
const receivedNames: Record<string, string | undefined> = { ...typeNames, boolean: "a boolean" };

// A text of our own schemas begins with a verb or small letters; these are zod's.
const rawMessage = /^(Invalid|Too (big|small)|Unrecognized|Required)/;

/** Returns what is wrong with a value, as the end of a sentence that begins with its name: `must be text, not a number`. */
export function describeIssue(issue: ValidationIssue | undefined): string {
  const message = typeof issue?.message === "string" ? issue.message : "";
  if (message === "") return "is not valid";
  if (!rawMessage.test(message)) return message;
  const facts: Facts = typeof issue?.params === "object" ? (issue.params ?? {}) : {};
  switch (issue?.keyword) {
    case "invalid_type":
      return describeType(message);
    case "invalid_value":
      return Array.isArray(facts.values)
        ? `must be ${facts.values.length === 1 ? "" : "one of "}${facts.values.join(", ")}`
        : fallback;
    case "too_small":
      return describeBound("at least", "more than", facts.minimum, facts);
    case "too_big":
      return describeBound("at most", "less than", facts.maximum, facts);
    default:
      return fallback;
  }
}

// A name that strangers chose is repeated no further than this.
const maxShownName = 60;

const fallback = "has a value that this route does not take; GET /openapi.json describes it";

/** Zod names the type that came only in its text. */
function describeType(message: string): string {
  const [, expected = "", received = ""] = /expected (\w+), received (\w+)/.exec(message) ?? [];
  if (received === "undefined") return "is missing";
  const wanted = typeNames[expected];
  if (wanted === undefined) return fallback;
  // Zod calls 1.5 a number where a whole one is wanted; the wanted type says enough.
  const came = expected === "int" && received === "number" ? undefined : receivedNames[received];
  return came === undefined ? `must be ${wanted}` : `must be ${wanted}, not ${came}`;
}

function describeBound(
  inclusiveWords: string,
  exclusiveWords: string,
  bound: unknown,
  { origin, inclusive }: Facts,
): string {
  const words = `${inclusive === false ? exclusiveWords : inclusiveWords} ${String(bound)}`;
  if (origin === "string") return `must have ${words} characters`;
  if (origin === "array") return `must have ${words} items`;
  return `must be ${words}`;
}

/** Returns the first name of an object that its schema does not have; undefined for another issue. */
function unknownField(issue: ValidationIssue | undefined): string | undefined {
  if (issue?.keyword !== "unrecognized_keys") return undefined;
  const { keys }: Facts = typeof issue.params === "object" ? (issue.params ?? {}) : {};
  const first: unknown = Array.isArray(keys) ? keys[0] : undefined;
  return typeof first === "string" ? first.slice(0, maxShownName) : undefined;
}

/** Builds the error of a value that a schema refused; `context` names what was read where no place in it is known. */
export function toValidationError(issues: readonly unknown[], context: unknown): JimengError {
  const first = issues[0] as ValidationIssue | undefined;
  const path = typeof first?.instancePath === "string" ? first.instancePath : "";
  const place = path.split("/").filter(Boolean);
  const unknown = unknownField(first);
  if (unknown !== undefined) {
    const param = [...place, unknown].join(".");
    return new JimengError("invalid_request", `${param} is no field that this route knows.`, {
      param,
      fix: `Leave ${param} out, or correct its name as GET /openapi.json has it; nothing was started.`,
    });
  }
  const param = place.join(".") || (typeof context === "string" ? context : "body");
  const problem = describeIssue(first);
  const message = /^(must|is|has) /.test(problem)
    ? `${param} ${problem}.`
    : `${param}: ${problem}.`;
  return new JimengError("invalid_request", message, {
    param,
    fix: `Correct ${param} and send the request again; nothing was started.`,
  });
}

/** Returns the value as a schema reads it. Throws `invalid_request` in the words of a route that refuses its body. */
export function parseWith<Schema extends z.ZodType>(
  schema: Schema,
  value: unknown,
): z.output<Schema> {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const issues = parsed.error.issues.map(({ code, path, message, ...params }) => ({
    keyword: code,
    instancePath: `/${path.join("/")}`,
    message,
    params,
  }));
  throw toValidationError(issues, "body");
}
