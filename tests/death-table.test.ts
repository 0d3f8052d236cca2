// The table "How it can die" of docs/jobs.md as it really happens: the real gateway over real HTTP, ended by SIGKILL at
// every row and between them. Afterwards the job is completed, its bytes are on disk, and the upstream was paid once.
import { setTimeout as sleep } from "node:timers/promises";

import { describe, expect, test, type TestContext } from "vitest";
import { engineHere } from "./chaos/engine-here.ts";
import { plainPicture, toDataUrl } from "./chaos/png.ts";
import { openScene, type Scene, type SceneRequest } from "./death-table/scene.ts";

const later = { prefer: "respond-async" };
const picture: SceneRequest = {
  path: "/v1/images/generations",
  body: { prompt: "a picture that survives", n: 2 },
  headers: later,
};
const video: SceneRequest = { path: "/v1/videos", body: { prompt: "a video that survives" } };
const edit: SceneRequest = {
  path: "/v1/images/edits",
  body: {
    prompt: "an edit that survives",
    images: [0x102030, 0xa0b0c0].map((colour) => ({ image_url: toDataUrl(plainPicture(colour)) })),
  },
  headers: later,
};
const enlarged: SceneRequest = {
  path: "/v1/images/upscale",
  body: { image: toDataUrl(plainPicture(0x30_60_90)), mode: "smart" },
  headers: later,
};
const music: SceneRequest = { path: "/v1/audio/music", body: { prompt: "a tune that survives" } };

const { engine, postgresUrl } = engineHere();

// What these jobs add is not the database's: `npm run test:long` kills them on PostgreSQL, too.
const isLong = process.env["JIMENG_TEST_LONG"] === "1";
const otherKinds =
  engine === "sqlite" || isLong
    ? [
        { of: "a picture that is enlarged", submission: enlarged },
        { of: "music", submission: music },
      ]
    : [];

interface Row {
  dies: string;
  point: string;
  /** At which passing of the point; default the first. */
  time?: number;
  submission: SceneRequest;
  files: number;
  /** How many starts the upstream has accepted when the process is gone. */
  startsAtDeath: number;
}

const rows: Row[] = [
  {
    dies: "after the row is stored, before its caller hears of it",
    point: "row_stored",
    submission: picture,
    files: 2,
    startsAtDeath: 0,
  },
  {
    dies: "before the submit id of a picture is written",
    point: "before_submit_id",
    submission: picture,
    files: 2,
    startsAtDeath: 0,
  },
  {
    dies: "before the submit id of a video is written",
    point: "before_submit_id",
    submission: video,
    files: 1,
    startsAtDeath: 0,
  },
  {
    dies: "after upload of reference 1 of 2",
    point: "reference_uploaded",
    submission: edit,
    files: 1,
    startsAtDeath: 0,
  },
  {
    dies: "after upload of reference 2 of 2",
    point: "reference_uploaded",
    time: 2,
    submission: edit,
    files: 1,
    startsAtDeath: 0,
  },
  {
    dies: "after the submit id of a picture is written, before sending",
    point: "submit_id_written",
    submission: picture,
    files: 2,
    startsAtDeath: 0,
  },
  {
    dies: "after the submit id of a video is written, before sending",
    point: "submit_id_written",
    submission: video,
    files: 1,
    startsAtDeath: 0,
  },
  {
    dies: "after the submit id of an edit is written, before sending",
    point: "submit_id_written",
    submission: edit,
    files: 1,
    startsAtDeath: 0,
  },
  {
    dies: "after sending a picture, before storing the answer",
    point: "start_answered",
    submission: picture,
    files: 2,
    startsAtDeath: 1,
  },
  {
    dies: "after sending a video, before storing the answer",
    point: "start_answered",
    submission: video,
    files: 1,
    startsAtDeath: 1,
  },
  {
    dies: "while a picture is generated",
    point: "operation_stored",
    submission: picture,
    files: 2,
    startsAtDeath: 1,
  },
  {
    dies: "while a video is generated",
    point: "operation_stored",
    submission: video,
    files: 1,
    startsAtDeath: 1,
  },
  {
    dies: "before the first file is fetched",
    point: "saving",
    submission: picture,
    files: 2,
    startsAtDeath: 1,
  },
  {
    dies: "between rename and commit of the first of two pictures",
    point: "file_kept",
    submission: picture,
    files: 2,
    startsAtDeath: 1,
  },
  {
    dies: "between rename and commit of the second of two pictures",
    point: "file_kept",
    time: 2,
    submission: picture,
    files: 2,
    startsAtDeath: 1,
  },
  {
    dies: "between rename and commit of a video",
    point: "file_kept",
    submission: video,
    files: 1,
    startsAtDeath: 1,
  },
  ...otherKinds.flatMap(({ of, submission }) =>
    [
      { dies: `before the submit id of ${of} is written`, point: "before_submit_id", starts: 0 },
      { dies: `after the submit id of ${of} is written`, point: "submit_id_written", starts: 0 },
      {
        dies: `after sending ${of}, before storing the answer`,
        point: "start_answered",
        starts: 1,
      },
      { dies: `while ${of} is generated`, point: "operation_stored", starts: 1 },
      { dies: `between rename and commit of ${of}`, point: "file_kept", starts: 1 },
    ].map(({ starts, ...row }): Row => ({ ...row, submission, files: 1, startsAtDeath: starts })),
  ),
  {
    dies: "after upload of the picture that a tool works on",
    point: "reference_uploaded",
    submission: enlarged,
    files: 1,
    startsAtDeath: 0,
  },
  {
    dies: "after the row is completed, before anyone is told",
    point: "completed",
    submission: picture,
    files: 2,
    startsAtDeath: 1,
  },
];

// On PostgreSQL the next node waits for the dead one's claims to lapse.
const patienceMs = 120_000;

async function prepare(
  { onTestFinished }: TestContext,
  settings?: Record<string, string>,
): Promise<Scene> {
  const scene = await openScene(engine, postgresUrl, settings);
  onTestFinished(() => scene.remove());
  return scene;
}

describe.concurrent(`the death table on ${engine}`, () => {
  test.for(rows)(
    "a gateway that dies $dies has the job completed by the next one, for one start",
    { timeout: patienceMs },
    async ({ point, time, submission, files, startsAtDeath }, context) => {
      const scene = await prepare(context);
      const first = await scene.gateway(point, time);
      void scene.send(first, submission);
      expect(await first.ended, first.output()).toBe("SIGKILL");
      expect(scene.simulator.acceptedStarts()).toHaveLength(startsAtDeath);

      const second = await scene.gateway();
      const job = await scene.theJob(second);
      expect(job, second.output()).toMatchObject({ status: "completed", error: null });
      await expectFiles(second.url, job.result?.assets ?? [], files);
      expect(scene.simulator.acceptedStarts().map(({ submit_id }) => submit_id)).toEqual([
        job.upstream.submit_id,
      ]);
      expect(scene.posts()).toBe(1);
    },
  );

  test(
    "a gateway that dies while the upstream's answer is on its way adopts what was started",
    async (context) => {
      const scene = await prepare(context);
      scene.simulator.addFault({ endpoint: "generate", kind: "hang", accepted: true });
      const first = await scene.gateway();
      void scene.send(first, picture);
      // Tests run side by side: only the context's own expect knows which of them polls.
      await context.expect
        .poll(() => scene.simulator.acceptedStarts().length, { timeout: 10_000 })
        .toBe(1);
      await first.kill();

      const second = await scene.gateway();
      expect(await scene.theJob(second)).toMatchObject({ status: "completed" });
      expect(scene.simulator.acceptedStarts()).toHaveLength(1);
      expect(scene.posts()).toBe(1);
    },
    patienceMs,
  );

  test.for([
    { dies: "before the submit id is written", point: "before_submit_id", starts: 1 },
    { dies: "before sending", point: "submit_id_written", starts: 1 },
    { dies: "before storing the answer", point: "start_answered", starts: 2 },
  ])(
    "a gateway that repairs the details of a result, and that dies $dies, has the job completed for one start",
    { timeout: patienceMs },
    async ({ point, starts }, context) => {
      const scene = await prepare(context);
      const earlier = await scene.gateway();
      void scene.send(earlier, picture);
      const { id } = await scene.theJob(earlier);
      await earlier.kill();

      const first = await scene.gateway(point);
      void scene.send(first, { path: "/v1/images/refine", body: { image: id }, headers: later });
      expect(await first.ended, first.output()).toBe("SIGKILL");
      expect(scene.simulator.acceptedStarts()).toHaveLength(starts);

      const second = await scene.gateway();
      const job = await scene.theJob(second, 2);
      expect(job, second.output()).toMatchObject({ status: "completed", error: null });
      await expectFiles(second.url, job.result?.assets ?? [], 1);
      expect(scene.simulator.acceptedStarts()).toHaveLength(2);
      expect(scene.posts()).toBe(2);
    },
  );

  test.for([
    {
      dies: "before the row says that its uploads are renewed",
      point: "handles_dropped",
      starts: 1,
    },
    { dies: "before it uploads its files again", point: "handles_renewed", starts: 1 },
    { dies: "before it stores the answer to the second post", point: "start_answered", starts: 2 },
  ])(
    "a gateway whose uploads the upstream forgot, and that dies $dies, has the job completed for one start",
    { timeout: patienceMs },
    async ({ point, starts }, context) => {
      const scene = await prepare(context);
      const earlier = await scene.gateway();
      void scene.send(earlier, edit);
      expect(await scene.theJob(earlier)).toMatchObject({ status: "completed" });
      await earlier.kill();
      scene.simulator.forgetUploads();

      const first = await scene.gateway(point);
      void scene.send(first, { ...edit, body: { ...edit.body, prompt: "the same files again" } });
      expect(await first.ended, first.output()).toBe("SIGKILL");
      expect(scene.simulator.acceptedStarts()).toHaveLength(starts);

      const second = await scene.gateway();
      const job = await scene.theJob(second, 2);
      expect(job, second.output()).toMatchObject({ status: "completed", error: null });
      await expectFiles(second.url, job.result?.assets ?? [], 1);
      const accepted = scene.simulator.acceptedStarts();
      expect(accepted).toHaveLength(2);
      expect(accepted.at(-1)?.submit_id).toBe(job.upstream.submit_id);
      // The earlier job's, the refused one, and the one that was accepted.
      expect(scene.posts()).toBe(3);
    },
  );

  test.for([
    { dies: "before the row of a part is stored", point: "file_kept", time: 1 },
    { dies: "before it fetches the rest", point: "saving", time: 2 },
    { dies: "between rename and commit of the whole file", point: "file_kept", time: 3 },
  ])(
    "a gateway that got parts of its files, and that dies $dies, has the whole ones kept by the next, for one start",
    { timeout: patienceMs },
    async ({ point, time }, context) => {
      const scene = await prepare(context, { RETRY_DELAY: "10" });
      const cut = { endpoint: "download", kind: "truncated", honest_length: true } as const;
      scene.simulator.addFault({ ...cut, times: 2 });
      const first = await scene.gateway(point, time);
      void scene.send(first, picture);
      expect(await first.ended, first.output()).toBe("SIGKILL");

      const second = await scene.gateway();
      const job = await scene.theJob(second);
      expect(job, second.output()).toMatchObject({ status: "completed", error: null });
      expect(job.result?.assets.map(({ incomplete }) => incomplete)).toEqual([false, false]);
      await expectFiles(second.url, job.result?.assets ?? [], 2);
      expect(scene.posts()).toBe(1);
    },
  );

  test(
    "two deaths in a row, before sending and while saving, still cost one start",
    async (context) => {
      const scene = await prepare(context);
      const first = await scene.gateway("submit_id_written");
      void scene.send(first, picture);
      expect(await first.ended).toBe("SIGKILL");
      const second = await scene.gateway("file_kept");
      expect(await second.ended, second.output()).toBe("SIGKILL");

      const third = await scene.gateway();
      const job = await scene.theJob(third);
      expect(job).toMatchObject({ status: "completed" });
      await expectFiles(third.url, job.result?.assets ?? [], 2);
      expect(scene.posts()).toBe(1);
    },
    patienceMs,
  );

  test(
    "an owner who parks uncertain starts gets outcome_unknown after a death before sending, and pays nothing",
    async (context) => {
      const scene = await prepare(context, { JIMENG_ON_DOUBT: "park" });
      const first = await scene.gateway("submit_id_written");
      void scene.send(first, picture);
      expect(await first.ended).toBe("SIGKILL");

      const second = await scene.gateway();
      const job = await scene.theJob(second);
      expect(job).toMatchObject({ status: "failed", error: { code: "outcome_unknown" } });
      expect(scene.posts()).toBe(0);
    },
    patienceMs,
  );

  test(
    "a caller who was waiting when the row was completed gets the same pictures by asking again",
    async (context) => {
      const scene = await prepare(context);
      const waiting = { ...picture, headers: {} };
      const first = await scene.gateway("completed");
      expect(await scene.send(first, waiting)).toBeUndefined();
      expect(await first.ended).toBe("SIGKILL");

      const second = await scene.gateway();
      // On several nodes a process may count as alive until its sign of life is six seconds old.
      if (engine === "postgres") await sleep(7000);
      const answer = await scene.send(second, waiting);
      expect(answer?.status).toBe(200);
      const job = await scene.theJob(second);
      expect(answer?.headers.get("x-jimeng-joined")).toBe(job.id);
      expect(scene.simulator.acceptedStarts()).toHaveLength(1);
    },
    patienceMs,
  );
});

async function expectFiles(
  gatewayUrl: string,
  assets: { url: string; upstream_url: string }[],
  count: number,
): Promise<void> {
  expect(assets).toHaveLength(count);
  for (const { url, upstream_url } of assets) {
    const stored = await fetch(`${gatewayUrl}${new URL(url).pathname}`);
    const original = await fetch(upstream_url);
    expect(stored.status).toBe(200);
    const [ours, theirs] = await Promise.all([stored.bytes(), original.bytes()]);
    expect(ours.byteLength).toBeGreaterThan(0);
    expect(Buffer.compare(ours, theirs)).toBe(0);
  }
}
