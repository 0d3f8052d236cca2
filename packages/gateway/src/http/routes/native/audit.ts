// The route of the audit log: who did what with which key, in pages or as JSONL.

import type { FastifyPluginAsyncZod } from "fastify-type-provider-zod";
import type * as z from "zod";

import { auditListSchema, auditQuerySchema } from "../../../api/audit.ts";
import type { AuditEntryObject } from "../../../api/audit.ts";
import { toAuditObject } from "../../../shapes/native/audit.ts";
import type { AuditFilter } from "../../../telemetry/audit/audit-log.ts";
import { sendLines } from "../../answers/json-lines.ts";
import { errorResponses } from "../../responses.ts";
import type { Services } from "../../services.ts";
import { namesOfKeys } from "./key-names.ts";

type Query = z.output<typeof auditQuerySchema>;

const linesPerRead = 500;

/** Registers `GET /v1/audit`. */
export function auditRoutes(services: Services): FastifyPluginAsyncZod {
  const { auditLog } = services;
  return async (app) => {
    app.get(
      "/v1/audit",
      {
        config: { scope: "admin" },
        schema: {
          summary: "Read who did what with which key",
          tags: ["audit"],
          querystring: auditQuerySchema,
          response: { 200: auditListSchema, ...errorResponses },
        },
      },
      async (request, reply) => {
        const { query } = request;
        // What was answered a moment ago is among the entries.
        await auditLog.flush();
        const nameOf = await namesOfKeys(services, request.caller);
        if (query.format === "jsonl") return sendLines(request, reply, toLines(query));
        const { after, limit, order } = query;
        const { entries, hasMore } = await auditLog.list(toFilter(query), { after, limit, order });
        const data = entries.map((entry) => toAuditObject(entry, nameOf));
        return {
          object: "list" as const,
          data,
          first_id: data[0]?.id ?? null,
          last_id: data.at(-1)?.id ?? null,
          has_more: hasMore,
        };

        async function* toLines({ order, ...given }: Query): AsyncGenerator<string> {
          let { after } = given;
          for (;;) {
            const page = { after, limit: linesPerRead, order };
            const read = await auditLog.list(toFilter(query), page);
            for (const entry of read.entries) yield toLine(toAuditObject(entry, nameOf));
            after = read.entries.at(-1)?.id;
            if (!read.hasMore) return;
          }
        }
      },
    );
  };
}

function toFilter({ action, outcome, key, from, to }: Query): AuditFilter {
  return {
    ...(action !== undefined && { action }),
    ...(outcome !== undefined && { outcome }),
    ...(key !== undefined && { keyId: key }),
    ...(from !== undefined && { from: from * 1000 }),
    ...(to !== undefined && { to: to * 1000 }),
  };
}

function toLine(entry: AuditEntryObject): string {
  return `${JSON.stringify(entry)}\n`;
}
