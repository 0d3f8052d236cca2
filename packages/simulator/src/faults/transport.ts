// Applies the faults of the connection: delays, drops, hangs, gateway pages, cut and slow bodies.

import { Readable } from "node:stream";
import { setTimeout as sleep } from "node:timers/promises";

import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";

import { readSession } from "../caller.ts";
import type { World } from "../world.ts";
import type { FaultEffect } from "./fault.ts";
import { effectOf } from "./faults.ts";

declare module "fastify" {
  interface FastifyContextConfig {
    /** Returns the endpoint of a request by its query; routes without it have no faults. */
    endpoint?: (query: unknown) => string;
  }
}

const slowBodyParts = 10;
const cutAfterMs = 20;

const effectsOfRequest = new WeakMap<FastifyRequest, FaultEffect[]>();

/** Returns the effects that apply to a request. */
export function effectsOf(request: FastifyRequest): readonly FaultEffect[] {
  return effectsOfRequest.get(request) ?? [];
}

/** Returns the names of the faults that apply to a request, for the request log; null for none. */
export function faultNames(request: FastifyRequest): string | null {
  const names = effectsOf(request).map((effect) => effect.kind);
  return names.length === 0 ? null : names.join(" ");
}

function endpointOf(request: FastifyRequest): string | undefined {
  return request.routeOptions.config.endpoint?.(request.query);
}

function gatewayPage(status: number): string {
  return `<html>\r\n<head><title>${status}</title></head>\r\n<body><center><h1>${status}</h1></center></body>\r\n</html>\r\n`;
}

function logRequest(world: World, request: FastifyRequest, endpoint: string, status: number): void {
  world.log.add({
    at: world.clock.wallNow(),
    method: request.method,
    path: request.routeOptions.url ?? "",
    endpoint,
    status,
    accepted: false,
    reason: `fault: ${faultNames(request)}`,
  });
}

/** Applies the faults that come before the request is carried out; true when it has been answered or dropped. */
async function before(
  world: World,
  endpoint: string,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<boolean> {
  const effects = effectsOf(request);
  for (const effect of effects) if (effect.kind === "delay") await sleep(effect.ms);
  if (effectOf(effects, "drop_before") !== undefined) {
    logRequest(world, request, endpoint, 0);
    reply.hijack();
    request.raw.socket.destroy();
    return true;
  }
  if (effectOf(effects, "hang")?.accepted === false) {
    logRequest(world, request, endpoint, 0);
    reply.hijack();
    return true;
  }
  const page = effectOf(effects, "http_status");
  const html = effectOf(effects, "html");
  if (page?.accepted === false || html?.accepted === false) {
    const status = page?.status ?? 200;
    logRequest(world, request, endpoint, status);
    if (page?.retry_after !== undefined) reply.header("retry-after", page.retry_after);
    effectsOfRequest.delete(request);
    await reply.status(status).type("text/html").send(gatewayPage(status));
    return true;
  }
  return false;
}

function firstHalf(bytes: Buffer): Buffer {
  return bytes.subarray(0, Math.floor(bytes.length / 2));
}

function cut(request: FastifyRequest, bytes: Buffer): Readable {
  const half = firstHalf(bytes);
  return Readable.from(
    (async function* () {
      yield half;
      // The first half must be on its way before the connection ends.
      await sleep(cutAfterMs);
      request.raw.socket.destroy();
    })(),
  );
}

function trickle(bytes: Buffer, ms: number): Readable {
  const size = Math.max(1, Math.ceil(bytes.length / slowBodyParts));
  return Readable.from(
    (async function* () {
      for (let offset = 0; offset < bytes.length; offset += size) {
        yield bytes.subarray(offset, offset + size);
        await sleep(ms / slowBodyParts);
      }
    })(),
  );
}

/** Applies the faults to the answer of a request that was carried out. */
async function after(
  request: FastifyRequest,
  reply: FastifyReply,
  payload: unknown,
): Promise<unknown> {
  const effects = effectsOf(request);
  if (effects.length === 0) return payload;
  if (effectOf(effects, "drop_after") !== undefined) {
    request.raw.socket.destroy();
    return payload;
  }
  if (effectOf(effects, "hang") !== undefined) {
    await new Promise((resolve) => request.raw.socket.once("close", resolve));
    return payload;
  }
  const page = effectOf(effects, "http_status");
  if (page !== undefined || effectOf(effects, "html") !== undefined) {
    const text = gatewayPage(page?.status ?? 200);
    reply.status(page?.status ?? 200).type("text/html");
    reply.header("content-length", Buffer.byteLength(text));
    return text;
  }
  const bytes = Buffer.isBuffer(payload) ? payload : Buffer.from(String(payload));
  const truncated = effectOf(effects, "truncated");
  if (truncated !== undefined) {
    const half = firstHalf(bytes);
    reply.header("content-length", truncated.honest_length ? half.length : bytes.length);
    return truncated.honest_length ? half : cut(request, bytes);
  }
  const slow = effectOf(effects, "slow_body");
  return slow === undefined ? payload : trickle(bytes, slow.ms);
}

/**
 * Applies faults before and after every route whose config names its endpoint. Faults for one account match the session
 * of the request.
 */
export function registerTransportFaults(server: FastifyInstance, world: World): void {
  server.addHook("preHandler", async (request, reply) => {
    const endpoint = endpointOf(request);
    if (endpoint === undefined) return undefined;
    const session = readSession(request.headers, true);
    const account = session === undefined ? undefined : world.accounts.fingerprintOf(session);
    const effects = world.faults.take(endpoint, account);
    if (effects.length > 0) effectsOfRequest.set(request, effects);
    return (await before(world, endpoint, request, reply)) ? reply : undefined;
  });
  server.addHook("onSend", (request, reply, payload) => after(request, reply, payload));
}
