// Serves the control functions over HTTP, under /_simulator.

import type { FastifyInstance, FastifyRequest } from "fastify";
import * as z from "zod";

import type { SimulatorControl } from "../control.ts";
import type { FaultSetting } from "../faults/fault.ts";
import { isRegion } from "../regions.ts";
import type { Region } from "../regions.ts";
import { refuseControl } from "./control-guard.ts";

const count = z.int().min(0);

const accountSchema = z.strictObject({
  session: z.string().min(1),
  region: z.custom<Region>(isRegion, "unknown region").optional(),
  credits: z
    .strictObject({ gift: count.optional(), vip: count.optional(), purchase: count.optional() })
    .optional(),
  expired: z.boolean().optional(),
});

const clockSchema = z.strictObject({ advance_ms: z.number().min(0) });

const modelSchema = z.strictObject({
  key: z.string().min(1),
  retired: z.boolean().optional(),
  benefit_types: z.record(z.string(), z.string().min(1)).optional(),
});

const settingsSchema = z.strictObject({ parallel_limit: count.nullable().optional() });

function parseBytes(body: unknown): unknown {
  const text = Buffer.isBuffer(body) ? body.toString("utf8") : "";
  return JSON.parse(text === "" ? "{}" : text);
}

function parseJson<T>(schema: z.ZodType<T>, body: unknown): T {
  return schema.parse(parseBytes(body));
}

function hasBody({ headers }: FastifyRequest): boolean {
  return headers["transfer-encoding"] !== undefined || Number(headers["content-length"] ?? 0) > 0;
}

/** Registers the routes of accounts, records, requests, clock and settings. */
function registerState(routes: FastifyInstance, control: SimulatorControl): void {
  routes.get("/accepted-starts", () => ({ accepted_starts: control.acceptedStarts() }));
  // The route's first name: programs written against an earlier version still read it.
  routes.get("/ledger", () => ({ ledger: control.acceptedStarts() }));
  routes.get("/requests", (request) => {
    const query = request.query as Record<string, string | undefined>;
    const since = query["since"] === undefined ? undefined : Number(query["since"]);
    return { requests: control.requests({ endpoint: query["endpoint"], since }) };
  });
  routes.get("/records", () => ({ records: control.records() }));
  routes.get("/accounts", () => ({ accounts: control.accounts() }));
  routes.post("/accounts", (request) => ({
    account: control.setAccount(parseJson(accountSchema, request.body)),
  }));
  routes.get("/clock", () => control.clock());
  routes.post("/clock", (request) => {
    control.advance(parseJson(clockSchema, request.body).advance_ms);
    return control.clock();
  });
  routes.post("/settings", (request) => {
    const { parallel_limit: limit } = parseJson(settingsSchema, request.body);
    if (limit !== undefined) control.setParallelLimit(limit);
    return { parallel_limit: limit };
  });
  routes.delete("/uploads", () => {
    control.forgetUploads();
    return { removed: true };
  });
  routes.post("/reset", () => {
    control.reset();
    return { reset: true };
  });
}

/** Registers the routes of models. */
function registerModels(routes: FastifyInstance, control: SimulatorControl): void {
  routes.get("/models", () => ({ models: control.models() }));
  routes.post("/models", (request) => {
    const { benefit_types: benefitTypes, ...rest } = parseJson(modelSchema, request.body);
    control.changeModel({ ...rest, benefitTypes });
    return { models: control.models() };
  });
}

/** Registers the routes of faults. */
function registerFaults(routes: FastifyInstance, control: SimulatorControl): void {
  routes.get("/faults", () => ({ faults: control.faults() }));
  routes.post("/faults", (request) => {
    const settings = parseBytes(request.body);
    const list = Array.isArray(settings) ? settings : [settings];
    return { ids: list.map((setting) => control.addFault(setting as FaultSetting)) };
  });
  routes.delete("/faults", () => {
    control.removeFault();
    return { removed: true };
  });
  routes.delete("/faults/:id", (request) => {
    control.removeFault(Number((request.params as { id: string }).id));
    return { removed: true };
  });
}

/**
 * Registers the control routes of a simulator that listens on `boundHost`. A bad body is answered 400, a foreign page
 * 403 and a body of another content type 415, each with the reason.
 */
export function registerControl(
  server: FastifyInstance,
  control: SimulatorControl,
  boundHost: string,
): void {
  server.register(
    (routes, _options, done) => {
      routes.setErrorHandler((error, _request, reply) => {
        const reason = error instanceof Error ? error.message : "bad request";
        return reply.status(400).send({ error: reason });
      });
      routes.addHook("onRequest", async (request, reply) => {
        const guarded = {
          headers: request.headers,
          localAddress: request.raw.socket.localAddress,
          hasBody: hasBody(request),
        };
        const refusal = refuseControl(guarded, boundHost);
        if (refusal === undefined) return undefined;
        return reply.status(refusal.status).send({ error: refusal.error });
      });
      registerState(routes, control);
      registerModels(routes, control);
      registerFaults(routes, control);
      done();
    },
    { prefix: "/_simulator" },
  );
}
