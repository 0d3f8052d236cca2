// The round trip through the real commands: what a data folder held, in simulator mode or in both modes, is there again
// after `jimeng backup`, the loss of the folder, and `jimeng restore`.
import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import {
  fakeSession,
  getJson,
  postJson,
  type Process,
  runCommand,
  scratchFolder,
  startCommand,
  startGateway,
  startSimulator,
  until,
} from "./processes.ts";

let folder: string;
const cleanups: Array<() => unknown> = [];
beforeEach(() => {
  const scratch = scratchFolder();
  folder = scratch.path;
  cleanups.push(scratch.remove);
});
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).toReversed()) await cleanup();
});

const dataOf = () => join(folder, "data");

async function start(
  data: string,
  environment: Record<string, string> = {},
  simulated = true,
): Promise<Process> {
  const gateway = await startGateway(data, environment, { simulated });
  cleanups.push(() => gateway.kill());
  return gateway;
}

const order = (gateway: Process, prompt: string, headers: Record<string, string> = {}) =>
  postJson(`${gateway.url}/v1/images/generations`, { prompt, n: 1 }, headers);
const later = { prefer: "respond-async" };

/** Orders a picture that is accepted by the upstream and not finished when this returns. */
async function orderRunning(gateway: Process, prompt: string): Promise<string> {
  const { body } = await order(gateway, prompt, later);
  await until("the start", async () => {
    const { started_at: at } = await getJson(`${gateway.url}/v1/jobs/${body.id}`);
    return at ?? undefined;
  });
  return body.id;
}

async function listOf(gateway: Process): Promise<any[]> {
  const { data } = await getJson(`${gateway.url}/v1/jobs?limit=100`);
  return data;
}

async function idsOf(gateway: Process): Promise<string[]> {
  const ids = (await listOf(gateway)).map(({ id }) => id as string);
  return ids.toSorted();
}

async function balancesOf(gateway: Process): Promise<any[]> {
  const { data } = await getJson(`${gateway.url}/v1/credits`);
  return data.map((balance: any) => ({ ...balance, fetched_at: null }));
}

async function bytesOf(gateway: Process, url: string): Promise<Buffer> {
  const answer = await fetch(new URL(new URL(url).pathname, gateway.url));
  expect(answer.status, url).toBe(200);
  return Buffer.from(await answer.arrayBuffer());
}

const ended = (gateway: Process, id: string) =>
  until("the end of a job", async () => {
    const job = await getJson(`${gateway.url}/v1/jobs/${id}`);
    return job.completed_at === null ? undefined : job;
  });

async function backUp(to: string, environment: Record<string, string> = {}) {
  const words = ["backup", "--to", to, "--with-assets", "--json"];
  const made = await runCommand(words, { JIMENG_DATA_DIR: dataOf(), ...environment });
  expect(made.code, made.output).toBe(0);
  return JSON.parse(made.stdout);
}

async function restore(from: string, dataDir: string) {
  const words = ["restore", "--from", from, "--json"];
  const done = await runCommand(words, { JIMENG_DATA_DIR: dataDir });
  expect(done.code, done.output).toBe(0);
  return JSON.parse(done.stdout);
}

/** Returns the starts that the built-in simulator of a data folder has accepted. */
async function acceptedStarts(data: string): Promise<any[]> {
  const port = readFileSync(join(data, "simulator/upstream/port"), "utf8").trim();
  const { accepted_starts: starts } = await getJson(
    `http://127.0.0.1:${port}/_simulator/accepted-starts`,
  );
  return starts;
}

async function uploadTo(gateway: Process, bytes: Buffer): Promise<string> {
  const answer = await fetch(`${gateway.url}/v1/files?purpose=vision`, {
    method: "POST",
    headers: { "content-type": "image/png" },
    body: new Uint8Array(bytes),
  });
  return ((await answer.json()) as { id: string }).id;
}

describe("simulator mode", () => {
  test("of a running gateway: jobs, pictures, files, credits, and the running job that the upstream knows", async () => {
    const gateway = await start(dataOf());
    const done = await order(gateway, "finished before");
    const url = done.body.data[0].url as string;
    const picture = await bytesOf(gateway, url);
    const file = await uploadTo(gateway, picture);
    const running = await orderRunning(gateway, "still running");
    const credits = await balancesOf(gateway);
    const report = await backUp(join(folder, "backup"));
    expect(report).toMatchObject({ from: dataOf(), parts: ["simulator"] });
    const ids = await idsOf(gateway);
    const starts = (await acceptedStarts(dataOf())).map((entry) => entry.submit_id);
    await gateway.kill();
    rmSync(dataOf(), { recursive: true });

    expect(await restore(join(folder, "backup"), dataOf())).toMatchObject({
      data_dir: dataOf(),
      parts: ["simulator"],
      with_assets: true,
    });
    const again = await start(dataOf());
    expect(await idsOf(again)).toEqual(ids);
    expect(await bytesOf(again, url)).toEqual(picture);
    expect((await getJson(`${again.url}/v1/files/${file}`)).bytes).toBe(picture.length);
    expect(await balancesOf(again)).toEqual(credits);
    const found = await ended(again, running);
    expect(found.status).toBe("completed");
    expect((await bytesOf(again, found.result.assets[0].url)).length).toBeGreaterThan(100);
    const known = (await acceptedStarts(dataOf())).map((entry) => entry.submit_id);
    expect(known).toEqual(starts);
    // New work goes on where the old one ended.
    expect((await order(again, "after")).status).toBe(200);
  }, 120_000);

  test("of a stopped gateway, served from the backup itself as well", async () => {
    const gateway = await start(dataOf());
    await order(gateway, "finished");
    const running = await orderRunning(gateway, "running");
    const ids = await idsOf(gateway);
    await gateway.stop();
    const backup = join(folder, "backup");
    await backUp(backup);
    await restore(backup, join(folder, "elsewhere"));
    rmSync(dataOf(), { recursive: true });
    for (const place of [join(folder, "elsewhere"), backup]) {
      const again = await start(place);
      expect(await idsOf(again)).toEqual(ids);
      expect((await ended(again, running)).status).toBe("completed");
      expect(await acceptedStarts(place)).toHaveLength(2);
      await again.stop();
    }
    // What was served has changed since: it is a data folder now and no backup any more.
    const refused = await runCommand(["restore", "--from", backup], { JIMENG_DATA_DIR: dataOf() });
    expect(refused.code).toBe(2);
    expect(refused.output).toMatch(/^error: \S+backup is no whole backup: /m);
    expect(existsSync(dataOf())).toBe(false);
  }, 120_000);
});

// Backups of stopped gateways are a part of `npm run test:long`.
const isLong = process.env["JIMENG_TEST_LONG"] === "1";

describe("a folder that holds both modes", () => {
  test.each(isLong ? [["running"], ["stopped"]] : [["running"]])(
    "of %s gateways brings back each mode's own jobs, and neither works on the other's",
    async (state) => {
      const site = await startSimulator(join(folder, "site"), [
        ...["--media", "blank", "--image-seconds", "2"],
      ]);
      cleanups.push(() => site.kill());
      const accounts = {
        JIMENG_SESSIONS: `mine=${fakeSession}`,
        JIMENG_BASE_URL: site.url,
      };
      const paid = async () =>
        (await getJson(`${site.url}/_simulator/accepted-starts`)).accepted_starts.length;
      const live = await start(dataOf(), accounts, false);
      const simulated = await start(dataOf(), { JIMENG_SIMULATE: "true" });
      const [done] = await Promise.all([order(live, "real"), order(simulated, "simulated")]);
      const running = {
        live: await orderRunning(live, "real, running"),
        simulated: await orderRunning(simulated, "simulated, running"),
      };
      const ids = { live: await idsOf(live), simulated: await idsOf(simulated) };
      if (state === "stopped") await Promise.all([live.stop(), simulated.stop()]);
      const report = await backUp(join(folder, "backup"));
      expect(report.parts).toEqual(["", "simulator"]);
      await Promise.all([live.kill(), simulated.kill()]);
      rmSync(dataOf(), { recursive: true });

      await restore(join(folder, "backup"), dataOf());
      const liveAgain = await start(dataOf(), accounts, false);
      const simulatedAgain = await start(dataOf(), { JIMENG_SIMULATE: "true" });
      expect(await idsOf(liveAgain)).toEqual(ids.live);
      expect(await idsOf(simulatedAgain)).toEqual(ids.simulated);
      const picture = done.body.data[0].url as string;
      expect((await bytesOf(liveAgain, picture)).length).toBeGreaterThan(50);
      expect((await ended(liveAgain, running.live)).status).toBe("completed");
      expect((await ended(simulatedAgain, running.simulated)).status).toBe("completed");
      expect(await paid()).toBe(2);
      expect(await acceptedStarts(dataOf())).toHaveLength(2);
    },
    120_000,
  );
});

describe("jimeng restore", () => {
  async function makeBackup(): Promise<string> {
    const gateway = await start(dataOf());
    await order(gateway, "a cat");
    await gateway.stop();
    const backup = join(folder, "backup");
    await backUp(backup);
    return backup;
  }

  test("refuses a folder with anything in it by its name, also while a gateway works there", async () => {
    const backup = await makeBackup();
    const refused = await runCommand(["restore", "--from", backup], { JIMENG_DATA_DIR: dataOf() });
    expect(refused.code).toBe(2);
    expect(refused.output).toContain(`error: The data folder is not empty: ${dataOf()}.`);
    const gateway = await start(dataOf());
    const ids = await idsOf(gateway);
    const again = await runCommand(["restore", "--from", backup, "--data-dir", dataOf()], {});
    expect(again.code).toBe(2);
    expect(await idsOf(gateway)).toEqual(ids);
    const taken = join(folder, "taken");
    mkdirSync(taken);
    writeFileSync(join(taken, "my-notes"), "mine");
    const third = await runCommand(
      ["restore", "--from", backup, "--data-dir", taken, "--json"],
      {},
    );
    expect(third.code).toBe(2);
    expect(JSON.parse(third.stdout)).toMatchObject({
      error: { code: "conflict", message: expect.stringContaining(taken) },
    });
    expect(readdirSync(taken)).toEqual(["my-notes"]);
  }, 60_000);

  test("takes nothing of a backup that was killed midway, and the next one is whole", async () => {
    const gateway = await start(dataOf());
    await order(gateway, "a cat");
    const ids = await idsOf(gateway);
    // Files enough that the backup is still at them when it is killed.
    for (let group = 0; group < 100; group++) {
      const place = join(dataOf(), "simulator/assets", `x${group}`);
      mkdirSync(place);
      for (let count = 0; count < 100; count++) writeFileSync(join(place, `${count}.png`), "x");
    }
    const to = join(folder, "backup");
    const partial = `${to}.partial`;
    const killed = startCommand(["backup", "--to", to, "--with-assets"], {
      JIMENG_DATA_DIR: dataOf(),
    });
    await until("the middle of the backup", () =>
      existsSync(join(partial, "simulator/assets")) ? true : undefined,
    );
    killed.child.kill("SIGKILL");
    await killed.ended;
    expect(existsSync(to)).toBe(false);
    expect(existsSync(partial)).toBe(true);

    const target = { JIMENG_DATA_DIR: join(folder, "restored") };
    for (const from of [to, partial]) {
      const refused = await runCommand(["restore", "--from", from], target);
      expect(refused.code).toBe(2);
      expect(refused.output).toMatch(/is no whole backup/);
    }
    expect(existsSync(target.JIMENG_DATA_DIR)).toBe(false);
    // Nobody starts on it by mistake either.
    const served = await runCommand(["serve", "--port", "0"], { JIMENG_DATA_DIR: partial });
    expect(served.code).toBe(2);
    expect(served.output).toContain("interrupted");

    await backUp(to);
    expect(existsSync(partial)).toBe(false);
    await restore(to, target.JIMENG_DATA_DIR);
    const again = await start(target.JIMENG_DATA_DIR);
    expect(await idsOf(again)).toEqual(ids);
  }, 90_000);

  test("that was killed midway leaves a folder that no gateway starts on, and can be repeated", async () => {
    const backup = await makeBackup();
    const target = join(folder, "restored");
    mkdirSync(join(folder, "restored.partial/simulator"), { recursive: true });
    writeFileSync(join(folder, "restored.partial/unfinished-backup"), "");
    await restore(backup, target);
    expect(readdirSync(folder).toSorted()).toEqual(["backup", "data", "restored"]);
  }, 60_000);
});
