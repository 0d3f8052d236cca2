// Follows requests and the work of jobs: each request, step and poll is a span, and so is a job's whole course.

import { AsyncLocalStorage } from "node:async_hooks";

import { ROOT_CONTEXT, SpanKind, trace } from "@opentelemetry/api";
import type { Attributes, Context, Link, Span, SpanContext, Tracer } from "@opentelemetry/api";

import { noObserver, noTracing } from "../../observer.ts";
import type {
  EventObserver,
  JobCourse,
  RequestTraceStart,
  TracedJob,
  TracedRequest,
  TracedWork,
  Tracing,
  UpstreamObservation,
} from "../../observer.ts";
import { failed, ofAnswer, ofCall, ofJob, ofRequest } from "./attributes.ts";
import type { SpanIds } from "./span-ids.ts";
import { parseTraceparent, spanIdOf, toTraceparent } from "./traceparent.ts";

/** What runs now; calls belong to it while it is open. */
interface Scope {
  span: Span;
  /** When it was closed: timers that were set in it run in it, too. Null while it is open. */
  closedAt: number | null;
}

// They come every few seconds, and nobody looks for them.
const probes: ReadonlySet<string> = new Set(["/healthz", "/readyz", "/metrics", "/ping"]);

/** Writes spans. */
export class Following implements Tracing {
  readonly isActive = true;
  readonly events: EventObserver = {
    ...noObserver,
    isActive: true,
    upstreamAnswered: (call) => this.#writeCall(call),
    startUncertain: ({ change }) => this.#note("start uncertain", { "jimeng.change": change }),
    assetStored: ({ contentType, bytes }) =>
      this.#note("file stored", { "jimeng.file.type": contentType, "jimeng.file.bytes": bytes }),
    accountFailed: ({ account, code }) =>
      this.#note("account failed", { "jimeng.account": account, "error.type": code }),
  };
  readonly #tracer: Tracer;
  readonly #ids: SpanIds;
  readonly #scopes = new AsyncLocalStorage<Scope | undefined>();

  constructor(tracer: Tracer, ids: SpanIds) {
    this.#tracer = tracer;
    this.#ids = ids;
  }

  requestBegan(start: RequestTraceStart): TracedRequest {
    if (probes.has(start.route)) return noTracing.requestBegan(start);
    const caller = parseTraceparent(start.traceparent);
    const options = { kind: SpanKind.SERVER, attributes: ofRequest(start) };
    const name = `${start.method} ${start.route}`;
    const span = this.#tracer.startSpan(name, options, toContext(caller));
    const scope: Scope = { span, closedAt: null };
    return {
      run: (handle) => this.#scopes.run(scope, handle),
      ended(answer) {
        const attributes = ofAnswer(answer);
        if ("error.type" in attributes) span.setStatus(failed);
        span.setAttributes(attributes).end();
        scope.closedAt = performance.now();
      },
    };
  }

  contextForJob(): string | null {
    const scope = this.#scopes.getStore();
    if (scope !== undefined && scope.closedAt === null)
      return toTraceparent(scope.span.spanContext());
    const span = this.#tracer.startSpan("make job", { kind: SpanKind.PRODUCER, root: true });
    span.end();
    return toTraceparent(span.spanContext());
  }

  async work<T>({ name, account, jobs }: TracedWork, run: () => Promise<T>): Promise<T> {
    const traced = jobs.flatMap((job) => contextOf(job) ?? []);
    const [first, ...others] = traced;
    if (first === undefined) return await this.#scopes.run(undefined, run);
    const attributes = account === null ? {} : { "jimeng.account": account };
    const span =
      others.length === 0
        ? this.#startForOne(name, first, { ...attributes, "jimeng.job.id": first.jobId })
        : this.#startForMany(name, traced, attributes);
    const scope: Scope = { span, closedAt: null };
    try {
      return await this.#scopes.run(scope, run);
    } catch (error) {
      span.setStatus(failed).setAttribute("error.type", nameOf(error));
      throw error;
    } finally {
      span.end();
      scope.closedAt = performance.now();
    }
  }

  jobEnded(course: JobCourse): void {
    const maker = parseTraceparent(course.traceparent);
    if (maker === undefined) return;
    const { id, model, createdAt, startedAt, completedAt, status } = course;
    const options = { kind: SpanKind.CLIENT, startTime: createdAt, attributes: ofJob(course) };
    const span = this.#ids.with(spanIdOf(id), () =>
      this.#tracer.startSpan(`generate_content ${model}`, options, toContext(maker)),
    );
    if (startedAt !== null) span.addEvent("accepted", startedAt);
    if (status === "failed") span.setStatus(failed);
    span.end(completedAt);
  }

  #startForOne(name: string, job: JobContext, attributes: Attributes): Span {
    return this.#tracer.startSpan(name, { attributes }, toContext(job.context));
  }

  /** Starts a span of its own: a poll of many jobs is a part of each, and the child of none. */
  #startForMany(name: string, jobs: readonly JobContext[], attributes: Attributes): Span {
    const links: Link[] = jobs.map(({ context, jobId }) => ({
      context,
      attributes: { "jimeng.job.id": jobId },
    }));
    return this.#tracer.startSpan(name, { root: true, attributes, links });
  }

  #writeCall(call: UpstreamObservation): void {
    const scope = this.#scopes.getStore();
    if (scope === undefined) return;
    const { closedAt, span: parent } = scope;
    // A call of a timer that outlived the work in which it was set.
    if (closedAt !== null && performance.now() - call.durationMs > closedAt) return;
    const endTime = Date.now();
    const attributes = ofCall(call);
    const span = this.#tracer.startSpan(
      `${call.method} ${call.endpoint}`,
      { kind: SpanKind.CLIENT, startTime: endTime - call.durationMs, attributes },
      toContext(parent.spanContext()),
    );
    if ("error.type" in attributes) span.setStatus(failed);
    span.end(endTime);
  }

  #note(name: string, attributes: Attributes): void {
    const scope = this.#scopes.getStore();
    if (scope?.closedAt === null) scope.span.addEvent(name, attributes);
  }
}

interface JobContext {
  jobId: string;
  /** That of the job's own span. */
  context: SpanContext;
}

function contextOf({ id, traceparent }: TracedJob): JobContext | undefined {
  const maker = parseTraceparent(traceparent);
  return maker && { jobId: id, context: { ...maker, spanId: spanIdOf(id) } };
}

function toContext(parent: SpanContext | undefined): Context {
  return parent === undefined ? ROOT_CONTEXT : trace.setSpanContext(ROOT_CONTEXT, parent);
}

function nameOf(error: unknown): string {
  if (!(error instanceof Error)) return "unknown";
  return "code" in error && typeof error.code === "string" ? error.code : error.name;
}
