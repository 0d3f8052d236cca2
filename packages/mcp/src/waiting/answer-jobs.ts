// Waits for the jobs of a call and answers with them. A result counts as seen once the host was sent it, stayed, and did not
// ask again at once.

import { hasJobEnded } from "@jimeng/gateway/api/client";
import type { JobObject } from "@jimeng/gateway/api";
import type { CallToolResult } from "@modelcontextprotocol/server";

import { withGateway } from "../face.ts";
import { toJobResult } from "../results/job-result.ts";
import { saveResults } from "../references/save-results.ts";
import type { ToolCall } from "../tools/tool.ts";
import { noteDelivery } from "./note-delivery.ts";
import { waitForJobs } from "./wait-for-jobs.ts";

/** Waits at most so many seconds and answers with the jobs as they are then. */
export async function answerJobs(
  call: ToolCall,
  { jobs, joined }: { jobs: readonly JobObject[]; joined?: boolean },
  waitSeconds: number,
): Promise<CallToolResult> {
  const number = call.face.calls.begin(jobs);
  const latest = await waitForJobs(call, jobs, waitSeconds);
  const isOver = latest.every(hasJobEnded);
  const saved = isOver ? await saveResults(call, latest) : undefined;
  const result = await toJobResult(call, { jobs: latest, joined, saved });
  if (isOver) {
    const { face, context } = call;
    face.onDelivered(context.mcpReq.id, () => noteDelivery(face, latest, number));
  }
  return result;
}

/** Reads jobs without showing their results to anybody yet. */
export async function retrieveJobs(call: ToolCall, ids: readonly string[]): Promise<JobObject[]> {
  const { face, signal } = call;
  return await Promise.all(
    ids.map((id) =>
      withGateway(face, signal, (client) => client.jobs.retrieve(id, { seen: false, signal })),
    ),
  );
}
