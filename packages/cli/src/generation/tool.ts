// Runs a tool of the site on one file: a path is uploaded, everything else is named to the gateway as it is.

import type { CreateOptions, GatewayClient, JobBodyInput } from "@jimeng/gateway/api";

import type { Context } from "../context.ts";
import { generate } from "./generate.ts";
import type { GenerateOptions } from "./generate.ts";
import { toReference } from "./references.ts";

/** Starts a tool on a source (file, URL, id of a file, result or job) and waits for its result as `image` does. */
export async function runTool(
  context: Context,
  options: GenerateOptions,
  source: string,
  buildBody: (reference: string) => JobBodyInput,
): Promise<void> {
  const { currentFolder } = context;
  const prepare = async (client: GatewayClient): Promise<JobBodyInput> =>
    buildBody(await toReference({ client, currentFolder, option: "source" }, source));
  await generate(context, options, { prepare, start: startTool, estimateBody: prepare });
}

/** Sends the body of a tool and returns the ids of its jobs. */
export async function startTool(
  client: GatewayClient,
  body: JobBodyInput,
  call: CreateOptions,
): Promise<string[]> {
  return (await client.jobs.create(body, call)).map(({ id }) => id);
}
