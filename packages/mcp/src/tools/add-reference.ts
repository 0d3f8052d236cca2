// The tool that makes a reference of a file: of one on this machine, or of one that the person gives on a one-time page.

import { GatewayError } from "@jimeng/gateway/api/client";
import { inputRequired, inputResponse } from "@modelcontextprotocol/server";
import * as z from "zod";

import { withGateway } from "../face.ts";
import { resolveReference } from "../references/resolve.ts";
import { invalid } from "../results/failure.ts";
import { toToolResult } from "../results/tool-result.ts";
import { defineTool } from "./tool.ts";
import type { ToolCall, ToolResult } from "./tool.ts";

const uploadPattern = /^upload_[\w-]{1,64}$/;
const question = "upload";

/** Adds a reference. */
export const addReference = defineTool({
  name: "add_reference",
  title: "Add a reference file",
  description:
    "Makes a file_… reference of a path (stdio, allowed folders). Without a source the person drops a file on a one-time page; call again with the upload_… source it names.",
  arguments: z.strictObject({ source: z.string().min(1).max(16_384).optional() }),
  annotations: {
    readOnlyHint: false,
    destructiveHint: false,
    idempotentHint: false,
    openWorldHint: true,
  },
  async run({ source }, call) {
    if (source === undefined) return await askForFile(call);
    if (uploadPattern.test(source)) return await answerUpload(call, source);
    return toReference(await resolveReference(call, source));
  },
});

function toReference(reference: string): ToolResult {
  return toToolResult({
    text: `Reference: ${reference}. Give it to generate_image or generate_video.`,
    structured: { status: "completed", reference },
  });
}

async function askForFile(call: ToolCall): Promise<ToolResult> {
  const { face, context } = call;
  const response = inputResponse(context.mcpReq.inputResponses, question);
  if (response.kind === "elicit") {
    const id = context.mcpReq.requestState<{ key?: unknown }>()?.key;
    if (response.action !== "accept" || typeof id !== "string") {
      return toToolResult({ text: "The person gave no file.", structured: { status: "declined" } });
    }
    return await answerUpload(call, id);
  }
  const { signal } = call;
  const { id, url } = await withGateway(face, signal, (client) =>
    client.files.createLink({ signal }),
  );
  const address = face.shownAddress(url ?? "");
  if (call.canAsk.url) {
    return inputRequired({
      requestState: await face.spending.codec.mint({ key: id, credits: null, call: "" }, context),
      inputRequests: {
        [question]: inputRequired.elicitUrl({
          message: "Choose a file for the picture or video.",
          url: address,
        }),
      },
    });
  }
  const text = `Ask the person to open ${address} and drop a file there. The page is good for ten minutes and for one file.`;
  return waiting(id, text, { url: address });
}

async function answerUpload({ face, signal }: ToolCall, id: string): Promise<ToolResult> {
  const link = await withGateway(face, signal, (client) =>
    client.files.retrieveLink(id, { signal }),
  ).catch((error: unknown) => {
    if (error instanceof GatewayError && error.code === "not_found") return undefined;
    throw error;
  });
  if (link === undefined || link.status === "expired") {
    throw invalid(
      "source",
      "This upload page does not exist any more.",
      "Call add_reference without a source for a new one.",
    );
  }
  if (link.file_id === null) return waiting(id, "The person has not given a file yet.");
  return toReference(link.file_id);
}

const askAgainSeconds = 15;

function waiting(id: string, text: string, more: { url?: string } = {}): ToolResult {
  const next = {
    tool: "add_reference",
    arguments: { source: id },
    after_seconds: askAgainSeconds,
  };
  return toToolResult({
    text: `${text}\nThen call add_reference with ${JSON.stringify(next.arguments)}.`,
    structured: { status: "in_progress", ...more, next },
  });
}
