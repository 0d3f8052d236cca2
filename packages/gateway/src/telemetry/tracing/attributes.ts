// Names what spans say: OpenTelemetry's conventions for HTTP and generative AI, and words of our own below `jimeng.`.
// Prompts, sessions and keys are never among them.

import { SpanStatusCode } from "@opentelemetry/api";
import type { Attributes, SpanStatus } from "@opentelemetry/api";

import type { JobCourse, RequestTraceStart, UpstreamObservation } from "../../observer.ts";
import { classOf } from "../upstream-classes.ts";

const serverFault = 500;
/** What the conventions call the kinds of results; they have no word of their own for videos yet. */
const outputTypes = { image: "image", video: "video", audio: "speech" } as const;

/** Marks a span as failed. */
export const failed: SpanStatus = { code: SpanStatusCode.ERROR };

/** Returns the attributes of a request. */
export function ofRequest({ method, route, requestId }: RequestTraceStart): Attributes {
  return {
    "http.request.method": method,
    "http.route": route,
    "jimeng.request.id": requestId,
  };
}

/** Returns what a request's answer adds; its own faults count as failures, a caller's do not. */
export function ofAnswer({ status, jobs }: { status: number; jobs: string | null }): Attributes {
  return {
    "http.response.status_code": status,
    ...(status >= serverFault ? { "error.type": String(status) } : {}),
    ...(jobs === null ? {} : { "jimeng.job.id": jobs }),
  };
}

/** Returns the attributes of a job's whole course. */
export function ofJob(course: JobCourse): Attributes {
  const { id, kind, model, count, account, status, code, logid } = course;
  return {
    "gen_ai.operation.name": "generate_content",
    "gen_ai.provider.name": "jimeng",
    "gen_ai.request.model": model,
    "gen_ai.output.type": outputTypes[kind],
    ...(count === 1 ? {} : { "gen_ai.request.choice.count": count }),
    "jimeng.job.id": id,
    "jimeng.job.status": status,
    ...(account === null ? {} : { "jimeng.account": account }),
    ...(logid === null ? {} : { "jimeng.upstream.logid": logid }),
    ...(code === null ? {} : { "error.type": code }),
  };
}

/** Returns the attributes of an exchange with the upstream. */
export function ofCall(call: UpstreamObservation): Attributes {
  const { method, host, endpoint, region, status, ret, logid } = call;
  const kind = classOf(call);
  return {
    "http.request.method": method,
    "server.address": host,
    "jimeng.upstream.endpoint": endpoint,
    "jimeng.region": region,
    ...(status === null ? {} : { "http.response.status_code": status }),
    ...(ret === null ? {} : { "jimeng.upstream.ret": ret }),
    ...(logid === null ? {} : { "jimeng.upstream.logid": logid }),
    ...(kind === "ok" ? {} : { "error.type": kind }),
  };
}
