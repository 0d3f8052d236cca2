// The proof that the judge of crash tests can say no: each kind of wrong, planted by hand, is named.
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { Jimeng, prepareRequest } from "@jimeng/sdk";
import { createSimulator, type Simulator } from "@jimeng/simulator";
import { afterEach, beforeEach, expect, test } from "vitest";
import { judge, type Verdict } from "./judge.ts";
import { readOutputs } from "./upstream-view.ts";

const session = "judge0fake0session0of0nobody00000";
const prompt = "a submission";
const submitIds = {
  one: "11111111-1111-4111-8111-111111111111",
  other: "22222222-2222-4222-8222-222222222222",
};

let simulator: Simulator;
let gateway: Server;
let jobs: unknown[];
let stored: Uint8Array;

beforeEach(async () => {
  simulator = await createSimulator({ media: "blank", duplicateSubmit: "second-record" });
  gateway = createServer((request, response) => {
    if (request.url?.startsWith("/v1/jobs") === true) {
      response.setHeader("content-type", "application/json");
      response.end(JSON.stringify({ data: jobs, has_more: false }));
    } else response.end(stored);
  });
  await new Promise<void>((resolve) => gateway.listen(0, "127.0.0.1", resolve));
});
afterEach(async () => {
  gateway.close();
  await simulator.close();
});

async function start(submitId: string): Promise<void> {
  const { url } = simulator;
  const client = new Jimeng({
    session,
    baseUrls: { mweb: url, commerce: url, passport: url, imagex: url, vod: url },
  });
  const { request } = prepareRequest({ kind: "image", model: "jimeng-4.0", prompt, count: 1 }, {});
  await client.generations.start(request, { submitId });
  simulator.advance(60_000);
}

/** Starts a picture and gives the job that an honest gateway would show for it. */
async function honestJob(submitId = submitIds.one): Promise<Record<string, unknown>> {
  await start(submitId);
  const outputs = await readOutputs(simulator.url, session, [submitId]);
  const upstreamUrl = outputs.get(submitId)?.[0]?.url ?? "";
  stored = await (await fetch(upstreamUrl)).bytes();
  return {
    id: `job of ${submitId}`,
    status: "completed",
    account: "mine",
    request: { prompt },
    upstream: { submit_id: submitId },
    error: null,
    result: { assets: [{ url: "http://gateway/asset", upstream_url: upstreamUrl }] },
  };
}

function verdict(files: Uint8Array[] = [stored]): Promise<Verdict> {
  const { port } = gateway.address() as AddressInfo;
  const claims = [{ prompt, held: { files, error: null } }];
  return judge(claims, simulator, `http://127.0.0.1:${port}`, new Map([["mine", session]]));
}

const counts = ({ lost, startedTwice, undelivered }: Verdict): number[] =>
  [lost, startedTwice, undelivered].map((list) => list.length);

test("an honest run is found good", async () => {
  jobs = [await honestJob()];
  expect(await verdict()).toMatchObject({ starts: 1, completed: 1, ended: {} });
  expect(counts(await verdict())).toEqual([0, 0, 0]);
});

test("a second start of one submit id is named", async () => {
  jobs = [await honestJob()];
  await start(submitIds.one);
  expect((await verdict()).startedTwice).toEqual([expect.stringContaining("started 2 times")]);
});

test("two jobs with a start each for one submission are named", async () => {
  jobs = [await honestJob(submitIds.one), await honestJob(submitIds.other)];
  expect((await verdict()).startedTwice).toEqual([expect.stringContaining("in 2 jobs")]);
});

test("a submission without a job, and a start without a job, are lost", async () => {
  await honestJob();
  jobs = [];
  expect((await verdict()).lost).toEqual([
    expect.stringContaining("has no job"),
    expect.stringContaining(submitIds.one),
  ]);
});

test("a job that failed or still runs although its pictures were made is lost", async () => {
  const job = await honestJob();
  jobs = [{ ...job, status: "failed", error: { code: "generation_timeout" } }];
  expect((await verdict()).lost).toHaveLength(1);
  jobs = [{ ...job, status: "in_progress" }];
  expect((await verdict()).lost).toHaveLength(1);
});

test("other bytes in the store or at the client are undelivered, and so is another job's picture", async () => {
  const job = await honestJob();
  jobs = [job];
  expect(counts(await verdict([stored.slice(1)]))).toEqual([0, 0, 1]);
  expect(counts(await verdict([]))).toEqual([0, 0, 1]);
  const right = stored;
  stored = right.slice(1);
  expect(counts(await verdict([stored]))).toEqual([0, 0, 1]);
  const other = await honestJob(submitIds.other);
  jobs = [
    { ...job, result: other["result"] },
    { ...other, request: { prompt: "another" } },
  ];
  expect((await verdict()).undelivered).toEqual([expect.stringContaining("the upstream made")]);
});
