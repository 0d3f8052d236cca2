// One free conformance run: sends the planned reads through the sdk, compares the answers, and records them redacted.
import { mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import {
  type Fetch,
  Jimeng,
  JimengError,
  type JimengOptions,
  parseSession,
  type RegionHosts,
  regions,
} from "@jimeng/sdk";
import { fieldNamesOf, readFixture } from "../answers/fixtures.ts";
import { createRedactor, type Redactor } from "../answers/redact.ts";
import { refusalOf, toWords } from "../answers/refusals.ts";
import { compareShapes, shapeOf, type ShapeDifference } from "../answers/shapes.ts";
import { type Answer, createGuard } from "./guard.ts";
import { plannedRequests, type PlannedRequest, type Step, steps } from "./plan.ts";

/** What a run found about one request. */
export interface Finding {
  name: string;
  path: string;
  /**
   * `ok`: as the sdk and docs/upstream have it; `differs`: it is not; `refused`: the site said no; `failed`: no answer;
   * `not sent`: an earlier refusal ended the run.
   */
  verdict: "ok" | "differs" | "refused" | "failed" | "not sent";
  /** What differs, or what the site said, in words; empty when nothing does. */
  details: string[];
  /** Fields that no fixture has, and optional ones that are not there. */
  added: string[];
  absent: string[];
}

/** What a run works with. */
export interface RunOptions {
  /** Options of the client: session, region, hosts, versions. */
  client: Omit<JimengOptions, "fetch" | "paidFetch" | "maxRetryCount">;
  /** Sends a request that the guard let pass; default the global fetch. */
  send?: Fetch;
  /** The folder for the redacted answers; nothing is recorded without one. */
  recordIn?: string;
}

// After one of these, more requests would do harm or tell nothing.
const endingCodes = new Set(["session_invalid", "risk_controlled", "rate_limited"]);

/** Makes the run. Throws `invalid_request` for options that cannot work, before anything is sent. */
export async function runReadOnly(options: RunOptions): Promise<Finding[]> {
  const send = options.send ?? ((url: string, init: RequestInit) => fetch(url, init));
  const hosts = hostsOf(options.client);
  const guard = createGuard({ planned: plannedRequests, hosts, send });
  const { fetch: guarded, paidFetch, answers } = guard;
  // A retry would be a request that was not announced.
  const jimeng = new Jimeng({ ...options.client, fetch: guarded, paidFetch, maxRetryCount: 0 });
  if (options.recordIn !== undefined) makeEmptyFolder(options.recordIn);
  const outcomes: Outcome[] = [];
  for (const step of steps) {
    const { error, unread } = await attempt(() => step.run(jimeng));
    // The sdk gives up at the first of two refused requests, while the other is still under way.
    await guard.idle();
    outcomes.push({ step, error, unread });
    if (error !== undefined && endingCodes.has(error.code)) break;
  }
  const redactor = createRedactor([parseSession(options.client.session).session], knownFields());
  for (const { request, body } of answers.values()) redactor.collect(body, request.isPersonal);
  const redacted = [...answers.values()].map((answer) => ({
    ...answer,
    // What is no JSON may hold anything, so nothing of it is kept.
    body:
      answer.body === undefined ? null : redactor.redact(answer.body, answer.request.isPersonal),
  }));
  // Judged after redaction: a report of raw answers might name a person who stands in a key.
  const findings = steps.flatMap((step, index) =>
    step.requests.map((request) => {
      const outcome = outcomes[index];
      if (outcome === undefined) return finding(request, "not sent");
      return judge(
        request,
        redacted.find((answer) => answer.request === request),
        outcome,
      );
    }),
  );
  if (options.recordIn !== undefined) record(options.recordIn, redacted, findings, redactor);
  return findings;
}

/** What came of one step. */
interface Outcome {
  step: Step;
  error?: JimengError;
  /** By request, what the sdk could not read. */
  unread: ReadonlyMap<string, string>;
}

/** Returns the hosts that the sdk calls for these options: those of the region, and the given ones over them. */
export function hostsOf({ region, session, baseUrls = {} }: RunOptions["client"]): RegionHosts {
  const own = regions[region ?? parseSession(session).region].hosts;
  const hosts = { ...own };
  const { mweb } = baseUrls;
  // A relay in front of the generation host serves what the site has on the same host.
  if (mweb !== undefined && own.passport === own.mweb) hosts.passport = mweb;
  if (mweb !== undefined && own.commerce === own.mweb) hosts.commerce = mweb;
  return { ...hosts, ...baseUrls };
}

async function attempt(
  run: () => Promise<ReadonlyMap<string, string>>,
): Promise<{ error?: JimengError; unread: ReadonlyMap<string, string> }> {
  try {
    return { unread: await run() };
  } catch (error) {
    if (!JimengError.isInstance(error)) throw error;
    return { error, unread: new Map() };
  }
}

function finding(
  { name, path }: PlannedRequest,
  verdict: Finding["verdict"],
  details: string[] = [],
  difference?: ShapeDifference,
): Finding {
  return {
    name,
    path,
    verdict,
    details,
    added: difference?.added ?? [],
    absent: difference?.absent ?? [],
  };
}

function judge(
  request: PlannedRequest,
  answer: Answer | undefined,
  { step, error, unread }: Outcome,
): Finding {
  if (answer === undefined) {
    const reason = error === undefined ? "the sdk did not send it" : toWords(error);
    return finding(request, "failed", [reason]);
  }
  const refusal = refusalOf(answer);
  if (refusal !== undefined) {
    return finding(request, "refused", [error === undefined ? refusal : toWords(error, refusal)]);
  }
  const difference = compareShapes(
    shapeOf(...expectedBodies(request)),
    shapeOf(answer.body),
    request.reads,
  );
  const unreadWords = unread.get(request.name);
  // The lists of a step with two requests are read without errors: its error is the other one's refusal.
  const isOwnError = error?.code === "unexpected_response" && step.requests.length === 1;
  const details = [
    ...(isOwnError ? [toWords(error), ...(error.detail.issues ?? [])] : []),
    ...(unreadWords === undefined ? [] : [unreadWords]),
    ...difference.missing.map((path) => `${path} is missing`),
    ...difference.changed,
  ];
  return finding(request, details.length === 0 ? "ok" : "differs", details, difference);
}

/** Reads the answers of docs/upstream to such a request. */
export function expectedBodies({ fixtures: names, listsRecords }: PlannedRequest): unknown[] {
  return names.map((name) => {
    const body = readFixture(name);
    if (listsRecords !== true) return body;
    const records = Object.values(body.data);
    return { ...body, data: { records_list: records, has_more: true, next_offset: 1 } };
  });
}

/** Returns the names of all fields that the fixtures have. */
export function knownFields(): Set<string> {
  return fieldNamesOf(plannedRequests.flatMap(expectedBodies));
}

function makeEmptyFolder(folder: string): void {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  if (readdirSync(folder).length > 0) {
    throw new JimengError("invalid_request", `The folder ${folder} is not empty.`, {
      fix: "Name an empty or a new folder.",
    });
  }
}

/** Writes redacted answers and the report as files that only the owner can read. */
function record(
  folder: string,
  answers: readonly Answer[],
  findings: Finding[],
  redactor: Redactor,
): void {
  const write = (name: string, value: unknown): void => {
    const text = `${JSON.stringify(value, undefined, 2)}\n`;
    if (redactor.holdsSecret(text)) {
      throw new Error(`The record ${name} would hold the session and was not written.`);
    }
    writeFileSync(join(folder, name), text, { mode: 0o600, flag: "wx" });
  };
  for (const { request, status, body, bytes } of answers) {
    write(`${request.name}.json`, {
      endpoint: `POST ${request.path}`,
      sent: request.body,
      http_status: status,
      bytes,
      body,
    });
  }
  write("report.json", findings);
}
