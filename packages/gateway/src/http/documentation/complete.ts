// Completes what the routes' schemas tell about themselves: names, explanations, forms, failures, examples.

import type { GatewayErrorCode } from "../../api/errors.ts";
import type { Scope } from "../../keys/caller.ts";
import { componentOf, visitSchemas } from "./document.ts";
import type { ApiDocument, Content, JsonSchema, Operation, Parameter } from "./document.ts";
import { ExampleMaker } from "./examples.ts";
import { codesOf, failureExamples, toFailedAnswers } from "./failures.ts";
import { fieldTexts, parameterTexts } from "./fields.ts";
import type { OperationText, OperationTexts } from "./operation-text.ts";
import { tagTexts } from "./tags.ts";

const binary: JsonSchema = { type: "string", format: "binary" };
const errorStatus = /^[45]/;
const catchAll: Readonly<Record<string, string>> = {
  "4XX": "Any other refusal, in the same shape.",
  "5XX": "Any other failure, in the same shape.",
};

/** What the completion knows beside the document. */
export interface Completion {
  texts: OperationTexts;
  /** Returns the scope that a route needs. */
  scopeOf(method: string, path: string): Scope;
}

/** Completes a document in place. */
export function completeDocument(document: ApiDocument, { texts, scopeOf }: Completion): void {
  const { components } = document;
  const maker = new ExampleMaker(components.schemas);
  const codes = new Set<GatewayErrorCode>();
  explainFields(components.schemas);
  for (const [path, methods] of Object.entries(document.paths)) {
    for (const [method, operation] of Object.entries(methods)) {
      const scope = scopeOf(method, path);
      const text = texts[`${method.toUpperCase()} ${path}`];
      name(operation, text, { method, path, scope });
      explainParameters(operation, path);
      completeBody(operation, text, { maker, schemas: components.schemas });
      const failures = codesOf(path, operation, scope, text ?? {});
      for (const code of failures) codes.add(code);
      completeAnswers(operation, text, { maker, failures });
    }
  }
  components.examples = failureExamples([...codes]);
  components.headers = headers;
  components.parameters = headerParameters;
  const tags = new Set(
    Object.values(document.paths).flatMap((methods) =>
      Object.values(methods).flatMap(({ tags: own = [] }) => own),
    ),
  );
  document.tags = [...tags].map((tag) => ({ name: tag, description: tagTexts[tag] ?? tag }));
}

const headers = {
  RequestId: {
    description: "The id of the request, as the gateway's log has it.",
    schema: { type: "string" },
  },
  Job: { description: "The jobs behind the answer.", schema: { type: "string" } },
} as const;

const headerParameters: Record<string, Parameter> = {
  IdempotencyKey: {
    name: "Idempotency-Key",
    in: "header",
    description: "The same key with the same request is answered with the first one's jobs.",
    schema: { type: "string", minLength: 1 },
    example: "order-4711",
  },
  Prefer: {
    name: "Prefer",
    in: "header",
    description:
      "respond-async answers 202 at once, wait=N after N seconds; heartbeat sends blanks.",
    schema: { type: "string" },
    example: "respond-async",
  },
};

function name(
  operation: Operation,
  text: OperationText | undefined,
  { method, path, scope }: { method: string; path: string; scope: Scope },
): void {
  const words = path.replaceAll(/[{}]/g, "").split(/\W+/).filter(Boolean);
  operation.operationId = text?.id ?? [method, ...words].join("_");
  const needs = scope === "public" ? "Needs no credential." : `Needs the scope \`${scope}\`.`;
  operation.description = `${text?.description ?? operation.summary ?? ""} ${needs}`.trim();
  if (scope === "public") operation.security = [];
  if (text?.failures?.includes("making") !== true) return;
  (operation.parameters ??= []).push(
    { $ref: "#/components/parameters/IdempotencyKey" },
    { $ref: "#/components/parameters/Prefer" },
  );
}

function explainParameters({ parameters = [] }: Operation, path: string): void {
  for (const parameter of parameters) {
    if ("$ref" in parameter) continue;
    const text = parameterTexts[`${path} ${parameter.name}`] ?? parameterTexts[parameter.name];
    parameter.description ??= text?.description ?? `The ${parameter.name.replaceAll("_", " ")}.`;
    const { schema = {} } = parameter;
    parameter.example = text?.example ?? schema.default ?? schema.enum?.[0] ?? exampleOf(schema);
  }
}

function exampleOf(schema: JsonSchema): unknown {
  return new ExampleMaker({}).of(schema);
}

function explainFields(schemas: Record<string, JsonSchema>): void {
  for (const [component, schema] of Object.entries(schemas)) {
    visitSchemas(schema, ({ properties = {} }) => {
      for (const [field, inner] of Object.entries(properties)) {
        const text = fieldTexts[`${component}.${field}`] ?? fieldTexts[field];
        if (text?.description !== undefined) inner.description ??= text.description;
      }
    });
  }
}

interface Tools {
  maker: ExampleMaker;
  schemas: Record<string, JsonSchema>;
}

function completeBody(
  operation: Operation,
  text: OperationText | undefined,
  { maker, schemas }: Tools,
): void {
  const { requestBody } = operation;
  const json = requestBody?.content["application/json"];
  if (requestBody !== undefined && json?.schema !== undefined) {
    const bodies = text?.bodies ?? { smallest: maker.of(json.schema, true) };
    json.examples = Object.fromEntries(
      Object.entries(bodies).map(([title, value]) => [title, { value }]),
    );
    requestBody.required = !acceptsNothing(json.schema, schemas);
  }
  if (text?.formFiles === undefined && text?.rawTypes === undefined) return;
  operation.requestBody ??= { required: true, content: {} };
  const { content } = operation.requestBody;
  if (text.formFiles !== undefined)
    content["multipart/form-data"] = { schema: toForm(text.formFiles, json?.schema, schemas) };
  for (const type of text.rawTypes ?? []) content[type] = { schema: binary };
}

function acceptsNothing(schema: JsonSchema, schemas: Record<string, JsonSchema>): boolean {
  const component = componentOf(schema);
  const { anyOf = [] } = (component === undefined ? schema : schemas[component]) ?? {};
  return anyOf.some(({ type }) => type === "null");
}

/** Returns the form of a body: the same fields, with files in some of them. */
function toForm(
  files: readonly string[],
  schema: JsonSchema = {},
  schemas: Record<string, JsonSchema> = {},
): JsonSchema {
  const { properties = {}, required = [] } = schemas[componentOf(schema) ?? ""] ?? schema;
  const fileFields = files.map((field) => [field, { type: "array", items: binary }] as const);
  return {
    type: "object",
    properties: { ...properties, ...Object.fromEntries(fileFields) },
    required,
  };
}

function completeAnswers(
  operation: Operation,
  text: OperationText | undefined,
  { maker, failures }: { maker: ExampleMaker; failures: readonly GatewayErrorCode[] },
): void {
  const { responses } = operation;
  for (const [status, types] of Object.entries(text?.contentTypes ?? {})) {
    const answer = (responses[status] ??= { description: "" });
    const content = (answer.content ??= {});
    for (const type of types) content[type] = { schema: contentSchema(type) };
  }
  for (const [status, answer] of Object.entries(responses)) {
    if (errorStatus.test(status)) answer.description = catchAll[status] ?? answer.description;
    else {
      answer.description = successTexts[status] ?? "The answer.";
      answer.headers = { "x-request-id": { $ref: "#/components/headers/RequestId" } };
      if (text?.failures?.includes("making") === true)
        answer.headers["x-jimeng-job"] = { $ref: "#/components/headers/Job" };
      giveExamples(answer.content, maker);
    }
  }
  for (const [status, answer] of Object.entries(toFailedAnswers(failures)))
    responses[status] ??= answer;
}

const successTexts: Readonly<Record<string, string>> = {
  200: "The answer.",
  202: "It was accepted; the job tells how it goes.",
  206: "The part of the file that Range asks for.",
  304: "The caller has the newest one.",
};

function contentSchema(type: string): JsonSchema {
  if (type === "application/json") return { type: "object" };
  return type.startsWith("text/") || type.endsWith("jsonl") ? { type: "string" } : binary;
}

function giveExamples(content: Content | undefined, maker: ExampleMaker): void {
  const json = content?.["application/json"];
  if (json?.schema !== undefined) json.examples = { typical: { value: maker.of(json.schema) } };
}
