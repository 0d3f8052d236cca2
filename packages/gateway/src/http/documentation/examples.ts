// Makes an example of a value from its schema.

import type { JobObject } from "../../api/jobs.ts";
import type { VideoObject } from "../../api/videos.ts";
import { componentOf } from "./document.ts";
import type { JsonSchema } from "./document.ts";
import { fieldTexts, samples } from "./fields.ts";

const { job, asset, base } = samples;

const jobExample: Partial<JobObject> = {
  kind: "image",
  tool: null,
  status: "completed",
  phase: null,
  waiting: null,
  queue: null,
  account: "main",
  request: { prompt: "a lighthouse at dusk", ratio: "1:1", resolution: "2k", count: 1 },
  cancel_requested: false,
  retry_of: null,
  upstream: {
    submit_id: "0198f3a2-7c11-7d20-9a3e-5f0c2b7d4e61",
    history_id: "34000000000001",
    logid: null,
  },
  urls: {
    self: `${base}/v1/jobs/${job}`,
    events: `${base}/v1/jobs/${job}/events`,
    cancel: `${base}/v1/jobs/${job}/cancel`,
  },
};

const videoUrl = `${base}/v1/assets/${asset}.mp4`;
const videoExample: Partial<VideoObject> = {
  model: "jimeng-video-3.0",
  status: "completed",
  prompt: "waves at dusk",
  size: "1280x720",
  remixed_from_video_id: null,
  url: videoUrl,
  metadata: { url: videoUrl },
};

/** Values that belong together, by component; the other fields get values of their own. */
const componentExamples: Readonly<Record<string, object>> = {
  Job: jobExample,
  Video: videoExample,
};

const maxDepth = 12;

/** Makes examples from the schemas of a document's components. */
export class ExampleMaker {
  readonly #schemas: Readonly<Record<string, JsonSchema>>;

  constructor(schemas: Readonly<Record<string, JsonSchema>>) {
    this.#schemas = schemas;
  }

  /** Returns an example of the schema with every field; with `requiredOnly` no other than the required ones. */
  of(schema: JsonSchema, requiredOnly = false): unknown {
    return this.#make(schema, { component: "", name: "", depth: 0, requiredOnly });
  }

  #make(schema: JsonSchema, place: Place): unknown {
    const component = componentOf(schema);
    if (component !== undefined) return this.#ofComponent(component, place);
    const known = fieldTexts[`${place.component}.${place.name}`] ?? fieldTexts[place.name];
    if (known?.example !== undefined && fits(schema, known.example)) return known.example;
    if (schema.const !== undefined) return schema.const;
    if (schema.default !== undefined) return schema.default;
    if (schema.enum !== undefined) return schema.enum[0];
    const members = schema.anyOf ?? schema.oneOf;
    if (members !== undefined) return this.#ofUnion(members, place);
    switch (typeOf(schema)) {
      case "object":
        return this.#ofObject(schema, place);
      case "array":
        return this.#ofArray(schema, place);
      case "string":
        return "text".padEnd(schema.minLength ?? 0, "-");
      case "integer":
      case "number":
        return Math.max(schema.minimum ?? 0, 1);
      case "boolean":
        return true;
      default:
        return null;
    }
  }

  #ofComponent(component: string, place: Place): unknown {
    const schema = this.#schemas[component];
    if (schema === undefined || place.depth > maxDepth) return null;
    const made = this.#make(schema, { ...place, component, name: "", depth: place.depth + 1 });
    const together = componentExamples[component];
    return together === undefined || place.requiredOnly
      ? made
      : { ...(made as object), ...together };
  }

  #ofUnion(members: readonly JsonSchema[], place: Place): unknown {
    // An error is told by its own examples: elsewhere it is absent.
    const isError = members.some((member) => componentOf(member) === "Error");
    const first = members.find(({ type }) => type !== "null") ?? members[0];
    return isError || first === undefined ? null : this.#make(first, place);
  }

  #ofObject({ properties = {}, required = [] }: JsonSchema, place: Place): unknown {
    const entries = Object.entries(properties)
      .filter(([name]) => !place.requiredOnly || required.includes(name))
      .map(([name, schema]) => [name, this.#make(schema, { ...place, name })]);
    return Object.fromEntries(entries);
  }

  #ofArray({ items = {}, minItems = 0 }: JsonSchema, place: Place): unknown {
    const item = this.#make(items, place);
    return item === null && minItems === 0 ? [] : [item];
  }
}

interface Place {
  /** The component that the schema is part of. */
  component: string;
  /** The name of the field. */
  name: string;
  depth: number;
  requiredOnly: boolean;
}

function typeOf({ type }: JsonSchema): string | undefined {
  return [type ?? []].flat().find((each) => each !== "null");
}

/** Tells whether a value is one that the schema describes, as far as its type tells. */
function fits(schema: JsonSchema, value: unknown): boolean {
  const members = schema.anyOf ?? schema.oneOf;
  if (members !== undefined) return members.some((member) => fits(member, value));
  if (schema.const !== undefined) return schema.const === value;
  if (schema.enum !== undefined) return schema.enum.includes(value);
  const types = [schema.type ?? []].flat();
  if (value === null) return types.includes("null");
  if (Array.isArray(value)) return types.includes("array");
  if (typeof value === "number")
    return types.includes("number") || (types.includes("integer") && Number.isInteger(value));
  return types.includes(typeof value);
}
