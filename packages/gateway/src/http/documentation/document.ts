// The parts of an OpenAPI 3.1 document that are read and written here.

/** What a document says of the gateway. */
export interface ApiFacts {
  version: string;
  /** Where the gateway is reached; null for wherever the document came from. */
  publicUrl: string | null;
}

/** A JSON schema. */
export interface JsonSchema {
  $ref?: string;
  type?: string | readonly string[];
  const?: unknown;
  enum?: readonly unknown[];
  default?: unknown;
  format?: string;
  minimum?: number;
  minLength?: number;
  minItems?: number;
  contentMediaType?: string;
  description?: string;
  properties?: Record<string, JsonSchema>;
  required?: readonly string[];
  items?: JsonSchema;
  additionalProperties?: JsonSchema | boolean;
  anyOf?: JsonSchema[];
  oneOf?: JsonSchema[];
  allOf?: JsonSchema[];
}

/** One representation of a body. */
export interface MediaType {
  schema?: JsonSchema;
  examples?: Record<string, { value: unknown } | { $ref: string }>;
}

/** Representations by content type. */
export type Content = Record<string, MediaType>;

/** An answer of an operation. */
export interface Answer {
  description: string;
  headers?: Record<string, { $ref: string }>;
  content?: Content;
}

/** A parameter in a path, a query or a header. */
export interface Parameter {
  name: string;
  in: string;
  required?: boolean;
  description?: string;
  schema?: JsonSchema;
  example?: unknown;
}

/** One method of one path. */
export interface Operation {
  operationId?: string;
  summary?: string;
  description?: string;
  tags?: readonly string[];
  security?: readonly Record<string, readonly string[]>[];
  parameters?: (Parameter | { $ref: string })[];
  requestBody?: { required?: boolean; content: Content };
  responses: Record<string, Answer>;
}

/** The whole document. */
export interface ApiDocument {
  openapi: string;
  info: Record<string, unknown>;
  servers?: { url: string; description?: string }[];
  tags?: { name: string; description: string }[];
  paths: Record<string, Record<string, Operation>>;
  /** What the gateway sends. */
  webhooks?: Record<string, Record<string, Operation>>;
  components: {
    schemas: Record<string, JsonSchema>;
    parameters?: Record<string, Parameter>;
    headers?: Record<string, { description: string; schema: JsonSchema }>;
    examples?: Record<string, { summary: string; value: unknown }>;
    securitySchemes?: Record<string, unknown>;
  };
}

const schemaPrefix = "#/components/schemas/";

/** Returns the name of the component that a schema refers to; undefined for a schema of its own. */
export function componentOf({ $ref }: JsonSchema): string | undefined {
  return $ref?.startsWith(schemaPrefix) === true ? $ref.slice(schemaPrefix.length) : undefined;
}

/** Returns the reference to a component. */
export function referTo(component: string): JsonSchema {
  return { $ref: `${schemaPrefix}${component}` };
}

/** Calls back with every schema inside a value, the outer ones first. */
export function visitSchemas(value: unknown, visit: (schema: JsonSchema) => void): void {
  if (typeof value !== "object" || value === null) return;
  if (!Array.isArray(value)) visit(value);
  for (const inner of Object.values(value)) visitSchemas(inner, visit);
}
