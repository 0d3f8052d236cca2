// Prints what a request would make and cost; starts nothing.

import type { EstimateObject, GatewayClient, JobBodyInput } from "@jimeng/gateway/api";

import type { Context } from "../context.ts";
import { withClient } from "../gateway/connect.ts";
import type { ConnectionOptions } from "../gateway/connection.ts";
import type { Words } from "../words/words.ts";
import { printWarnings } from "./follow.ts";

/** The options of an estimate. */
export type EstimateOptions = ConnectionOptions & { json?: boolean };

/** Estimates a body and prints the answer. */
export async function printEstimate(
  context: Context,
  options: EstimateOptions,
  buildBody: (client: GatewayClient) => Promise<JobBodyInput>,
): Promise<void> {
  const answer = await withClient(context, options, async (client) =>
    client.jobs.estimate(await buildBody(client)),
  );
  if (options.json) return context.output.json(answer);
  showEstimate(answer, context);
}

function showEstimate(
  { jobs, credits, balances, refusal, warnings }: EstimateObject,
  { output, words }: Context,
): void {
  const { estimate: own, jobs: names, credits: money, models } = words;
  output.table(
    [names.model, names.resolution, names.count, names.seconds, money.credits, models.source],
    jobs.map((job) => [
      job.model,
      job.resolution ?? "",
      String(job.count ?? ""),
      String(job.duration_seconds ?? ""),
      job.credits === null ? own.notKnown : String(job.credits),
      sourceWords(job, words),
    ]),
  );
  output.result(credits === null ? own.priceNotKnown : own.costs(credits));
  for (const { account, credits: balance } of balances) output.note(own.holds(account, balance));
  printWarnings(output, warnings, new Set());
  if (refusal === null) return;
  const { code, message } = refusal;
  output.warning(({ failure }) => own.wouldRefuse(failure.ofCode(code ?? "", message)));
}

/** Describes where an expected price comes from. */
function sourceWords(
  { basis, observations }: EstimateObject["jobs"][number],
  { estimate: own }: Words,
): string {
  if (basis === "own_charges") return own.ownCharges(observations);
  return basis === null ? "" : own.chargesOfOthers;
}
