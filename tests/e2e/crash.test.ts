// The promise "paid once, never lost" at its simplest: SIGKILL in the middle, start again, count the starts. Also that
// a job made on one upstream never reaches another.
import { afterEach, describe, expect, test } from "vitest";
import { decodePicture } from "./media.ts";
import {
  fakeSession,
  getJson,
  postJson,
  type Process,
  scratchFolder,
  startGateway,
  startSimulator,
  until,
} from "./processes.ts";

const cleanups: Array<() => unknown> = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).toReversed()) await cleanup();
});

function scratch(): string {
  const folder = scratchFolder();
  cleanups.push(folder.remove);
  return folder.path;
}

function tracked(process: Process): Process {
  cleanups.push(() => process.kill());
  return process;
}

interface AcceptedStart {
  submit_id: string;
  kind: string;
}

async function startsOf(simulator: Process): Promise<AcceptedStart[]> {
  const answer = await getJson(`${simulator.url}/_simulator/accepted-starts`);
  return answer.accepted_starts;
}

async function finalJobs(gateway: Process): Promise<any[]> {
  return until(
    "all jobs to end",
    async () => {
      const { data } = await getJson(`${gateway.url}/v1/jobs?limit=100`);
      const open = data.filter((job: { status: string }) =>
        ["queued", "in_progress"].includes(job.status),
      );
      return open.length === 0 ? data : undefined;
    },
    90_000,
  );
}

describe("SIGKILL of the gateway", () => {
  test("while a picture and a video are being generated, both complete after a restart and were started once", async () => {
    const simulator = tracked(await startSimulator(scratch()));
    const data = scratch();
    const environment = { JIMENG_SESSIONS: `mine=${fakeSession}`, JIMENG_BASE_URL: simulator.url };
    const first = tracked(await startGateway(data, environment, { simulated: false }));
    await postJson(
      `${first.url}/v1/images/generations`,
      { prompt: "a picture that survives" },
      { prefer: "respond-async" },
    );
    await postJson(`${first.url}/v1/videos`, { prompt: "a video that survives" });
    await until("both starts", async () =>
      (await startsOf(simulator)).length === 2 ? true : undefined,
    );
    await first.kill();

    const second = tracked(await startGateway(data, environment, { simulated: false }));
    const jobs = await finalJobs(second);
    expect(jobs.map((job) => job.status)).toEqual(["completed", "completed"]);
    for (const job of jobs) expect(job.result.assets).toHaveLength(1);
    const picture = jobs.find((job) => job.kind === "image");
    const bytes = await (await fetch(picture.result.assets[0].url)).arrayBuffer();
    expect((await decodePicture(new Uint8Array(bytes))).width).toBe(2048);
    const starts = await startsOf(simulator);
    expect(starts.map((entry) => entry.kind).toSorted()).toEqual(["image", "video"]);
    expect(await second.stop()).toBe(0);
  }, 120_000);

  test("with the built-in simulator, which dies with it, both complete after a restart and were started once", async () => {
    const data = scratch();
    const first = tracked(await startGateway(data));
    await postJson(
      `${first.url}/v1/images/generations`,
      { prompt: "a picture that survives" },
      { prefer: "respond-async" },
    );
    await postJson(`${first.url}/v1/videos`, { prompt: "a video that survives" });
    await until("both to be started", async () => {
      const { data: jobs } = await getJson(`${first.url}/v1/jobs`);
      return jobs.every(
        (job: { upstream: { history_id: string | null } }) => job.upstream.history_id,
      )
        ? true
        : undefined;
    });
    await first.kill();

    const second = tracked(await startGateway(data));
    const jobs = await finalJobs(second);
    expect(jobs.map((job) => job.status)).toEqual(["completed", "completed"]);
    await second.stop();

    // The simulator's own persisted list of accepted starts, read by a simulator that is started on the same folder.
    const simulator = tracked(await startSimulator(`${data}/simulator/upstream`));
    const starts = await startsOf(simulator);
    expect(starts.map((entry) => entry.kind).toSorted()).toEqual(["image", "video"]);
    expect(new Set(starts.map((entry) => entry.submit_id)).size).toBe(2);
  }, 120_000);
});

describe("the simulator's jobs and an account's jobs", () => {
  test("three jobs queued on the simulator are never started, polled or listed on another upstream", async () => {
    const data = scratch();
    const first = tracked(await startGateway(data));
    for (const prompt of ["one", "two", "three"]) {
      await postJson(`${first.url}/v1/images/generations`, { prompt }, { prefer: "respond-async" });
    }
    await first.kill();

    const other = tracked(await startSimulator(scratch()));
    const second = tracked(
      await startGateway(
        data,
        { JIMENG_SESSIONS: `mine=${fakeSession}`, JIMENG_BASE_URL: other.url },
        { simulated: false },
      ),
    );
    expect((await getJson(`${second.url}/v1/jobs`)).data).toEqual([]);
    // One job of its own runs to its end: time enough for a stray one to show itself.
    const own = await postJson(`${second.url}/v1/images/generations`, { prompt: "own" });
    expect(own.status).toBe(200);
    expect(await startsOf(other)).toHaveLength(1);
    expect((await getJson(`${second.url}/v1/jobs`)).data).toHaveLength(1);
  }, 60_000);
});
