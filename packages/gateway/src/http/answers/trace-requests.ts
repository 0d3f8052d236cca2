// Has each request traced, where traces are written at all.

import type { FastifyInstance, FastifyRequest } from "fastify";

import type { TracedRequest, Tracing } from "../../observer.ts";

/** Adds the hooks; without traces there are none. Call before other hooks, so that a refused request is traced, too. */
export function traceRequests(app: FastifyInstance, tracing: Tracing): void {
  if (!tracing.isActive) return;
  const traced = new WeakMap<FastifyRequest, TracedRequest>();
  app.addHook("onRequest", (request, _reply, done) => {
    const { method, id: requestId, headers, routeOptions } = request;
    const traceparent = [headers["traceparent"] ?? []].flat()[0];
    const route = routeOptions.url ?? "unknown";
    traced.set(request, tracing.requestBegan({ method, route, requestId, traceparent }));
    done();
  });
  // Its body arrives outside of any hook: what runs in the request begins after that.
  app.addHook("preValidation", (request, _reply, done) => {
    const one = traced.get(request);
    if (one === undefined) done();
    else one.run(done);
  });
  app.addHook("onResponse", (request, reply, done) => {
    const jobs = reply.getHeader("x-jimeng-job");
    traced
      .get(request)
      ?.ended({ status: reply.statusCode, jobs: typeof jobs === "string" ? jobs : null });
    done();
  });
}
