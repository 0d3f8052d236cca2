// Brings the body of a generation into our own fields before it is validated: names of other clients, many ways to
// write a value, and fields that would be paid for wrongly if they were left out.

import type { ModelKind } from "@jimeng/sdk";

import { invalid } from "./body-fields.ts";
import { isCallbackName, meaningOfAlias, speaksOfMaterial, toSnakeCase } from "./field-aliases.ts";
import type { FieldMeaning } from "./field-aliases.ts";
import { readNumber, readResolution, readSeconds, readSize } from "./lenient-values.ts";

type Body = Record<string, unknown>;

/** The fields of one route's body. */
export interface BodyFields {
  kind: ModelKind;
  /** The names that the route reads. */
  known: ReadonlySet<string>;
  /** The names that are known to have no effect. */
  ignored: ReadonlySet<string>;
  /** What the route calls each meaning; a missing one cannot be asked for. */
  names: Readonly<Partial<Record<FieldMeaning, string>>>;
  /** What to do about a field that speaks of material and is not known; default by the kind. */
  materialFix?: string;
}

// The caller's own; only names of the table of aliases count in it, for relays put them there.
const ownField = "metadata";
// What the OpenAI libraries merge into the body; sent as it is, it is merged here.
const mergedField = "extra_body";
const listMeanings: ReadonlySet<FieldMeaning> = new Set(["image", "references"]);

/**
 * Returns the body in the route's own fields. Throws `invalid_request` for a field that is not known and holds or speaks
 * of material, and for two fields that say different things.
 */
export function normalizeBody(body: unknown, fields: BodyFields): unknown {
  if (!isRecord(body)) return body;
  const collected: Body = {};
  for (const [name, value] of givenFields(body)) addField(collected, name, value, fields);
  readValues(collected, fields);
  return collected;
}

/** Returns the name of the field that a form's file came in, in the route's own fields. */
export function normalizeFileField(name: string, fields: BodyFields): string {
  return canonicalName(name, fields) ?? name;
}

function* givenFields(body: Body): Generator<[string, unknown]> {
  const merged = body[mergedField];
  const own = body[ownField];
  const names = new Set(Object.keys(body));
  for (const [name, value] of Object.entries(body)) {
    if (name !== mergedField || !isRecord(merged)) yield [name, value];
  }
  for (const [name, value] of Object.entries(isRecord(merged) ? merged : {})) {
    if (!names.has(name)) yield [name, value];
  }
  for (const [name, value] of Object.entries(isRecord(own) ? own : {})) {
    if (
      meaningOfAlias("image", name) !== undefined ||
      meaningOfAlias("video", name) !== undefined
    ) {
      yield [name, value];
    }
  }
}

function addField(collected: Body, name: string, value: unknown, fields: BodyFields): void {
  const canonical = canonicalName(name, fields);
  if (canonical === undefined) {
    if (isGiven(value) && value !== false) refuseMeaningful(name, value, fields);
    collected[name] = value;
    return;
  }
  // A form sends its unset fields as empty texts; an empty prompt is named as such by the schema.
  if (!isGiven(value) && canonical !== fields.names.prompt) return;
  if (value === false && speaksOfMaterial(canonical)) return;
  const known = collected[canonical];
  if (known === undefined) {
    collected[canonical] = value;
    return;
  }
  const isList = [...listMeanings].some((meaning) => fields.names[meaning] === canonical);
  if (isList) collected[canonical] = [known, value].flat();
  else if (JSON.stringify(known) !== JSON.stringify(value)) throw differ(canonical, name);
}

function canonicalName(
  name: string,
  { kind, known, ignored, names }: BodyFields,
): string | undefined {
  if (known.has(name)) return name;
  const snake = toSnakeCase(name);
  if (known.has(snake) && !ignored.has(name)) return snake;
  // Routes that take pixels apart read them out of "size", and those that take them together out of both.
  if (snake === "size" || snake === names.width || snake === names.height) return snake;
  const meaning = meaningOfAlias(kind, name);
  if (meaning === "size") return names.size ?? "size";
  return meaning === undefined ? undefined : names[meaning];
}

function isGiven(value: unknown): boolean {
  if (value === null || value === undefined) return false;
  if (typeof value === "string") return value.trim() !== "";
  return !Array.isArray(value) || value.some(isGiven);
}

const materialFixes: Readonly<Record<ModelKind, string>> = {
  image: 'Give pictures in "image": URLs, data URLs, file ids or files of a form.',
  video:
    'Give the first picture in "first_frame", the last one in "last_frame", other material in "references".',
};

/** Throws for a field whose loss nobody would have accepted; what it leaves gets a warning later. */
function refuseMeaningful(name: string, value: unknown, fields: BodyFields): void {
  const { kind, ignored } = fields;
  if (name === ownField || ignored.has(name)) return;
  if (isCallbackName(name)) {
    throw invalid(
      name,
      `"${shown(name)}" is not offered here.`,
      "Ask for the job by its id, or follow its events.",
    );
  }
  const path = speaksOfMaterial(name) ? name : pathOfMaterial(name, value);
  if (path === undefined) return;
  const fix = fields.materialFix ?? materialFixes[kind];
  throw invalid(path, `"${shown(path)}" is not known here, and nothing was started.`, fix);
}

/** Returns the path of the first value that holds a URL, a data URL, an id of a file, or the bytes of one. */
function pathOfMaterial(path: string, value: unknown): string | undefined {
  if (typeof value === "string") return isMaterial(value) ? path : undefined;
  if (typeof value !== "object" || value === null) return undefined;
  for (const [key, inner] of Object.entries(value)) {
    const below = Array.isArray(value) ? `${path}[${key}]` : `${path}.${key}`;
    if (isGiven(inner) && inner !== false && !Array.isArray(value) && speaksOfMaterial(key))
      return below;
    const found = pathOfMaterial(below, inner);
    if (found !== undefined) return found;
  }
  return undefined;
}

const reference =
  /^\s*(https?:\/\/|data:[\w.+-]*\/?[\w.+-]*[;,]|file:\/\/|(file|asset)_[\w-]{6,}\s*$|jimeng-received:)/i;
const encodedBytes = /^[A-Za-z0-9+/_-]{256,}={0,2}\s*$/;

function isMaterial(text: string): boolean {
  return reference.test(text) || encodedBytes.test(text);
}

const maxShownName = 80;

function shown(name: string): string {
  return name.length > maxShownName ? `${name.slice(0, maxShownName)}…` : name;
}

function differ(canonical: string, name: string) {
  return invalid(
    canonical,
    `"${canonical}" and "${shown(name)}" say different things.`,
    "Give only one of the two.",
  );
}

/** Reads the values that clients write in many ways. */
function readValues(body: Body, fields: BodyFields): void {
  const { names } = fields;
  change(body, names.count, readNumber);
  change(body, names.seed, readNumber);
  change(body, names.duration, readSeconds);
  change(body, "duration", readSeconds);
  change(body, names.width, readNumber);
  change(body, names.height, readNumber);
  change(body, names.resolution, (value) => readResolution(value) ?? value);
  // Minus one means random in most image programs.
  if (names.seed !== undefined && body[names.seed] === -1) delete body[names.seed];
  readRatio(body, fields);
  readSizeField(body, fields);
}

function change(body: Body, name: string | undefined, read: (value: unknown) => unknown): void {
  if (name !== undefined && body[name] !== undefined) body[name] = read(body[name]);
}

function readRatio(body: Body, { names }: BodyFields): void {
  const name = names.ratio;
  if (name === undefined || body[name] === undefined) return;
  const size = readSize(body[name]);
  if (size?.kind === "open") delete body[name];
  if (size?.kind === "ratio") body[name] = size.ratio;
  if (size?.kind === "pixels") {
    throw invalid(
      name,
      `"${name}" holds pixels.`,
      `Give pixels in "${names.size ?? "width and height"}", or a ratio such as 16:9.`,
    );
  }
}

/** Puts what `size` says into the fields that the route has for it: pixels, ratio or resolution. */
function readSizeField(body: Body, { names }: BodyFields): void {
  const sizeName = names.size ?? "size";
  const given = body[sizeName] ?? pixelsOf(body, names);
  if (given === undefined) return;
  const size = readSize(given);
  if (size === undefined) {
    throw invalid(
      sizeName,
      `"${sizeName}" cannot be read.`,
      'Give pixels such as "2048x2048", a ratio such as "16:9", a resolution such as "2k", or "auto".',
    );
  }
  if (names.size === undefined) delete body[sizeName];
  else deletePixels(body, names);
  switch (size.kind) {
    case "open":
      delete body[sizeName];
      break;
    case "ratio":
      delete body[sizeName];
      put(body, names.ratio, size.ratio, sizeName);
      break;
    case "resolution":
      delete body[sizeName];
      put(body, names.resolution, size.resolution, sizeName);
      break;
    case "pixels":
      if (names.size !== undefined) body[names.size] = `${size.width}x${size.height}`;
      else {
        put(body, names.width, size.width, sizeName);
        put(body, names.height, size.height, sizeName);
      }
  }
}

/** Returns `width` and `height` of a route that takes a size in one field. */
function pixelsOf(body: Body, names: BodyFields["names"]): unknown {
  if (names.size === undefined) return undefined;
  const [width, height] = [readNumber(body["width"]), readNumber(body["height"])];
  if (width === undefined && height === undefined) return undefined;
  if (width === undefined || height === undefined) {
    throw invalid(
      width === undefined ? "width" : "height",
      "Width and height go together.",
      `Give both, or "${names.size}".`,
    );
  }
  return { width, height };
}

function deletePixels(body: Body, names: BodyFields["names"]): void {
  const size = readSize(body[names.size ?? ""]);
  const pixels = readSize({ width: readNumber(body["width"]), height: readNumber(body["height"]) });
  if (
    size !== undefined &&
    pixels !== undefined &&
    JSON.stringify(size) !== JSON.stringify(pixels)
  ) {
    throw differ(names.size ?? "size", "width");
  }
  delete body["width"];
  delete body["height"];
}

function put(body: Body, name: string | undefined, value: unknown, from: string): void {
  if (name === undefined) throw invalid(from, `"${from}" cannot say that here.`, "Leave it out.");
  if (body[name] !== undefined && body[name] !== value) throw differ(name, from);
  body[name] = value;
}

function isRecord(value: unknown): value is Body {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
