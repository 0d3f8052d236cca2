// A small cluster for tests: real gateways on one PostgreSQL and one shared folder, before one simulator.
import { setTimeout as sleep } from "node:timers/promises";
import { inject } from "vitest";

import { makeEmptyDatabase } from "../postgres/database.ts";
import {
  fakeSession,
  getJson,
  postJson,
  scratchFolder,
  startGateway,
  startSimulator,
  until,
} from "./processes.ts";
import type { Process } from "./processes.ts";

/** A running cluster. */
export interface TestCluster {
  simulator: Process;
  nodes: Process[];
  /** Asks a node for a picture or video and gives the job's id at once. */
  submission(node: Process, kind: "image" | "video", prompt: string): Promise<string>;
  /** Waits until all jobs have ended, asking one node. */
  allEnded(node: Process, count: number, limitMs?: number): Promise<EndedJob[]>;
  /** Gives the starts that the upstream took. */
  acceptedStarts(): Promise<{ submit_id: string }[]>;
  /** Gives the times of the history requests since a moment, in Unix milliseconds. */
  looksSince(at: number): Promise<number[]>;
  /** Ends everything, frozen processes too. */
  close(): Promise<void>;
}

/** What tests look at of a job. */
export interface EndedJob {
  id: string;
  status: string;
  result: { assets: { url: string }[] } | null;
}

/** Starts so many nodes, with these words for the simulator and these further settings. */
export async function startCluster(
  count: number,
  words: string[] = [],
  settings: Record<string, string> = {},
): Promise<TestCluster> {
  const database = await makeEmptyDatabase(inject("postgresUrl"));
  const folders = Array.from({ length: count + 2 }, () => scratchFolder());
  const [upstreamFolder, shared, ...own] = folders;
  const simulator = await startSimulator(upstreamFolder!.path, ["--media", "blank", ...words]);
  const environment = {
    DATABASE_URL: database.url,
    JIMENG_SECRET_KEY: "obviously-fake-secret",
    ASSETS_URL: `file://${shared!.path}`,
    JIMENG_SESSIONS: `mine=${fakeSession}`,
    JIMENG_BASE_URL: simulator.url,
    ...settings,
  };
  const nodes = await Promise.all(
    own.map(({ path }) => startGateway(path, environment, { simulated: false })),
  );
  return {
    simulator,
    nodes,
    async submission(node, kind, prompt) {
      const path = kind === "image" ? "/v1/images/generations" : "/v1/videos";
      const { body } = await postJson(
        `${node.url}${path}`,
        { prompt },
        { prefer: "respond-async" },
      );
      return body.job_id ?? body.id;
    },
    allEnded: (node, jobs, limitMs = 60_000) =>
      until(
        "all jobs to end",
        async () => {
          const { data } = await getJson(`${node.url}/v1/jobs?limit=100`);
          const ended = (data as EndedJob[]).filter(
            ({ status }) => !["queued", "in_progress"].includes(status),
          );
          if (ended.length >= jobs) return ended;
          await sleep(200);
          return undefined;
        },
        limitMs,
      ),
    async acceptedStarts() {
      return (await getJson(`${simulator.url}/_simulator/accepted-starts`)).accepted_starts;
    },
    async looksSince(at) {
      const { requests } = await getJson(
        `${simulator.url}/_simulator/requests?endpoint=history&since=${at}`,
      );
      return (requests as { at: number }[]).map((request) => request.at);
    },
    async close() {
      await Promise.all([...nodes, simulator].map((process) => process.kill()));
      await database.remove();
      for (const folder of folders) folder.remove();
    },
  };
}
