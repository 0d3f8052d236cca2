// One scene of the death table: a simulator, a gateway that dies at a moment, and the one that goes on after it.
import { createSimulator, type Simulator } from "@jimeng/simulator";
import { type EngineName, type Ground, prepareGround } from "../chaos/engines.ts";
import {
  dieAtTimeVariable,
  dieAtVariable,
  type GatewayProcess,
  startGatewayProcess,
} from "../chaos/gateway-process.ts";
import { hastySettings, makeSessions, toSessionSetting } from "../chaos/run.ts";

/** What the death table looks at of a job. */
export interface JobView {
  id: string;
  status: string;
  phase: string | null;
  upstream: { submit_id: string | null; history_id: string | null };
  result: { assets: { url: string; upstream_url: string; incomplete: boolean }[] } | null;
  error: { code: string; charged: string } | null;
}

const sessions = makeSessions(1);
const maxWaitMs = 60_000;
const lookMs = 50;

/** A stage on which gateways die. */
export interface Scene {
  simulator: Simulator;
  dataDir: string;
  /** Starts a gateway; with a moment, it kills itself there (at the given passing of it, 1 by default). */
  gateway(dieAt?: string, time?: number): Promise<GatewayProcess>;
  /** Sends a submission whose answer may never come; resolves with it, or with undefined. */
  send(gateway: GatewayProcess, submission: SceneRequest): Promise<Response | undefined>;
  /** Waits until the only job has ended, or the newest of so many. */
  theJob(gateway: GatewayProcess, count?: number): Promise<JobView>;
  /** Gives the paid posts that reached the upstream. */
  posts(): number;
  remove(): Promise<void>;
}

/** A request of the public API. */
export interface SceneRequest {
  path: string;
  body: Record<string, unknown>;
  headers?: Record<string, string>;
}

/** Prepares a stage on an engine. */
export async function openScene(
  engine: EngineName,
  postgresUrl: string,
  settings: Record<string, string> = {},
): Promise<Scene> {
  const simulator = await createSimulator({
    media: "blank",
    timing: { imageMs: 600, videoMs: 900, visibleAfterMs: 100 },
    duplicateSubmit: "second-record",
  });
  const ground: Ground = await prepareGround(engine, postgresUrl);
  const started: GatewayProcess[] = [];
  return {
    simulator,
    dataDir: ground.settings["JIMENG_DATA_DIR"] ?? "",
    async gateway(dieAt, time = 1) {
      const process = await startGatewayProcess({
        ...hastySettings,
        JIMENG_SETTLE_SECONDS: "2",
        ...ground.settings,
        ...settings,
        JIMENG_BASE_URL: simulator.url,
        JIMENG_SESSIONS: toSessionSetting(sessions),
        ...(dieAt === undefined ? {} : { [dieAtVariable]: dieAt, [dieAtTimeVariable]: `${time}` }),
      });
      started.push(process);
      return process;
    },
    send: (gateway, { path, body, headers = {} }) =>
      fetch(`${gateway.url}${path}`, {
        method: "POST",
        headers: { "content-type": "application/json", ...headers },
        body: JSON.stringify(body),
        signal: AbortSignal.timeout(maxWaitMs),
      }).catch(() => undefined),
    async theJob(gateway, count = 1) {
      const end = Date.now() + maxWaitMs;
      for (;;) {
        const response = await fetch(`${gateway.url}/v1/jobs`);
        const { data } = (await response.json()) as { data: JobView[] };
        const [job] = data;
        if (data.length > count) throw new Error(`there are ${data.length} jobs, not ${count}`);
        if (job !== undefined && !["queued", "in_progress"].includes(job.status)) return job;
        if (Date.now() > end) throw new Error(`the job has not ended: ${JSON.stringify(job)}`);
        await new Promise((resolve) => setTimeout(resolve, lookMs));
      }
    },
    posts: () => simulator.requests({ endpoint: "generate" }).length,
    async remove() {
      await Promise.all(started.map((process) => process.kill()));
      await simulator.close();
      await ground.remove();
    },
  };
}
