// Finds every method of a client of the `openai` package, and calls one with arguments that stand for anything.
import type OpenAI from "openai";

/** One method of a client's resources. */
export interface ClientMethod {
  /** As a user writes it: `images.generate`. */
  name: string;
  /** Calls it, by itself with arguments that stand for anything; gives when it has done what it does. */
  call(words?: readonly unknown[]): Promise<void>;
}

type Resource = Record<string, unknown>;

/** Lists the methods of all resources of a client. */
export function listMethods(client: OpenAI): ClientMethod[] {
  const seen = new Set<unknown>();
  const methods: ClientMethod[] = [];
  const visit = (resource: Resource, path: string): void => {
    if (seen.has(resource)) return;
    seen.add(resource);
    const prototype = Object.getPrototypeOf(resource) as object;
    for (const name of Object.getOwnPropertyNames(prototype)) {
      const method = resource[name];
      if (name === "constructor" || name.startsWith("_") || typeof method !== "function") continue;
      methods.push({
        name: `${path}.${name}`,
        call: (words = [anything, anything, anything]) =>
          settle(() => Reflect.apply(method, resource, words)),
      });
    }
    for (const [name, inner] of Object.entries(resource))
      if (!name.startsWith("_") && isResource(inner)) visit(inner, `${path}.${name}`);
  };
  for (const [name, value] of Object.entries(client)) if (isResource(value)) visit(value, name);
  return methods;
}

function isResource(value: unknown): value is Resource {
  return typeof value === "object" && value !== null && "_client" in value;
}

/** Waits for whatever a method gave: a promise, a stream, a runner. */
async function settle(call: () => unknown): Promise<void> {
  try {
    const given = await call();
    if (typeof given !== "object" || given === null) return;
    if ("done" in given && typeof given.done === "function") await given.done();
    else if (Symbol.asyncIterator in given)
      for await (const _ of given as AsyncIterable<unknown>) return;
  } catch {
    // What counts is which request it sent, and how that was answered.
  }
}

/** Stands for an id, for a body with any field, and for options. */
const anything: unknown = new Proxy(() => undefined, {
  get(_target, name) {
    switch (name) {
      case Symbol.toPrimitive:
      case "toString":
        return () => "x";
      case "toJSON":
        return () => ({});
      case Symbol.iterator:
        return () => [][Symbol.iterator]();
      case "tools":
      case "messages":
        return [];
      default:
        return fieldsWithMeaning.has(name) ? undefined : "x";
    }
  },
  ownKeys: () => [],
  getOwnPropertyDescriptor: () => undefined,
});

/** What the package itself reads of options and promises. */
const fieldsWithMeaning: ReadonlySet<string | symbol> = new Set([
  "then",
  "signal",
  "headers",
  "query",
  "method",
  "path",
  "body",
  "maxRetries",
  "timeout",
  "stream",
  "idempotencyKey",
  "defaultBaseURL",
  "fetchOptions",
  "__binaryResponse",
  "__streamClass",
  "__security",
  "pollInterval",
  "response_format",
  "length",
]);
