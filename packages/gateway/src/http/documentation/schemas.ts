// Tidies the schemas that zod's conversion gives: flat unions, one name per shape, nothing that is not used.

import { componentOf, referTo, visitSchemas } from "./document.ts";
import type { ApiDocument, JsonSchema } from "./document.ts";

const inputSuffix = "Input";

/** Tidies the schemas of a document in place. */
export function tidySchemas(document: ApiDocument): void {
  removeUnused(document);
  visitSchemas(document, (schema) => flattenUnions(schema));
  renameInputs(document);
  removeUnused(document);
}

/** Makes a union of unions one union, and a union of one schema that schema. */
function flattenUnions(schema: JsonSchema): void {
  const union = schema.anyOf ?? schema.oneOf;
  if (union === undefined) return;
  delete schema.oneOf;
  const members = union.flatMap(listMembers);
  if (members.length > 1) schema.anyOf = members;
  else {
    delete schema.anyOf;
    Object.assign(schema, members[0]);
  }
}

function listMembers(schema: JsonSchema): JsonSchema[] {
  const union = schema.anyOf ?? schema.oneOf;
  return union === undefined ? [schema] : union.flatMap(listMembers);
}

/** Takes the suffix of request schemas away where no answer has the same name with another shape. */
function renameInputs({ components, ...document }: ApiDocument): void {
  const { schemas } = components;
  const names = new Map<string, string>();
  const shapeOf = (name: string) => JSON.stringify(schemas[name]).replaceAll(/Input(?="\}|")/g, "");
  for (const name of Object.keys(schemas)) {
    if (!name.endsWith(inputSuffix)) continue;
    const plain = name.slice(0, -inputSuffix.length);
    if (schemas[plain] === undefined || shapeOf(plain) === shapeOf(name)) names.set(name, plain);
  }
  for (const [name, plain] of names) {
    schemas[plain] ??= schemas[name] ?? {};
    delete schemas[name];
  }
  visitSchemas({ document, schemas }, (schema) => {
    const renamed = names.get(componentOf(schema) ?? "");
    if (renamed !== undefined) Object.assign(schema, referTo(renamed));
  });
}

function removeUnused({ paths, components: { schemas } }: ApiDocument): void {
  const used = new Set<string>();
  const use = (value: unknown): void =>
    visitSchemas(value, (schema) => {
      const name = componentOf(schema);
      if (name === undefined || used.has(name)) return;
      used.add(name);
      use(schemas[name]);
    });
  use(paths);
  for (const name of Object.keys(schemas)) if (!used.has(name)) delete schemas[name];
}
