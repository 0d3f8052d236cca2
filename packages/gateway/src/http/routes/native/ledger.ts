// The route of the ledger: what jobs cost, one by one or added up, as JSON or CSV.

import { Readable } from "node:stream";

import { JimengError } from "@jimeng/sdk";
import type { FastifyReply } from "fastify";
import type { FastifyPluginAsyncZod } from "fastify-type-provider-zod";
import type * as z from "zod";

import { ledgerQuerySchema, ledgerSchema } from "../../../api/account/credits.ts";
import type { Caller } from "../../../keys/caller.ts";
import type { Ledger, LedgerFilter, LedgerGroup } from "../../../keys/ledger.ts";
import { firstDayOfMonth } from "../../../keys/spend.ts";
import {
  toCsvHead,
  toEntryLine,
  toLedgerEntry,
  toLedgerSum,
  toSumLine,
} from "../../../shapes/native/ledger.ts";
import type { NameOfKey } from "../../../shapes/native/ledger.ts";
import { toUnixSeconds } from "../../../shapes/values.ts";
import { errorResponses } from "../../responses.ts";
import type { Services } from "../../services.ts";
import { ownerAskedFor } from "./asked-owner.ts";
import { namesOfKeys } from "./key-names.ts";

type Query = z.output<typeof ledgerQuerySchema>;

const dayMs = 86_400_000;
const maxSums = 10_000;
const csvPage = 500;

/** Registers `GET /v1/credits/ledger`. */
export function ledgerRoutes(services: Services): FastifyPluginAsyncZod {
  const { ledger } = services;
  return async (app) => {
    app.get(
      "/v1/credits/ledger",
      {
        config: { scope: "read" },
        schema: {
          summary: "Read what jobs cost, one by one or added up",
          tags: ["credits"],
          querystring: ledgerQuerySchema,
          response: { 200: ledgerSchema, ...errorResponses },
        },
      },
      async (request, reply) => {
        const { query } = request;
        const filter = toFilter(query, request.caller, services.now());
        const nameOf = await namesOfKeys(services, request.caller);
        const isCsv = query.format === "csv" || /\btext\/csv\b/.test(request.headers.accept ?? "");
        if (isCsv) return sendCsv(reply, toCsv(ledger, filter, query.group_by, nameOf));
        return await toAnswer(ledger, filter, query, nameOf);
      },
    );
  };
}

function sendCsv(reply: FastifyReply, lines: AsyncGenerator<string>): FastifyReply {
  return reply
    .type("text/csv; charset=utf-8")
    .header("content-disposition", 'attachment; filename="ledger.csv"')
    .send(Readable.from(lines));
}

async function toAnswer(
  ledger: Ledger,
  filter: LedgerFilter,
  query: Query,
  nameOf: NameOfKey,
): Promise<z.infer<typeof ledgerSchema>> {
  const { sums } = await ledger.sums(filter, [], 1);
  const [all] = sums;
  const { group: _group, ...total } = all ?? noSum;
  const common = {
    object: "list" as const,
    from: filter.from === undefined ? null : toUnixSeconds(filter.from),
    to: filter.to === undefined ? null : toUnixSeconds(filter.to),
    total,
  };
  const { group_by: groups, after, limit, order } = query;
  if (groups !== undefined) {
    const found = await ledger.sums(filter, groups, maxSums);
    const data = found.sums.map((sum) => toLedgerSum(sum, groups, nameOf));
    return { ...common, data, first_id: null, last_id: null, has_more: found.hasMore };
  }
  const page = await ledger.entries(filter, { after, limit, order });
  const data = page.entries.map((entry) => toLedgerEntry(entry, nameOf));
  return {
    ...common,
    data,
    first_id: data[0]?.id ?? null,
    last_id: data.at(-1)?.id ?? null,
    has_more: page.hasMore,
  };
}

const noSum = { group: [], jobs: 0, reserved: 0, charged: 0, refunded: 0, net: 0 };

async function* toCsv(
  ledger: Ledger,
  filter: LedgerFilter,
  groups: readonly LedgerGroup[] | undefined,
  nameOf: NameOfKey,
): AsyncGenerator<string> {
  yield toCsvHead(groups);
  if (groups !== undefined) {
    const { sums } = await ledger.sums(filter, groups, maxSums);
    for (const sum of sums) yield toSumLine(toLedgerSum(sum, groups, nameOf), groups);
    return;
  }
  for (let after: string | undefined; ;) {
    const page = await ledger.entries(filter, { after, limit: csvPage, order: "asc" });
    yield page.entries.map((entry) => toEntryLine(toLedgerEntry(entry, nameOf))).join("");
    after = page.entries.at(-1)?.id;
    if (!page.hasMore || after === undefined) return;
  }
}

/** Reads the filter of a query; without a time, a job and a request it is the present month. */
function toFilter(query: Query, caller: Caller, now: number): LedgerFilter {
  const { job_id: jobId, request_id: requestId, from, to } = query;
  const isOpen = from === undefined && to === undefined;
  const isOne = jobId !== undefined || requestId !== undefined;
  return {
    keyId: ownerAskedFor(caller, query.key, "jobs"),
    model: query.model,
    account: query.account,
    kind: query.kind,
    from: isOpen && !isOne ? firstDayOfMonth(now) * dayMs : from,
    to,
    jobId,
    requestId,
    metadata: readMetadataFilter(query),
  };
}

const metadataPrefix = "metadata.";

function readMetadataFilter(query: Query): Record<string, string> {
  const found: Record<string, string> = {};
  for (const [name, value] of Object.entries(query)) {
    if (!name.startsWith(metadataPrefix)) continue;
    if (typeof value !== "string") {
      throw new JimengError("invalid_request", `${name} is given twice.`, {
        param: name,
        fix: "Give each fact once.",
      });
    }
    found[name.slice(metadataPrefix.length)] = value;
  }
  return found;
}
