// Tests that waiting survives gateways that end, and stops when it is told to.

import { GatewayError } from "@jimeng/gateway/api";
import type { GatewayClient, JobObject } from "@jimeng/gateway/api";
import { describe, expect, test } from "vitest";

import { isAway } from "../errors.ts";
import type { Connection } from "../gateway/connection.ts";
import { followJobs } from "./follow.ts";
import type { Output, ProgressState } from "../terminal/output.ts";
import { english } from "../words/english.ts";
import { say } from "../words/words.ts";

type Script = (id: string, signal?: AbortSignal) => AsyncIterable<{ job: JobObject }>;

function job(id: string, change: Partial<JobObject> = {}): JobObject {
  return {
    id,
    status: "in_progress",
    phase: "generating",
    progress: 0,
    queue: null,
    warnings: [],
    ...change,
  } as unknown as JobObject;
}

function clientOf(script: Script): GatewayClient {
  const jobs = {
    events: (id: string, options: { signal?: AbortSignal }) => script(id, options.signal),
  };
  return { jobs } as unknown as GatewayClient;
}

/** Returns the clients one after the other, the next whenever one is lost. */
function connectionOf(comesBack: boolean, ...scripts: Script[]) {
  const clients = scripts.map(clientOf);
  let index = 0;
  const connection: Connection = {
    get client() {
      return clients[index]!;
    },
    isOwn: false,
    isSimulated: false,
    isLocal: true,
    place: "the gateway",
    isLost: isAway,
    reconnect(lost) {
      if (!comesBack) return Promise.reject(new GatewayError("connection_failed", "still gone"));
      if (lost === clients[index]) index += 1;
      return Promise.resolve();
    },
    close: () => Promise.resolve(),
  };
  return { connection, used: () => index + 1 };
}

function silentOutput() {
  const seen = { warnings: [] as string[], progress: [] as ProgressState[], ended: 0 };
  const output: Output = {
    result: () => undefined,
    help: () => undefined,
    json: () => undefined,
    table: () => undefined,
    note: () => undefined,
    failure: () => undefined,
    warning: (message) => seen.warnings.push(say(message, english)),
    progress: (state) => seen.progress.push(state),
    clear: () => false,
    endProgress: () => (seen.ended += 1),
  };
  return { output, seen };
}

const lost = new GatewayError("connection_failed", "gone");
const never = new AbortController().signal;
const reconnectMs = 1000;

describe("following jobs", () => {
  test("gives every job as it ended, in the order asked", async () => {
    const { connection } = connectionOf(true, async function* (id) {
      yield { job: job(id, { progress: 50 }) };
      yield { job: job(id, { status: "completed", progress: 100 }) };
    });
    const { output } = silentOutput();
    const jobs = await followJobs(connection, ["b", "a"], {
      output,
      signal: never,
      reconnectMs,
      words: english,
    });
    expect(jobs.map(({ id, status }) => [id, status])).toEqual([
      ["b", "completed"],
      ["a", "completed"],
    ]);
  });

  test("goes on with the next gateway when the one in use ends", async () => {
    const { connection, used } = connectionOf(
      true,
      async function* (id) {
        yield { job: job(id) };
        throw lost;
      },
      async function* (id) {
        yield { job: job(id, { status: "failed" }) };
      },
    );
    const { output } = silentOutput();
    const [ended] = await followJobs(connection, ["a"], {
      output,
      signal: never,
      reconnectMs,
      words: english,
    });
    expect(ended?.status).toBe("failed");
    expect(used()).toBe(2);
  });

  test("ends when the gateway does not come back", async () => {
    const { connection } = connectionOf(false, async function* () {
      yield* [];
      throw lost;
    });
    const { output } = silentOutput();
    await expect(
      followJobs(connection, ["a"], { output, signal: never, reconnectMs, words: english }),
    ).rejects.toMatchObject({
      failure: {
        code: "connection_failed",
        exitCode: 7,
      },
    });
  });

  test("does not take a refusal for a lost gateway", async () => {
    const unknown = new GatewayError("not_found", "no such job");
    const { connection, used } = connectionOf(true, async function* () {
      yield* [];
      throw unknown;
    });
    const { output } = silentOutput();
    await expect(
      followJobs(connection, ["a"], { output, signal: never, reconnectMs, words: english }),
    ).rejects.toBe(unknown);
    expect(used()).toBe(1);
  });

  test("stops at the interrupt and takes the progress line away", async () => {
    const controller = new AbortController();
    const { connection } = connectionOf(true, async function* (id, signal) {
      yield { job: job(id) };
      controller.abort(new Error("stop"));
      signal?.throwIfAborted();
    });
    const { output, seen } = silentOutput();
    await expect(
      followJobs(connection, ["a"], {
        output,
        signal: controller.signal,
        reconnectMs,
        words: english,
      }),
    ).rejects.toThrow("stop");
    expect(seen.ended).toBe(1);
  });

  test("leaves early where asked", async () => {
    const { connection } = connectionOf(true, async function* (id) {
      yield { job: job(id, { started_at: null }) };
      yield { job: job(id, { started_at: 1 }) };
      throw new Error("went on");
    });
    const { output } = silentOutput();
    const [started] = await followJobs(connection, ["a"], {
      output,
      signal: never,
      reconnectMs,
      words: english,
      until: ({ started_at }) => started_at !== null,
    });
    expect(started?.started_at).toBe(1);
  });

  test("tells a warning once, however often it is seen", async () => {
    const warnings = [{ code: "size_substituted", message: "another size" }];
    const { connection } = connectionOf(true, async function* (id) {
      yield { job: job(id, { warnings }) };
      yield { job: job(id, { warnings, status: "completed" }) };
    });
    const { output, seen } = silentOutput();
    await followJobs(connection, ["a", "b"], {
      output,
      signal: never,
      reconnectMs,
      words: english,
    });
    expect(seen.warnings).toEqual(["another size"]);
  });

  test("draws one line for several jobs: the average and the slowest one's state", async () => {
    const { connection } = connectionOf(true, async function* (id) {
      if (id === "a") yield { job: job(id, { status: "completed", progress: 100 }) };
      else {
        yield { job: job(id, { progress: 20 }) };
        await Promise.resolve();
        yield { job: job(id, { status: "completed", progress: 100 }) };
      }
    });
    const { output, seen } = silentOutput();
    await followJobs(connection, ["a", "b"], {
      output,
      signal: never,
      reconnectMs,
      words: english,
    });
    expect(seen.progress.map(({ label, percent }) => [label, percent])).toContainEqual([
      "1 of 2 jobs done, generating",
      60,
    ]);
  });
});
