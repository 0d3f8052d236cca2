// The recorder at the transport: keeps the answers of each step, and lets a start, cancel or claim leave only with a
// permit of the step.
import { type Fetch, type GenerationKind, JimengError, type RegionHosts } from "@jimeng/sdk";
import { parseJson, readAnswer } from "../answers/responses.ts";
import { type Endpoint, findEndpoint } from "./endpoints.ts";

/** One call and its answer. */
export interface Exchange {
  endpoint: Endpoint;
  kind: GenerationKind;
  /** The body that was sent, as JSON; undefined where there was none. */
  sent: unknown;
  status: number;
  /** The answer as JSON; undefined when it was none. */
  body: unknown;
  bytes: number;
}

/** The recorder of one walk. */
export interface Recorder {
  /** Sends a call of the sdk, or refuses it before it leaves. */
  fetch: Fetch;
  /** Collects the answers of a step from now on; calls in a row that show the same state are kept once. */
  begin(kind: GenerationKind): Exchange[];
  /** Changes the kind of what the step reads from now on. */
  setKind(kind: GenerationKind): void;
  /** Lets one call of an endpoint leave that needs a permit; a start only with this submit id. */
  permit(endpoint: string, submitId?: string): void;
  /** Replaces fields of the next body of an endpoint, for questions that the sdk would not ask. */
  replaceNext(endpoint: string, change: (body: Record<string, unknown>) => object): void;
}

// A video may be polled for hours.
const maxPerStep = 60;

/** Makes the recorder; `send` is called for what may leave only. */
export function createRecorder(options: { hosts: RegionHosts; send: Fetch }): Recorder {
  const prefixes = Object.values(options.hosts)
    .map((host) => new URL(host).pathname.replace(/\/$/, ""))
    .filter((prefix) => prefix !== "");
  let kind: GenerationKind = "image";
  let kept: Exchange[] = [];
  let permits: Array<{ endpoint: string; submitId: string | undefined }> = [];
  const replacements = new Map<string, (body: Record<string, unknown>) => object>();

  function takePermit(endpoint: Endpoint, sent: unknown): void {
    const submitId = fieldOf(sent, "submit_id");
    const index = permits.findIndex(
      (permit) =>
        permit.endpoint === endpoint.name &&
        (permit.submitId === undefined || permit.submitId === submitId),
    );
    if (index === -1) throw notAllowed(endpoint.path);
    permits = permits.filter((_, at) => at !== index);
  }

  return {
    begin(next) {
      kind = next;
      kept = [];
      permits = [];
      replacements.clear();
      return kept;
    },
    setKind(next) {
      kind = next;
    },
    permit(endpoint, submitId) {
      permits.push({ endpoint, submitId });
    },
    replaceNext(endpoint, change) {
      replacements.set(endpoint, change);
    },
    async fetch(address, init) {
      const url = new URL(address);
      const endpoint = findEndpoint(url, prefixes);
      if (endpoint === undefined) throw notAllowed(url.pathname);
      let sent = parseJson(init.body);
      if (endpoint.needsPermit === true) takePermit(endpoint, sent);
      const change = replacements.get(endpoint.name);
      let asked = init;
      if (change !== undefined && typeof sent === "object" && sent !== null) {
        replacements.delete(endpoint.name);
        sent = change(sent as Record<string, unknown>);
        asked = { ...init, body: JSON.stringify(sent) };
      }
      // An answer that comes after its step has ended belongs to that step all the same.
      const [step, kindOfStep] = [kept, kind];
      const { response, ...answer } = await readAnswer(await options.send(address, asked));
      keep(step, { endpoint, kind: kindOfStep, sent, ...answer });
      return response;
    },
  };
}

/** Adds an exchange unless the last one of its endpoint shows the same state. */
function keep(step: Exchange[], exchange: Exchange): void {
  if (exchange.endpoint.name === "history") {
    const last = step.findLast(({ endpoint }) => endpoint === exchange.endpoint);
    if (last !== undefined && stateOf(last) === stateOf(exchange)) return;
  }
  if (step.length < maxPerStep) step.push(exchange);
}

/** Returns what a poll shows that may differ from the poll before. */
function stateOf({ sent, status, body }: Exchange): string {
  const asked = typeof sent === "object" && sent !== null ? Object.keys(sent) : [];
  const records = recordsIn(body).map((record) => [
    record["status"],
    Array.isArray(record["item_list"]) ? record["item_list"].length : null,
    fieldOf(record["queue_info"], "queue_status"),
  ]);
  return JSON.stringify([asked, status, fieldOf(body, "ret"), records]);
}

/** Lists the history records in an answer's data, whether it is a map, a page or a start's. */
export function recordsIn(body: unknown): Array<Record<string, unknown>> {
  const data = fieldOf(body, "data");
  if (typeof data !== "object" || data === null) return [];
  const list = fieldOf(data, "records_list") ?? fieldOf(data, "history_list");
  const found: unknown[] = Array.isArray(list) ? list : Object.values(data);
  return found.filter(
    (value): value is Record<string, unknown> =>
      typeof value === "object" && value !== null && "status" in value && "item_list" in value,
  );
}

/** Returns a field of an object; undefined where there is none. */
export function fieldOf(value: unknown, name: string): unknown {
  return typeof value === "object" && value !== null && Object.hasOwn(value, name)
    ? (value as Record<string, unknown>)[name]
    : undefined;
}

function notAllowed(path: string): JimengError {
  return new JimengError(
    "invalid_request",
    `A call to ${path} is not part of this step and was not sent.`,
    { acceptance: "refused", charged: "no" },
  );
}
