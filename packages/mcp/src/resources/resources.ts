// The resources: stored results with their bytes, jobs, and the models.

import { ProtocolError, ProtocolErrorCode, ResourceTemplate } from "@modelcontextprotocol/server";
import type { McpServer, ReadResourceResult } from "@modelcontextprotocol/server";
import { GatewayError } from "@jimeng/gateway/api/client";

import { jobAppMeta, jobAppMimeType, jobAppUri, jobPage } from "../app/job-app.ts";
import { withGateway } from "../face.ts";
import type { Face } from "../face.ts";
import { harmlessValue } from "../results/harmless.ts";

const maxReadBytes = 8 * 1024 * 1024;
const listed = 20;
const completed = 50;
const minuteMs = 60_000;

/** Registers the resources. */
export function registerResources(server: McpServer, face: Face): void {
  server.registerResource(
    "asset",
    new ResourceTemplate("jimeng://assets/{id}", {
      list: async () => ({ resources: await listAssets(face) }),
      complete: { id: (value) => completeAsset(face, value) },
    }),
    { title: "Stored result", description: "A stored picture, video or sound, up to 8 MB" },
    (uri, { id }) => orNotFound(() => readAsset(face, uri.href, String(id))),
  );
  server.registerResource(
    "job",
    new ResourceTemplate("jimeng://jobs/{id}", {
      list: undefined,
      complete: { id: (value) => completeJob(face, value) },
    }),
    { title: "Job", description: "A job as JSON", mimeType: "application/json" },
    (uri, { id }) =>
      orNotFound(async () => {
        const job = await withGateway(face, face.closing, (client) =>
          client.jobs.retrieve(String(id), { seen: false }),
        );
        return toJson(uri.href, job);
      }),
  );
  server.registerResource(
    "models",
    "jimeng://models",
    {
      title: "Models",
      description: "The models with what each takes, as JSON",
      mimeType: "application/json",
      cacheHint: { ttlMs: minuteMs, cacheScope: "private" },
    },
    (uri) =>
      orNotFound(async () => {
        const { data } = await withGateway(face, face.closing, (client) => client.models.list());
        return toJson(uri.href, data);
      }),
  );
  registerApp(server);
}

/** Registers the page that hosts with MCP Apps show beside the answers about jobs. */
function registerApp(server: McpServer): void {
  server.registerResource(
    "job-page",
    jobAppUri,
    {
      title: "Job",
      description: "The page of a job",
      mimeType: jobAppMimeType,
      _meta: { ...jobAppMeta },
    },
    ({ href: uri }) => ({
      contents: [{ uri, mimeType: jobAppMimeType, text: jobPage, _meta: { ...jobAppMeta } }],
    }),
  );
}

async function listAssets(
  face: Face,
): Promise<{ uri: string; name: string; mimeType: string; description: string }[]> {
  const page = await withGateway(face, face.closing, (client) =>
    client.assets.list({ limit: listed }),
  );
  return page.data.map(({ id, content_type: mimeType, prompt }) => ({
    uri: `jimeng://assets/${id}`,
    name: id,
    mimeType,
    description: harmlessValue(prompt.slice(0, 200)),
  }));
}

async function completeAsset(face: Face, value: string): Promise<string[]> {
  const page = await withGateway(face, face.closing, (client) =>
    client.assets.list({ limit: completed }),
  );
  return page.data.map(({ id }) => id).filter((id) => id.startsWith(value));
}

async function completeJob(face: Face, value: string): Promise<string[]> {
  const page = await withGateway(face, face.closing, (client) =>
    client.jobs.list({ limit: completed }),
  );
  return page.data.map(({ id }) => id).filter((id) => id.startsWith(value));
}

async function readAsset(face: Face, uri: string, id: string): Promise<ReadResourceResult> {
  return await withGateway(face, face.closing, async (client) => {
    const facts = await client.assets.metadata(id);
    const { content_type: mimeType, bytes } = facts;
    if (bytes > maxReadBytes) {
      const job = await client.jobs.retrieve(facts.job_id, { seen: false });
      const url = job.result?.assets.find((asset) => asset.id === id)?.url;
      const text = `This file has ${bytes} bytes, more than is read here. Its address: ${url === undefined ? "none" : face.shownAddress(url)}`;
      return { contents: [{ uri, mimeType: "text/plain", text }] };
    }
    const { body } = await client.assets.download(id);
    const blob = Buffer.from(await new Response(body).arrayBuffer()).toString("base64");
    return { contents: [{ uri, mimeType, blob }] };
  });
}

function toJson(uri: string, value: unknown): ReadResourceResult {
  const text = JSON.stringify(harmlessValue(value));
  return { contents: [{ uri, mimeType: "application/json", text }] };
}

/** Runs the reading of a resource; failures become errors of the protocol that say what to do. */
async function orNotFound(read: () => Promise<ReadResourceResult>): Promise<ReadResourceResult> {
  try {
    return await read();
  } catch (error) {
    if (!(error instanceof GatewayError)) throw error;
    const fix = error.fix === null ? "" : ` ${error.fix}`;
    throw new ProtocolError(ProtocolErrorCode.InvalidParams, `${error.message}${fix}`);
  }
}
