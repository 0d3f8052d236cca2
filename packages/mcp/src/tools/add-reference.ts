// The tool that makes a reference of a file: of one on this machine, or of one that the person gives on a one-time page.

import { inputRequired, inputResponse } from "@modelcontextprotocol/server";
import * as z from "zod";

import { resolveReference } from "../references/resolve.ts";
import { invalid } from "../results/failure.ts";
import { toToolResult } from "../results/tool-result.ts";
import { defineTool } from "./tool.ts";
import type { ToolCall, ToolResult } from "./tool.ts";

const uploadPattern = /^upload_([\w-]{20,64})$/;
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
    const code = source === undefined ? undefined : uploadPattern.exec(source)?.[1];
    if (code !== undefined) return await answerUpload(call, code);
    if (source === undefined) return await askForFile(call);
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
  const { id, url } = await face.uploadPages.create(face.caller, face.gateway);
  if (call.canAsk.url) {
    return inputRequired({
      requestState: await face.spending.codec.mint({ key: id, credits: null, call: "" }, context),
      inputRequests: {
        [question]: inputRequired.elicitUrl({
          message: "Choose a file for the picture or video.",
          url,
        }),
      },
    });
  }
  return waiting(
    id,
    `Ask the person to open ${url} and drop a file there. The page is good for ten minutes and for one file.`,
  );
}

async function answerUpload({ face }: ToolCall, id: string): Promise<ToolResult> {
  const upload = face.uploadPages.find(id, face.caller);
  if (upload === undefined) {
    throw invalid(
      "source",
      "This upload page does not exist any more.",
      "Call add_reference without a source for a new one.",
    );
  }
  if (upload.state !== "done") return waiting(id, "The person has not given a file yet.");
  return toReference(upload.fileId);
}

const askAgainSeconds = 15;

function waiting(id: string, text: string): ToolResult {
  const next = {
    tool: "add_reference",
    arguments: { source: `upload_${id}` },
    after_seconds: askAgainSeconds,
  };
  return toToolResult({
    text: `${text}\nThen call add_reference with ${JSON.stringify(next.arguments)}.`,
    structured: { status: "in_progress", next },
  });
}
